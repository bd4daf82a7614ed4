"""Finds the rows of one or two tables that are one person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zhiyin.customers.matching.blocking import Rule, choose_rules
from zhiyin.customers.matching.clusters import Edges, cluster
from zhiyin.customers.matching.curve import Point, choose_threshold, expected_curve
from zhiyin.customers.matching.kinds import Column, Field, Kind
from zhiyin.customers.matching.model import Scored, Task, find_levels, fit_and_score
from zhiyin.customers.matching.prepare import Prepared, prepare
from zhiyin.errors import InvalidInput

_LEAST_FIELDS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A table of people with what its columns are."""

    table: pa.Table
    columns: list[Column]


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Who is who: `person[row]` is the same for rows of one person; a second table's follow the first's.

    `threshold` is the probability from which a pair brought rows together, `curve` what the model
    expects of others.
    """

    person: npt.NDArray[np.int64]
    scored: Scored
    fields: list[Field]
    rules: list[Rule]
    threshold: float
    curve: list[Point]
    n_rows: tuple[int, ...]


def find_people(
    sources: list[Source],
    *,
    threshold: float | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Found:
    """Link the rows of one table among themselves, or those of two tables with one another.

    `threshold` (0 to 1) is chosen by the model's own expectation where it is None. Raises InvalidInput
    where fewer than two columns tell anything of a person.
    """
    tell("prepare")
    prepared = _prepared(sources)
    sizes = tuple(source.table.num_rows for source in sources)
    with duckdb.connect() as connection:
        scored, rules = _compare(connection, prepared=prepared, sizes=sizes, tell=tell)
    chosen = (
        threshold
        if threshold is not None
        else choose_threshold(scored.probability, n_expected=scored.n_expected)
    )
    tell("people")
    bits = float(np.log2(chosen / (1 - chosen))) if 0 < chosen < 1 else (-np.inf if chosen <= 0 else 50.0)
    edges = Edges(left=scored.left, right=scored.right, weight=scored.weight)
    return Found(
        person=cluster(edges, n_rows=sum(sizes), least=bits),
        scored=scored,
        fields=prepared.fields,
        rules=rules,
        threshold=chosen,
        curve=expected_curve(scored.probability, n_expected=scored.n_expected),
        n_rows=sizes,
    )


def _compare(
    connection: duckdb.DuckDBPyConnection,
    *,
    prepared: Prepared,
    sizes: tuple[int, ...],
    tell: Callable[[str], None],
) -> tuple[Scored, list[Rule]]:
    connection.register("prepared", prepared.table)
    connection.execute("create table people as select * from prepared")
    connection.unregister("prepared")
    tell("rules")
    rules = choose_rules(connection, table="people", fields=prepared.fields, n_rows=sum(sizes))
    if not rules:
        raise InvalidInput("No two rows agree in anything by which people are told apart.", field="file")
    n = sum(sizes)
    task = Task(
        table="people",
        fields=prepared.fields,
        rules=rules,
        n_rows=n,
        n_possible=float(sizes[0] * sizes[1]) if len(sizes) > 1 else n * (n - 1) / 2,
        is_two_sided=len(sizes) > 1,
        levels=find_levels(connection, table="people", fields=prepared.fields),
    )
    return fit_and_score(connection, task=task, tell=tell), rules


def _prepared(sources: list[Source]) -> Prepared:
    tables = [sources[0].table]
    for other in sources[1:]:
        tables.append(_as_first(other, first=sources[0]))
    whole = pa.concat_tables(tables, promote_options="permissive")
    sides = [side for side, table in zip("ab", tables, strict=False) for _ in range(table.num_rows)]
    prepared = prepare(whole, columns=sources[0].columns, sides=sides)
    if len(prepared.fields) < _LEAST_FIELDS:
        raise InvalidInput(
            "Fewer than two columns of the file tell something of a person.",
            next_step='Name the columns in a configuration, for example {"columns": {"nm": "full_name"}}.',
            field="columns",
        )
    return prepared


def _as_first(other: Source, *, first: Source) -> pa.Table:
    """The second table under the headings of the first: by the same heading, else by the same kind."""
    by_kind: dict[Kind, list[str]] = {}
    taken = {column.name for column in first.columns}
    for column in other.columns:
        if column.name not in taken:
            by_kind.setdefault(column.kind, []).append(column.name)
    names = {column.name for column in other.columns}
    arrays = {}
    for column in first.columns:
        spare = by_kind.get(column.kind, [])
        name = column.name if column.name in names else spare.pop(0) if spare else None
        if name is not None:
            arrays[column.name] = other.table.column(name)
    return pa.table(arrays)
