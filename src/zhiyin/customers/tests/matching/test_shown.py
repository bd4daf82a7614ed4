"""A platform's account and a member are proposed as one person by the tail of a number and a surname."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from zhiyin.customers.linking.contract import Appearance
from zhiyin.customers.linking.services import take_appearances
from zhiyin.customers.matching.people import read_people
from zhiyin.customers.matching.proposing import propose
from zhiyin.customers.matching.shown import read_slips
from zhiyin.customers.models import Identity, Link
from zhiyin.engine import Engine
from zhiyin.listen.items import AuthorIn, IdentityIn, UnitIn
from zhiyin.listen.records.items import PurchaseIn
from zhiyin.listen.records.kinds import get_kind
from zhiyin.listen.records.taking import take_records
from zhiyin.people.services.units import UnitReference, ensure_units

Order = Callable[..., None]
START = datetime(2026, 3, 2, 3, tzinfo=UTC)
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗高"


@pytest.fixture
def order(engine: Engine) -> Order:
    """An order of an account of the platform, with what its slip shows."""
    ensure_units([UnitReference(code=f"S{store}") for store in range(8)])
    taken: list[str] = []

    def make(account: str, *, tail: str | None, receiver: str | None, store: int = 0) -> None:
        taken.append(account)
        record = PurchaseIn(
            external_id=f"O{len(taken)}",
            ordered_at=START + timedelta(hours=7 * len(taken)),
            unit=UnitIn(code=f"S{store}"),
            customer=AuthorIn(identities=[IdentityIn(type="platform_user", value=account)]),
            phone_tail=tail,
            receiver=receiver,
        )
        take_records([record], kind=get_kind("purchases"), source="platform", engine=engine)

    return make


def _members(engine: Engine, n: int) -> list[UUID | None]:
    told = [
        Appearance(
            identities=[
                IdentityIn(type="member", value=f"M{number}", verified=True),
                IdentityIn(type="phone", value=f"1381111{number * 37 % 10_000:04d}", verified=True),
            ],
            source="members",
            at=START + timedelta(minutes=number),
            name=f"{SURNAMES[number % len(SURNAMES)]}一{chr(0x4E00 + 7 * number)}",
        )
        for number in range(n)
    ]
    return take_appearances(told, vault=engine.vault)


def _customer(value: str) -> UUID:
    """Of the only identity that was first seen with that order of the platform."""
    return Identity.objects.filter(type="platform_user").order_by("pk")[int(value)].customer


@pytest.mark.django_db
def test_accounts_are_proposed_with_the_member_whose_tail_and_surname_their_slips_show(
    engine: Engine, order: Order
) -> None:
    members = _members(engine, 120)
    for number in range(0, 120, 3):
        surname = SURNAMES[number % len(SURNAMES)]
        for _ in range(2):
            order(f"u{number}", tail=f"{number * 37 % 10_000:04d}", receiver=f"{surname}**")

    propose(home=engine.home)

    wanted = {(members[3 * place], _customer(str(place))) for place in range(40)}
    links = Link.objects.filter(origin="match").select_related("left", "right")
    found = {(link.left.customer, link.right.customer) for link in links}
    assert len(found & wanted) >= 36
    assert len(found - wanted) <= 2
    codes = {one["code"] for one in links[0].evidence}
    assert {"alike.tail_1.same", "alike.surname_1.same"} <= codes


@pytest.mark.django_db
def test_of_two_accounts_of_one_platform_a_tail_is_no_more_than_an_even_chance(
    engine: Engine, order: Order
) -> None:
    _members(engine, 120)
    told = [
        Appearance(
            identities=[
                IdentityIn(type="member", value=f"M{number}", verified=True),
                IdentityIn(type="platform_user", value=f"v{number}"),
            ],
            source="platform",
            at=START + timedelta(days=1, minutes=number),
        )
        for number in range(0, 120, 6)
    ]
    take_appearances(told, vault=engine.vault)
    for number in range(0, 120, 3):
        for _ in range(2):
            order(
                f"u{number}",
                tail=f"{number * 37 % 10_000:04d}",
                receiver=f"{SURNAMES[number % len(SURNAMES)]}**",
            )

    propose(home=engine.home)

    links = Link.objects.filter(origin="match")
    both = [one for one in links if "alike.accounts_1.two_of_one" in {told["code"] for told in one.evidence}]
    alone = [one for one in links if one not in both]
    assert all((one.probability or 0.0) <= 0.5 for one in both)
    assert sum((one.probability or 0.0) > 0.9 for one in alone) >= 18


@pytest.mark.django_db
def test_who_now_and_then_orders_for_others_has_the_tail_of_most_slips(engine: Engine, order: Order) -> None:
    for tail in ("1111", "2222", "1111"):
        order("u1", tail=tail, receiver="王**")
    for tail in ("1111", "2222", "3333"):
        order("u2", tail=tail, receiver=None)

    slips = read_slips(engine)

    assert {*slips.tails} == {_customer("0")}
    assert {*slips.surnames} == {_customer("0")}


@pytest.mark.django_db
def test_of_who_tells_a_whole_number_its_tail_is_compared_with_shown_ones_only(
    engine: Engine, order: Order
) -> None:
    _members(engine, 40)
    order("u1", tail="0000", receiver="王女士")

    table = read_people(engine).source.table
    shown = [tail for tail in table["tail"].to_pylist() if tail.startswith("* ")]

    assert len(shown) == 1
    assert table.num_rows == 41
    assert table["name"].to_pylist()[table["tail"].to_pylist().index(shown[0])] is None


@pytest.mark.django_db
def test_one_slip_alone_may_be_somebody_elses_and_decides_nothing(engine: Engine, order: Order) -> None:
    _members(engine, 40)
    order("u1", tail="0000", receiver="王**")
    for _ in range(4):
        order("u2", tail="0037", receiver="李**")

    people = read_people(engine)
    own = dict(zip(people.customers, people.share_own.tolist(), strict=True))

    assert own[_customer("0")] == 1 - read_slips(engine).share_others < 0.95
    assert own[_customer("1")] > 0.999
    assert sum(share == 1 for share in own.values()) == 40


@pytest.mark.django_db
def test_a_table_of_orders_from_before_shows_nothing(engine: Engine) -> None:
    _members(engine, 3)

    assert read_slips(engine).tails == {}
