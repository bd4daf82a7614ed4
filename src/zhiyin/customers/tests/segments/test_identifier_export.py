"""Lists with identifiers: by role, for a reason, capped, and told to the trail for each customer."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from django.conf import settings
from django.urls import reverse

from zhiyin.customers.identifiers.exporting import (
    MOST_A_DAY,
    MOST_AT_ONCE,
    IdentifierWish,
    export_identifiers,
)
from zhiyin.customers.identifiers.sealing import seal_identifier
from zhiyin.customers.models import ListedForContact
from zhiyin.customers.rollup.making import make_rollup
from zhiyin.customers.segments.definition import read_definition
from zhiyin.customers.segments.services import WantedSegment, save_segment
from zhiyin.engine import close_engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.errors import Conflict, InvalidInput
from zhiyin.listen.pipeline.store import create_tables
from zhiyin.people.actors import Actor
from zhiyin.people.exporting.services import answer_request
from zhiyin.people.models import AuditEvent, ExportRequest, ExportRule, OrgUnit
from zhiyin.people.roles import Role
from zhiyin.people.scope import EVERYTHING
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.audit import record_event

PHONES = ("+8613912345678", "+8613700001111")


@pytest.fixture
def engine(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "HOME", Home(tmp_path / "home"))
    monkeypatch.setattr(settings, "PASSWORD_HASHERS", ["django.contrib.auth.hashers.MD5PasswordHasher"])
    opened = open_engine(settings.HOME)
    create_tables(opened.lake)
    yield opened
    close_engine()


@pytest.fixture
def address(engine, person, say, stores, now):
    """Of the export of a segment in which are two customers, one of each store."""
    for number, phone in enumerate(PHONES, start=1):
        one = person(number, units=[stores[number - 1]])
        one.sealed = seal_identifier(phone, key=one.key, vault=engine.vault)
        one.save(update_fields=["sealed"])
        say(one.key, unit=stores[number - 1])
    make_rollup(engine)
    definition = read_definition({"is": "group", "op": "all", "parts": [{"is": "wrote"}]})
    segment = save_segment(WantedSegment(name="说过话的人", definition=definition), by=None, now=now)
    return reverse("segment_identifiers_export", args=[segment.pk])


@pytest.fixture
def ask(client, db, address):
    def run(role=Role.OWNER, *, unit=None, **given):
        """Lines of the file; none where it was refused, the status where it was not allowed."""
        account = create_account(f"a-{role}-{unit}", password="correct horse battery staple")
        grant_role(account, role=role, unit=OrgUnit.objects.get(pk=unit) if unit else None)
        client.force_login(account)
        answer = client.post(address, {"shown": "clear", "reason": "通知召回问题批次", **given})
        if not answer.streaming:
            return [] if answer.status_code == 302 else answer.status_code
        assert answer["Cache-Control"] == "no-store"
        return b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()

    return run


def _events(action):
    return [json.loads(one.details) for one in AuditEvent.objects.filter(action=action).order_by("sequence")]


def test_identifiers_in_clear_are_told_to_the_trail_with_number_and_reason(ask):
    lines = ask()
    assert "手机号" in lines[0].split(",")
    assert sorted(line.split(",")[9] for line in lines[1:]) == ["13700001111", "13912345678"]
    (told,) = _events("identifiers.exported")
    assert (told["rows"], told["shown"], told["reason"]) == ("2", "clear", "通知召回问题批次")
    assert len(_events("identifier.exported")) == 2
    assert "13912345678" not in "".join(AuditEvent.objects.values_list("details", flat=True))


def test_covered_ones_show_no_more_than_pages_do(ask):
    assert sorted(line.split(",")[9] for line in ask(shown="covered")[1:]) == ["137****1111", "139****5678"]


def test_without_a_reason_nothing_leaves(ask):
    assert ask(reason=" x") == []
    assert not AuditEvent.objects.filter(action__startswith="identifier").exists()


def test_above_the_rule_no_identifier_is_opened_before_a_second_person_agrees(client, db, address):
    ExportRule.objects.create(n_free=1)
    asker, other = (create_account(name, password="correct horse battery staple") for name in ("li", "wu"))
    for account in (asker, other):
        grant_role(account, role=Role.OWNER)
    client.force_login(asker)
    form = {"shown": "clear", "reason": "通知召回问题批次", "format": "csv"}
    held = client.post(address, form)
    assert held.status_code == 403
    assert "说过话的人" in held.content.decode()
    assert not AuditEvent.objects.filter(action__startswith="identifier").exists()

    client.post("/exports/ask/", {"of": held.context["of"], "reason": "召回"})
    found = ExportRequest.objects.get()
    answer_request(found.pk, is_yes=True, words="", by=other)
    (line,) = client.get("/exports/").context["mine"]
    fields = dict(line.fetching.fields)
    assert client.post(line.fetching.url, {**fields, "shown": "covered"}).status_code == 403, "another file"
    file = client.post(line.fetching.url, fields)
    assert len(b"".join(file.streaming_content).decode().splitlines()) == 3
    assert AuditEvent.objects.filter(action="identifier.exported").count() == 2
    assert client.post(line.fetching.url, fields).status_code == 403, "it leaves once"


def test_without_a_reason_a_large_file_is_not_asked_for_either(ask):
    ExportRule.objects.create(n_free=1)
    assert ask(reason=" x") == []


def test_roles_that_may_not_both_see_and_export_get_none(ask, stores):
    refused = (
        (Role.ANALYST, None),
        (Role.AUDITOR, None),
        (Role.AGENT, stores[0]),
        (Role.FRONTLINE, stores[0]),
    )
    for role, unit in refused:
        assert ask(role, unit=unit) == 403, role
    assert not AuditEvent.objects.filter(action__startswith="identifier").exists()


def test_a_manager_takes_those_of_the_own_unit_alone(ask, stores):
    assert [line.split(",")[9] for line in ask(Role.MANAGER, unit=stores[0])[1:]] == ["13912345678"]


def test_a_way_of_contact_takes_only_what_it_needs_of_who_agreed(ask, stores):
    assert ask(purpose="marketing", channel="mail")[1:] == []
    (told,) = _events("identifiers.exported")
    assert (told["types"], told["rows"]) == ("email", "0")
    assert ask(Role.MANAGER, unit=stores[0], purpose="marketing") == []


def test_only_who_left_on_a_list_for_contact_counts_as_contacted(ask, stores):
    ExportRule.objects.create(n_free=1)
    assert ask(purpose="service", channel="phone") == 403
    assert not ListedForContact.objects.exists()
    assert len(ask(Role.MANAGER, unit=stores[0], purpose="service", channel="phone")) == 2
    assert ListedForContact.objects.filter(purpose="service", channel="phone").count() == 1


def _take(customers, *, is_clear=True):
    return export_identifiers(
        customers,
        wish=IdentifierWish(is_clear=is_clear, reason="通知召回问题批次"),
        by=Actor(kind="account", id="7"),
        scope=EVERYTHING,
        about=("segment", 1),
    )


def test_too_many_at_once_are_refused(engine, db):
    with pytest.raises(InvalidInput):
        _take([UUID(int=number) for number in range(MOST_AT_ONCE + 1)])


def test_too_many_in_a_day_are_refused_in_clear_alone_and_leave_no_trace(engine, db):
    taken = {"rows": MOST_A_DAY - 1, "shown": "clear"}
    record_event("identifiers.exported", by=Actor(kind="account", id="7"), details=taken)
    record_event("identifiers.exported", by=Actor(kind="account", id="8"), details=taken)
    two = [UUID(int=1), UUID(int=2)]
    with pytest.raises(Conflict):
        _take(two)
    assert len(_events("identifiers.exported")) == 2
    assert not _events("identifier.exported")
    assert list(_take(two, is_clear=False)) == two
    assert list(_take(two[:1])) == two[:1]
