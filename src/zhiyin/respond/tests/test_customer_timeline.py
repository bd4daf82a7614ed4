"""Cases stand on the page of their customer, within the scope of who looks."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from zhiyin.customers.models import Identity, IdentityUnit
from zhiyin.customers.profile.person import Person
from zhiyin.customers.profile.timeline import TimelineAsk
from zhiyin.engine import close_engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.api import open_lake
from zhiyin.listen.facts import FEEDBACK
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.respond.flow.services import clone_case, merge_case
from zhiyin.respond.timeline import read_cases, tell_cases

KEY = "ab" * 16
NOW = datetime.now(UTC)


@pytest.fixture
def customer(shop, settings, tmp_path):
    settings.HOME = Home(tmp_path / "home")
    open_engine(settings.HOME)
    born = "019a0000-0000-7000-8000-000000000001"
    identity = Identity.objects.create(
        key=KEY,
        type="member",
        born=born,
        customer=born,
        sealed=b"",
        first_seen_at=NOW,
        last_seen_at=NOW,
        changed_at=NOW,
    )
    IdentityUnit.objects.create(identity=identity, unit_id=shop.store.pk, last_seen_at=NOW)
    yield identity
    close_engine()


@pytest.fixture
def case(customer, make_case):
    case = make_case(title="汤太咸了")
    row = {
        **dict.fromkeys(FEEDBACK.schema.names),
        "feedback_id": case.feedback_id,
        "author_key": KEY,
        "is_current": True,
        "occurred_at": NOW,
        "day": NOW.date(),
    }
    open_lake().append("feedback", pa.Table.from_pylist([row], FEEDBACK.schema))
    make_case(title="别人的事")
    return case


def ask(customer, scope):
    return TimelineAsk(keys=[KEY], customer=customer.customer, scope=scope, limit=10)


def test_the_customers_cases_are_entries_and_words_and_those_of_others_are_not(customer, case):
    entries = read_cases(ask(customer, EVERYTHING))
    assert len(entries) == 1
    assert "汤太咸了" in entries[0].title
    assert all(entry.href == f"/cases/{case.number}/" for entry in entries)
    [word] = tell_cases(Person(customer=customer.customer, identities=[customer]), EVERYTHING)
    assert "汤太咸了" in word.text


def test_a_case_of_another_unit_is_not_told(customer, case, shop):
    elsewhere = Scope(unit_ids=frozenset({shop.far_store.pk}))
    assert read_cases(ask(customer, elsewhere)) == []
    assert tell_cases(Person(customer=customer.customer, identities=[customer]), elsewhere) == []


def test_a_case_that_went_into_another_and_a_copy_are_still_theirs(customer, case, make_case, shop):
    copy = clone_case(case, by=shop.by_agent)
    merge_case(case, into=make_case(title="别的工单"), by=shop.by_agent)
    hrefs = {entry.href for entry in read_cases(ask(customer, EVERYTHING))}
    assert {f"/cases/{case.number}/", f"/cases/{copy.number}/"} <= hrefs
