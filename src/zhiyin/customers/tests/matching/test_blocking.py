"""Pairs are chosen within a budget also where last digits are shared by hundreds."""

from __future__ import annotations

import duckdb

from zhiyin.customers.matching.blocking import Rule, choose_rules
from zhiyin.customers.matching.kinds import Field, Kind

FIELDS = [
    Field(code="tail_1", kind=Kind.TAIL, columns=("tail",)),
    Field(code="surname_1", kind=Kind.SURNAME, columns=("surname",)),
    Field(code="usual_1", kind=Kind.USUAL, columns=("usual",)),
]


def _rules(*, n_tails: int, fields: list[Field]) -> list[Rule]:
    with duckdb.connect() as connection:
        connection.execute(
            f"CREATE TABLE people AS SELECT [CAST(i % {n_tails} AS VARCHAR)] AS tail_1,"
            " [CAST(i % 37 AS VARCHAR)] AS surname_1, CAST(i % 101 AS VARCHAR) AS usual_1"
            " FROM range(2000) AS made(i)"
        )
        return choose_rules(connection, table="people", fields=fields, n_rows=2000)


def test_rare_digits_choose_pairs_alone() -> None:
    assert {rule.codes for rule in _rules(n_tails=997, fields=FIELDS)} == {frozenset({"tail_1"})}


def test_digits_that_many_share_choose_with_surname_or_place() -> None:
    codes = {rule.codes for rule in _rules(n_tails=3, fields=FIELDS)}

    assert codes == {frozenset({"tail_1", "surname_1"}), frozenset({"tail_1", "usual_1"})}


def test_surname_and_place_alone_choose_nobody() -> None:
    assert _rules(n_tails=3, fields=FIELDS[1:]) == []
