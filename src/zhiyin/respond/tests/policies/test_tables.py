"""Tables: the shipped ones through the engine, faults by row and column, JDM there and back."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from zhiyin.errors import InvalidInput
from zhiyin.respond.policies.aspects import split_codes
from zhiyin.respond.policies.checking import Wrong, find_faults
from zhiyin.respond.policies.deciding import decide
from zhiyin.respond.policies.kinds import Answer
from zhiyin.respond.policies.shipped import list_shipped
from zhiyin.respond.policies.tables import Column, ColumnType, Table, read_jdm, write_jdm
from zhiyin.understand.taxonomy import BUILT_IN, load_taxonomy


def _cases() -> list[Any]:
    return [
        pytest.param(one, test, id=f"{one.code}: {test.name_en}")
        for one in list_shipped()
        for test in one.tests
    ]


@pytest.mark.parametrize(("one", "test"), _cases())
def test_a_shipped_table_answers_its_test_case(one: Any, test: Any) -> None:
    found = decide(bytes(one.jdm).decode(), test.input)
    assert (found.answer, found.amount_cents) == (test.answer, test.amount)
    assert found.fired
    assert found.reason_zh
    assert found.reason_en


def test_six_tables_are_shipped_without_a_fault_and_each_row_is_tested() -> None:
    shipped = list_shipped()
    assert len(shipped) == 6
    for one in shipped:
        jdm = bytes(one.jdm).decode()
        table = read_jdm(jdm)
        assert find_faults(table) == []
        fired = {decide(jdm, test.input).fired[0].row for test in one.tests}
        assert fired == set(range(1, len(table.rows) + 1)), one.code


def test_the_annual_fee_keeps_defers_and_lowers_as_the_rule_says() -> None:
    jdm = next(bytes(one.jdm).decode() for one in list_shipped() if one.code == "annual-fee")
    kept = decide(jdm, {"yearly_spend": 200, "monthly_spend": 16, "fee": 75})
    assert (kept.answer, kept.amount_cents) == (Answer.INSTEAD, 0)
    assert kept.condition_en
    assert decide(jdm, {"monthly_spend": 1000, "fee": 75}).amount_cents == 7500
    assert decide(jdm, {"purchase_under_way": True, "fee": 75}).amount_cents == 2500


def test_what_no_row_fits_goes_to_somebody_above_with_a_reason(make_table: Any) -> None:
    table = msgspec.structs.replace(make_table(), rows=make_table().rows[:1])
    found = decide(write_jdm(table, name="x"), {"fee": 3})
    assert (found.answer, found.fired, found.approvers) == (Answer.UNKNOWN, (), "above")
    assert found.reason_zh


def test_all_rows_that_fit_count_together_where_the_table_collects(make_table: Any) -> None:
    row = make_table("5").rows[0]
    table = Table(columns=make_table().columns, rows=(row, msgspec.structs.replace(row, cells=("> 15",))))
    jdm = write_jdm(msgspec.structs.replace(table, hit="collect"), name="x")
    assert decide(jdm, {"fee": 20}).amount_cents == 1000
    assert [one.row for one in decide(jdm, {"fee": 20}).fired] == [1, 2]
    assert decide(jdm, {"fee": 12}).amount_cents == 500


def test_the_rows_that_fitted_tell_what_they_met(make_table: Any) -> None:
    (fired,) = decide(write_jdm(make_table(note="高额"), name="x"), {"fee": 20}).fired
    assert (fired.row, fired.note, fired.met) == (1, "高额", (("fee", "> 10", 20),))


@pytest.mark.parametrize(
    ("changed", "wrong", "column"),
    [
        ({"cells": (">= >=",)}, Wrong.NO_CONDITION, "fee"),
        ({"cells": ("> salary",)}, Wrong.UNKNOWN_NAME, "fee"),
        ({"amount": "1 +"}, Wrong.NO_NUMBER, "amount"),
        ({"amount": "'many'"}, Wrong.NO_NUMBER, "amount"),
        ({"amount": "fie * 2"}, Wrong.UNKNOWN_NAME, "amount"),
        ({"reason_zh": ""}, Wrong.NO_REASON, "reason_zh"),
        ({"answer": "instead", "kind": "", "amount": ""}, Wrong.NO_ALTERNATIVE, "condition_zh"),
        ({"answer": "instead", "condition_zh": "换", "condition_en": "x"}, Wrong.GIVES_INSTEAD, "kind"),
        ({"answer": "yes_if"}, Wrong.NO_IF, "condition_zh"),
        ({"answer": "no"}, Wrong.UNKNOWN_ANSWER, "answer"),
        ({"kind": ""}, Wrong.NO_KIND, "kind"),
        ({"amount": ""}, Wrong.NOTHING_GIVEN, "amount"),
        ({"approvers": "the boss"}, Wrong.BAD_APPROVERS, "approvers"),
        ({"reason_en": "x" * 301}, Wrong.TOO_LONG, "reason_en"),
    ],
)
def test_a_fault_names_its_row_and_column(
    make_table: Any, changed: dict[str, Any], wrong: Wrong, column: str
) -> None:
    fault = find_faults(make_table(**changed))[0]
    assert (fault.wrong, fault.row, fault.column) == (wrong, 1, column)


def test_headings_have_faults_too(make_table: Any) -> None:
    twice = Column(field="fee", type=ColumnType.MONEY)
    assert [one.wrong for one in find_faults(Table())] == [Wrong.NO_COLUMN, Wrong.NO_ROW]
    rows = make_table().rows
    assert find_faults(Table(columns=(twice, twice), rows=rows))[0].wrong is Wrong.SAME_FIELD
    bad = Column(field="Fee!", type=ColumnType.MONEY)
    assert find_faults(Table(columns=(bad,), rows=rows))[0].wrong is Wrong.BAD_FIELD
    open_choice = Column(field="fee", type=ColumnType.CHOICE)
    assert find_faults(Table(columns=(open_choice,), rows=rows))[0].wrong is Wrong.NO_OPTIONS


def test_a_table_goes_to_jdm_and_comes_back(make_table: Any) -> None:
    table = make_table(note="第一", reason_en="It’s our doing: 'late'.", approvers="above > owner")
    assert read_jdm(write_jdm(table, name="退费")) == table
    for one in list_shipped():
        there = read_jdm(bytes(one.jdm))
        assert read_jdm(write_jdm(there, name=one.name_en)) == there


def test_quotes_in_a_reason_do_not_break_the_table(make_table: Any) -> None:
    jdm = write_jdm(make_table(reason_en='We call it "late" \\ sorry'), name="x")
    assert decide(jdm, {"fee": 20}).reason_en == "We call it ”late” / sorry"


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "[]",
        '{"nodes": []}',
        json.dumps({"nodes": [{"type": "functionNode", "content": {"source": "while(1){}"}}]}),
        json.dumps({"nodes": [{"type": "decisionTableNode", "content": {"outputs": []}}]}),
        "x" * (600 * 1024),
    ],
)
def test_what_is_no_decision_table_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_jdm(text)
    assert refused.value.field == "file"


@pytest.mark.parametrize("policy", list_shipped(), ids=lambda policy: policy.code)
def test_a_shipped_policy_is_suggested_for_aspects_that_there_are(policy):
    known = {one.id for name in BUILT_IN for one in load_taxonomy(name).aspects}
    assert set(split_codes(policy.aspects)) <= known
