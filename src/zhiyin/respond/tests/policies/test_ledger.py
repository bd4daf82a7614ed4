"""What was granted stands in the customer's ledger once; what was taken back is taken back there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pytest
from django.urls import reverse
from django.utils import timezone

from zhiyin.customers.models import Identity, IdentityUnit
from zhiyin.customers.rights.holders import Person
from zhiyin.customers.value.reading import list_lines, sum_up
from zhiyin.engine import Engine, close_engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.records.tables import PURCHASES
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.models import Approval, Case, Compensation, Decision
from zhiyin.respond.policies.erasing import erase_from_policies
from zhiyin.respond.policies.granting import grant, take_back
from zhiyin.respond.policies.ledger import tell_ledger
from zhiyin.respond.policies.rights import read_of

_KEY = "ab" * 16
_BORN = UUID("019a0000-0000-7000-8000-000000000001")
_NOW = datetime.now(UTC)


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Iterator[Engine]:
    settings.HOME = Home(tmp_path / "home")
    yield open_engine(settings.HOME)
    close_engine()


@pytest.fixture
def customer(shop: Any, home: Engine) -> UUID:
    identity = Identity.objects.create(
        key=_KEY,
        type="member",
        born=_BORN,
        customer=_BORN,
        sealed=b"",
        first_seen_at=_NOW,
        last_seen_at=_NOW,
        changed_at=_NOW,
    )
    IdentityUnit.objects.create(identity=identity, unit_id=shop.store.pk, last_seen_at=_NOW)
    return _BORN


def _lines(engine: Engine) -> list[Any]:
    return list(list_lines(engine, keys=[_KEY], scope=EVERYTHING, with_orders=False))


def test_the_ledger_is_told_once(decided: Any, shop: Any, home: Engine, customer: UUID) -> None:
    given = grant(decided("50.5"), by=shop.by_agent, customer=customer)
    assert (given.ledger, tell_ledger(home), tell_ledger(home)) == ("to_write", 1, 0)
    (line,) = _lines(home)
    assert (line.kind, line.amount, line.unit_id, line.entered_by) == (
        "savings",
        Decimal("50.5"),
        shop.store.pk,
        f"account:{shop.agent.pk}",
    )
    assert given.case.number in line.note
    Compensation.objects.update(ledger="to_write")  # a worker died before it could say that it was done
    tell_ledger(home)
    assert len(_lines(home)) == 1


@pytest.mark.parametrize("was_told", [True, False])
def test_what_is_taken_back_comes_to_nothing_in_the_ledger(
    decided: Any, shop: Any, home: Engine, customer: UUID, was_told: bool
) -> None:
    given = grant(decided(), by=shop.by_agent, customer=customer)
    if was_told:
        tell_ledger(home)
    take_back(given, by=shop.by_agent)
    tell_ledger(home)
    tell_ledger(home)
    assert Compensation.objects.get().ledger == "taken_back"
    assert sum_up(_lines(home))["savings"].n == 0
    assert sum_up(_lines(home))["savings"].amount == 0


def test_points_and_services_stand_as_what_they_are(
    decided: Any, shop: Any, home: Engine, customer: UUID
) -> None:
    grant(decided("", kind="points", points="300"), by=shop.by_agent, customer=customer)
    grant(decided("12", kind="service"), by=shop.by_agent, customer=customer)
    tell_ledger(home)
    totals = sum_up(_lines(home))
    assert (totals["points"].points, totals["free_service"].n) == (300, 1)


def test_a_grant_to_nobody_known_is_told_to_no_ledger(decided: Any, shop: Any, home: Engine) -> None:
    given = grant(decided(), by=shop.by_agent, customer=None)
    assert (given.ledger, tell_ledger(home)) == ("nothing", 0)


def test_the_questions_are_filled_in_from_the_orders_and_say_so(
    shop: Any, make_case: Any, shipped: Any, home: Engine, customer: UUID, enter: Callable[..., Any]
) -> None:
    rows = [
        {
            **dict.fromkeys(PURCHASES.schema.names),
            "record_id": f"r{n}",
            "is_current": True,
            "source": "shop",
            "unit_id": shop.store.pk,
            "customer_key": _KEY,
            "order_key": f"o{n}",
            "product": "奶茶",
            "amount": 100.0 * (n + 1),
            "occurred_at": _NOW - timedelta(days=3 * n + 2),
            "received_at": _NOW,
            "day": _NOW.date(),
        }
        for n in range(2)
    ]
    home.lake.create(PURCHASES)
    home.lake.append(PURCHASES.name, pa.Table.from_pylist(rows, PURCHASES.schema))
    case = make_case()
    Case.objects.filter(pk=case.pk).update(customer=customer)
    browser, url = enter(shop.agent), reverse("case_policy", args=[case.number])
    form = browser.get(url, {"policy": "annual-fee"}).content.decode()
    assert 'name="in-yearly_spend" value="300"' in form
    assert "from the customer’s orders" in form
    refund = browser.get(url, {"policy": "refund", "order": "o1"}).content.decode()
    assert 'name="in-order_amount" value="200"' in refund
    typed = {"policy": "refund", "order": "o1", "in-order_amount": "200", "in-order_days": "3"}
    assert browser.post(url, {**typed, "in-is_our_fault": "true"}).status_code == 302
    decision = Decision.objects.get()
    assert decision.order_key == "o1"
    assert decision.sources == {"order_amount": "order", "order_days": "typed", "is_our_fault": "typed"}
    assert browser.post(reverse("case_grant", args=[case.number, decision.pk])).status_code == 302
    assert Compensation.objects.get().customer == customer


def test_a_person_sees_what_they_were_given_and_why(
    decided: Any, shop: Any, home: Engine, customer: UUID
) -> None:
    decision = decided()
    grant(decision, by=shop.by_agent, customer=customer)
    by_customer = read_of(Person(keys=(_KEY,), customers=(customer,)))
    assert [(part.name, part.rows[0][2]) for part in by_customer] == [("compensations", 50.0)]
    by_voice = read_of(Person(keys=(), feedback_ids=(decision.case.feedback_id,)))
    assert [part.name for part in by_voice] == ["compensations", "decisions"]
    assert by_voice[1].rows[0][4] == ["fee=20"]
    assert read_of(Person(keys=(), feedback_ids=("other",))) == []


def test_whoever_is_erased_leaves_amounts_alone(
    decided: Any, shop: Any, home: Engine, customer: UUID
) -> None:
    decision = decided(order_key="o9")
    given = grant(decision, by=shop.by_agent, customer=customer)
    Approval.objects.create(
        decision=decision,
        step=1,
        because="policy",
        approver=shop.manager,
        state="refused",
        comment="王先生",
        asked_at=timezone.now(),
    )
    for _ in range(2):
        erase_from_policies([decision.case.feedback_id])
    kept, told = Compensation.objects.get(pk=given.pk), Decision.objects.get()
    assert (kept.amount_cents, kept.customer, kept.order_key) == (5000, None, "")
    assert (told.input, told.fired, told.order_key) == ({}, [], "")
    assert Approval.objects.get().comment == ""
