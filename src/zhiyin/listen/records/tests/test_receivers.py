"""What a platform shows of who receives an order is kept as keyed hashes, and read however it is written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from zhiyin.listen.faults import Fault
from zhiyin.listen.importers.tables import Chunk
from zhiyin.listen.items import AuthorIn, IdentityIn
from zhiyin.listen.records.checking import check_record
from zhiyin.listen.records.columns import guess_columns
from zhiyin.listen.records.items import PurchaseIn
from zhiyin.listen.records.kinds import get_kind
from zhiyin.listen.records.reading import RecordReader
from zhiyin.listen.records.receivers import surname_of

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def order(**fields):
    return PurchaseIn(external_id="A1", ordered_at=NOON, **fields)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("5678", "5678"),
        ("尾号5678", "5678"),
        ("138****0042", "0042"),
        ("42", "0042"),
        ("****", None),
        ("", None),
    ],
)
def test_a_tail_is_read_however_it_is_written(written, kept):
    assert check_record(order(phone_tail=written), kind=get_kind("purchases"), now=NOON).phone_tail == kept


def test_a_tail_without_digits_is_a_fault_that_says_what_to_write():
    fault = check_record(order(phone_tail="保密"), kind=get_kind("purchases"), now=NOON)

    assert fault == Fault(field="phone_tail", code="unreadable_tail")
    assert "5678" in fault.reason("zh")


def test_made_up_names_show_no_surname():
    assert [surname_of(name) for name in ("王**", "*王", "诸葛先生", "奶**", "王大明爱奶茶", "")] == [
        *("王", "王", "诸葛", None, None, None)
    ]


def test_the_lake_holds_neither_the_digits_nor_the_name(take, rows):
    take("purchases", order(phone_tail="5678", receiver="王**"))
    take("purchases", PurchaseIn(external_id="A2", ordered_at=NOON, phone_tail="85678", receiver="王女士"))

    ((n_tails, n_surnames),) = rows(
        "SELECT count(DISTINCT tail_key), count(DISTINCT surname_key) FROM purchases"
    )
    assert (n_tails, n_surnames) == (1, 1)
    said = str(rows("SELECT * FROM purchases"))
    assert "5678" not in said
    assert "王" not in said


def test_of_an_order_that_goes_to_another_nothing_is_kept_of_who_receives_it(take, rows):
    for number, (name, receiver) in enumerate(
        [("王女士", "李**"), ("王女士", "王**"), ("小鱼不胖", "李**"), (None, "李**"), ("王女士", "奶**")]
    ):
        take(
            "purchases",
            PurchaseIn(
                external_id=f"A{number}",
                ordered_at=NOON,
                customer=AuthorIn(
                    name=name, identities=[IdentityIn(type="platform_user", value=f"u{number}")]
                ),
                phone_tail="5678",
                receiver=receiver,
            ),
        )

    kept = rows("SELECT tail_key IS NOT NULL, surname_key IS NOT NULL FROM purchases ORDER BY record_id")
    assert sorted(kept) == [(False, False), (True, False), (True, True), (True, True), (True, True)]


def test_columns_of_a_platforms_file_are_known():
    names = ["订单号", "下单时间", "手机尾号", "收货人"]
    chunk = Chunk(names=tuple(names), rows=[("A1", "2026-06-01 12:00", 42.0, "李**")], lines=[2])
    kind = get_kind("purchases")
    mapping = guess_columns(chunk, kind=kind)

    (record,) = RecordReader(kind=kind, mapping=mapping, unit=None).read(chunk)

    assert (record.phone_tail, record.receiver) == ("42", "李**")
