"""Where customers come, and purchases told twice, stand beside who they are; chance tells nothing."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from zhiyin.customers.matching.habits import read_habits
from zhiyin.customers.models import Identity
from zhiyin.engine import Engine
from zhiyin.listen.items import AuthorIn, IdentityIn, UnitIn
from zhiyin.listen.records.items import PurchaseIn
from zhiyin.listen.records.kinds import get_kind
from zhiyin.listen.records.taking import take_records
from zhiyin.people.services.units import UnitReference, ensure_units

_START = datetime(2026, 3, 2, 3, tzinfo=UTC)
_N = 12


def _order(number: str, *, type_: str, value: str, store: int, at: datetime, amount: float) -> PurchaseIn:
    return PurchaseIn(
        external_id=number,
        ordered_at=at,
        unit=UnitIn(code=f"S{store}"),
        customer=AuthorIn(identities=[IdentityIn(type=type_, value=value)]),
        amount=amount,
    )


def _orders(*, are_told_twice: bool) -> list[PurchaseIn]:
    """Two of each person, at the till by phone; the platform tells of the same two, or of others."""
    dice, orders = random.Random(5), []
    for person in range(_N):
        for n in range(2):
            at = _START + timedelta(days=dice.randint(0, 60), minutes=dice.randint(0, 600))
            price = float(dice.randint(8, 40))
            till = {"type_": "phone", "value": f"138111100{person:02}"}
            platform = {"type_": "platform_user", "value": f"u{person}"}
            orders.append(_order(f"T{person}-{n}", store=person % 4, at=at, amount=price, **till))
            later = timedelta(minutes=4) if are_told_twice else timedelta(days=7, hours=5)
            orders.append(_order(f"P{person}-{n}", store=person % 4, at=at + later, amount=price, **platform))
    return orders


def _take(engine: Engine, orders: list[PurchaseIn]) -> list[UUID]:
    """The customers, the till's and the platform's of a person after one another."""
    ensure_units([UnitReference(code=f"S{store}") for store in range(4)])
    take_records(orders, kind=get_kind("purchases"), source="shop", engine=engine)
    rows = Identity.objects.exclude(type="order").order_by("pk").values_list("customer", flat=True)
    return list(rows)


@pytest.mark.django_db
def test_a_purchase_told_twice_stands_with_both_customers_and_the_usual_place_with_each(
    engine: Engine,
) -> None:
    customers = _take(engine, _orders(are_told_twice=True))
    habits = read_habits(engine, customers)
    assert len(customers) == 2 * _N
    words = [set(word.split()) for word in habits["bought"].to_pylist()]
    shared = [
        (one, other)
        for one in range(len(words))
        for other in range(one + 1, len(words))
        if words[one] & words[other]
    ]
    assert sorted(shared) == sorted((one, one + 1) for one in range(0, 2 * _N, 2))
    usual = habits["usual"].to_pylist()
    assert usual[0::2] == usual[1::2]
    assert len(set(usual)) == 4


@pytest.mark.django_db
def test_purchases_that_do_not_coincide_tell_nothing(engine: Engine) -> None:
    customers = _take(engine, _orders(are_told_twice=False))
    assert {*read_habits(engine, customers)} == {"usual"}
