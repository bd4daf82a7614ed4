"""The door for records: idempotent, honest about each bad row, silent about people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from zhiyin.listen.faults import Fault
from zhiyin.listen.items import AuthorIn, FeedbackIn, IdentityIn, UnitIn
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.erasure import erase_person
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.records.items import ContactIn, InspectionIn, PurchaseIn
from zhiyin.listen.services.intake import Intake
from zhiyin.understand.analyser import Analyser

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LI = AuthorIn(name="李雷", identities=[IdentityIn(type="phone", value="13800001111")])


def order(number, **fields):
    given = {"ordered_at": NOON, "unit": UnitIn(code="S1"), "courier": "骑手 7", **fields}
    return PurchaseIn(external_id=str(number), **given)


def test_the_same_record_twice_is_one_row(take, rows):
    assert [one.status for one in take("purchases", order(1), order(2))] == ["accepted", "accepted"]
    assert [one.status for one in take("purchases", order(2), order(3))] == ["unchanged", "accepted"]
    assert rows("SELECT count(*), count(DISTINCT record_id) FROM purchases") == [(3, 3)]


def test_a_changed_record_takes_the_place_of_the_old_one(take, rows):
    (first,) = take("purchases", order(1, amount=12.0), now=NOON + timedelta(hours=1))
    (second,) = take("purchases", order(1, amount=15.0), now=NOON + timedelta(days=3))
    assert (second.status, second.id) == ("accepted", first.id)
    assert rows("SELECT amount, day::VARCHAR FROM purchases") == [(15.0, "2026-06-01")]


def test_many_changed_records_are_replaced_and_the_others_stay(take, rows):
    take("purchases", *(order(n, amount=1.0) for n in range(1500)))
    take("purchases", *(order(n, amount=2.0) for n in range(1200)))
    assert rows("SELECT amount, count(*) FROM purchases GROUP BY 1 ORDER BY 1") == [(1.0, 300), (2.0, 1200)]


def test_the_last_word_within_a_batch_counts(take, rows):
    take("purchases", order(1, amount=1.0), order(1, amount=9.0))
    assert rows("SELECT amount FROM purchases") == [(9.0,)]


def test_one_external_id_of_two_sources_is_two_records(take, rows):
    take("purchases", order(1), order(1, source="meituan"))
    assert rows("SELECT source FROM purchases ORDER BY 1") == [("meituan",), ("pos",)]


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"unit": UnitIn(code="S404")}, "unit", "unknown_unit"),
        ({"amount": -1.0}, "amount", "negative"),
        ({"delivered_at": NOON - timedelta(minutes=1)}, "delivered_at", "before_order"),
        ({"ordered_at": datetime(1980, 1, 1, tzinfo=UTC)}, "ordered_at", "too_early"),
        ({"product": "茶" * 201}, "product", "too_long"),
    ],
)
def test_a_bad_record_names_its_field_and_does_not_stop_the_others(take, rows, fields, field, code):
    bad, good = take("purchases", order(1, **fields), order(2))
    assert (bad.status, bad.fault.field, bad.fault.code) == ("rejected", field, code)
    assert good.status == "accepted"
    assert rows("SELECT count(*) FROM purchases") == [(1,)]


def test_a_fault_that_the_edge_found_keeps_its_place(take):
    fault = Fault(field="amount", code="wrong_type")
    assert [one.status for one in take("purchases", order(1), fault)] == ["accepted", "rejected"]


def test_units_outside_the_askers_scope_look_unknown(take, store):
    foreign, nobodys = take("purchases", order(1), order(2, unit=None), allowed_units=frozenset())
    assert (foreign.fault.code, nobodys.fault.code) == ("unknown_unit", "missing")
    assert take("purchases", order(1), allowed_units={store.pk})[0].status == "accepted"


def test_an_inspection_needs_its_unit_and_a_score_on_its_scale(take, rows):
    def seen(**fields):
        given = {
            "unit": UnitIn(name="一店"),
            "dimension": "service",
            "item": "迎宾",
            "score": 8.0,
            "max_score": 10.0,
        }
        return InspectionIn(external_id="i1", occurred_at=NOON, **{**given, **fields})

    assert take("inspections", seen(score=11.0))[0].fault.code == "outside_scale"
    assert take("inspections", seen(unit=UnitIn()))[0].fault.code == "missing"
    assert take("inspections", seen(inspector="王督导"))[0].status == "accepted"
    ((key, score),) = rows("SELECT inspector_key, score FROM inspections")
    assert (len(key), score) == (32, 8.0)


def test_names_numbers_and_phones_do_not_reach_the_lake(take, engine):
    take("purchases", order("MT2026060100017", customer=LI, staff="韩梅梅", courier="王师傅 13912345678"))
    take("contacts", ContactIn(external_id="c1", occurred_at=NOON, customer=LI, issue="MT2026060100017"))
    with engine.lake.connect() as connection:
        told = repr(
            connection.execute("FROM purchases").fetchall() + connection.execute("FROM contacts").fetchall()
        )
    for private in ("李雷", "13800001111", "韩梅梅", "13912345678", "MT2026060100017"):
        assert private not in told


def test_voices_and_purchases_meet_in_order_and_customer_and_are_erased_together(take, engine, rows):
    take("purchases", order("90001", customer=LI), order("90002"), order("90003"))
    take("contacts", ContactIn(external_id="c1", occurred_at=NOON, customer=LI))
    pipeline = Pipeline(engine, Analysis(lambda: Analyser().analyse_batch))
    voices = [
        FeedbackIn(external_id="v1", text="送得太慢", author=LI, order_id=" #90001 "),
        FeedbackIn(external_id="v2", text="太甜了", author=LI, order_id="９０００２"),
        FeedbackIn(external_id="v3", text="好喝"),
    ]
    Intake(engine.log, engine.vault).receive(voices, source="app", connector="test", connector_version="1")
    pipeline.drain()
    joined = rows("SELECT count(*) FROM feedback JOIN purchases USING (order_key)")
    ((author_key,),) = rows("SELECT DISTINCT author_key FROM feedback WHERE author_key IS NOT NULL")
    assert joined == [(2,)]
    assert rows("SELECT count(*) FROM purchases WHERE customer_key = ?", author_key) == [(1,)]
    assert erase_person(engine, pipeline, author_key=author_key) == 2
    assert rows("SELECT count(*) FROM purchases") == [(1,)]
    assert rows("SELECT count(*) FROM contacts") == [(0,)]


def test_erasing_who_speaks_of_an_order_spares_the_order_of_somebody_else(take, engine, rows):
    take("purchases", order("90001", customer=LI))
    pipeline = Pipeline(engine, Analysis(lambda: Analyser().analyse_batch))
    other = AuthorIn(identities=[IdentityIn(type="phone", value="13800002222")])
    voices = [FeedbackIn(external_id="v1", text="送得太慢", author=other, order_id="90001")]
    Intake(engine.log, engine.vault).receive(voices, source="app", connector="test", connector_version="1")
    pipeline.drain()
    ((author_key,),) = rows("SELECT DISTINCT author_key FROM feedback")
    assert erase_person(engine, pipeline, author_key=author_key) == 1
    assert rows("SELECT count(*) FROM purchases") == [(1,)]


def test_a_batch_of_old_new_and_changed_records_is_told_apart(take, rows):
    take("purchases", order(1, amount=1.0))
    take("purchases", order(1, amount=2.0))
    assert [one.status for one in take("purchases", order(1, amount=2.0), order(2))] == [
        "unchanged",
        "accepted",
    ]
    assert rows("SELECT amount FROM purchases ORDER BY ALL") == [(2.0,), (None,)]
