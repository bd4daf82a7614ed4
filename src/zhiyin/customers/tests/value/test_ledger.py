"""The ledger: each entry once, nothing ever changed, corrected by counter-entries."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from zhiyin.customers.linking.queries import find_by_identifier, keys_of
from zhiyin.customers.value.contract import ValueIn
from zhiyin.customers.value.reading import list_lines, sum_up, total_amount
from zhiyin.customers.value.taking import take_values
from zhiyin.listen.items import AuthorIn, IdentityIn, UnitIn
from zhiyin.listen.records.items import PurchaseIn
from zhiyin.listen.records.kinds import get_kind
from zhiyin.listen.records.taking import take_records
from zhiyin.people.scope import EVERYTHING, Scope

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANNA = AuthorIn(identities=[IdentityIn(type="phone", value="13912345678", verified=True)])


def entry(external_id, kind="savings", amount="12.50", **more):
    fields = {"occurred_at": NOW, "customer": ANNA, **more}
    money = None if amount is None else Decimal(amount)
    return ValueIn(external_id=external_id, kind=kind, amount=money, **fields)


@pytest.fixture
def take(engine, db):
    def run(*values, **more):
        return take_values(values, source="till", engine=engine, by="key:1", now=NOW, **more)

    return run


@pytest.fixture
def lines(engine):
    def run(*, scope=EVERYTHING, **more):
        customer = find_by_identifier("phone", "13912345678")
        return list_lines(engine, keys=keys_of(customer), scope=scope, **more) if customer else []

    return run


def _code(receipt):
    return receipt.fault.code if receipt.fault else receipt.status


def test_an_entry_stands_in_the_ledger_of_the_customer_it_names(take, lines):
    (receipt,) = take(entry("a1", note="会员价"))
    (line,) = lines()
    assert receipt.status == "accepted"
    assert (line.entry_id, line.kind, line.amount, line.note) == (
        receipt.id,
        "savings",
        Decimal("12.50"),
        "会员价",
    )


def test_the_same_entry_again_is_entered_once(take, lines):
    take(entry("a1"))
    assert [_code(one) for one in take(entry("a1"), entry("a1"))] == ["unchanged", "unchanged"]
    assert len(lines()) == 1
    assert [_code(one) for one in take(entry("a2"), entry("a2"))] == ["accepted", "unchanged"]
    assert len(lines()) == 2


def test_the_same_key_with_other_contents_is_refused(take, lines):
    take(entry("a1"))
    (receipt,) = take(entry("a1", amount="99"))
    assert _code(receipt) == "already_entered"
    assert [line.amount for line in lines()] == [Decimal("12.50")]


def test_a_counter_entry_takes_back_and_both_stay(take, lines):
    take(entry("a1"), entry("a2", amount="7"))
    (receipt,) = take(ValueIn(external_id="c1", corrects="a1"))
    assert receipt.status == "accepted"
    assert len(lines()) == 3
    totals = sum_up(lines())
    assert (totals["savings"].n, total_amount(totals)) == (1, Decimal("7.00"))
    assert [one.is_taken_back for one in lines() if one.amount == Decimal("12.50")] == [True]


def test_an_entry_is_taken_back_once(take):
    take(entry("a1"))
    take(ValueIn(external_id="c1", corrects="a1"))
    assert _code(take(ValueIn(external_id="c1", corrects="a1"))[0]) == "unchanged"
    assert _code(take(ValueIn(external_id="c2", corrects="a1"))[0]) == "already_corrected"
    assert _code(take(ValueIn(external_id="c3", corrects="nothing"))[0]) == "no_such_entry"
    assert _code(take(ValueIn(external_id="c4", corrects="c1"))[0]) == "no_such_entry"


def test_an_entry_and_what_takes_it_back_may_come_in_one_batch(take, lines):
    receipts = take(
        entry("a1"), ValueIn(external_id="c1", corrects="a1"), ValueIn(external_id="c2", corrects="a1")
    )
    assert [_code(one) for one in receipts] == ["accepted", "accepted", "already_corrected"]
    assert total_amount(sum_up(lines())) == 0


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"kind": "gift"}, "kind", "unknown_kind"),
        ({"amount": "-1"}, "amount", "negative"),
        ({"amount": "1e12"}, "amount", "too_great"),
        ({"amount": "NaN"}, "amount", "not_finite"),
        ({"amount": None}, "amount", "missing"),
        ({"customer": None}, "customer", "names_nobody"),
        (
            {"customer": AuthorIn(identities=[IdentityIn(type="phone", value="无")])},
            "customer",
            "names_nobody",
        ),
        ({"occurred_at": None}, "occurred_at", "missing"),
        ({"unit": UnitIn(code="nowhere")}, "unit", "unknown_unit"),
    ],
)
def test_what_cannot_be_taken_says_field_and_reason(take, lines, fields, field, code):
    (receipt,) = take(entry("a1", **fields))
    assert (receipt.fault.field, receipt.fault.code) == (field, code)
    assert lines() == []


def test_cents_add_up_exactly(take, lines):
    take(*(entry(f"a{n}", amount="0.10") for n in range(30)))
    assert total_amount(sum_up(lines())) == Decimal("3.00")


def test_a_unit_sees_only_its_own_entries(take, lines, stores):
    take(entry("a1", unit=UnitIn(code="S1")), entry("a2", unit=UnitIn(code="S2")), entry("a3"))
    assert len(lines()) == 3
    assert len(lines(scope=Scope(unit_ids=frozenset({stores[0]})))) == 1


def test_a_key_of_one_store_enters_and_takes_back_there_alone(take, stores):
    allowed = {"allowed_units": {stores[0]}}
    assert _code(take(entry("a1", unit=UnitIn(code="S2")), **allowed)[0]) == "unknown_unit"
    assert _code(take(entry("a2"), **allowed)[0]) == "missing"
    take(entry("a3", unit=UnitIn(code="S2")))
    assert _code(take(ValueIn(external_id="c", corrects="a3"), **allowed)[0]) == "no_such_entry"


def test_private_data_in_a_note_is_covered(take, lines):
    take(entry("a1", note="电话13812345678"))
    assert "13812345678" not in lines()[0].note


def test_a_period_holds_its_first_moment_and_not_its_last(take, lines):
    take(entry("a1", occurred_at=datetime(2026, 1, 1, tzinfo=UTC)), entry("a2"))
    assert len(lines(since=datetime(2026, 1, 1, tzinfo=UTC), until=NOW)) == 1


def test_what_orders_tell_of_discounts_is_savings_and_stands_there_once(engine, take, lines):
    take(entry("a1", amount="2"))
    orders = [
        PurchaseIn(
            external_id="o1", ordered_at=NOW, customer=ANNA, product="珍珠奶茶", amount=18.0, discount=4.5
        ),
        PurchaseIn(external_id="o2", ordered_at=NOW, customer=ANNA, amount=18.0),
    ]
    for _twice in range(2):
        take_records(orders, kind=get_kind("purchases"), source="pos", engine=engine, now=NOW)
    assert sorted((str(one.amount), one.is_of_order) for one in lines()) == [("2", False), ("4.5", True)]
    assert total_amount(sum_up(lines())) == Decimal("6.50")
    assert len(lines(with_orders=False)) == 1
