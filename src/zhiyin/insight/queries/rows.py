"""The voices behind the figures: how many, the neighbours of one, all of them piece by piece.

Connections need the views `feedback`, `opinions` and `replies`. Narrow columns find the voices, the
wide ones are read for few rows at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import msgspec

from zhiyin.insight.queries.row_order import KEYS, Order, here_in, here_values, sort_by
from zhiyin.insight.queries.row_pages import PAGE_SIZE, VoicePage, count, list_rows
from zhiyin.insight.queries.row_reading import TABLES, IdRow, VoiceRow, find_rows, read_rows
from zhiyin.insight.queries.row_search import search_beside
from zhiyin.insight.search.index.catalogue import Coverage
from zhiyin.insight.selection import Selection, VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.listen.queries.feedback import FeedbackOut
from zhiyin.people.scope import Scope

__all__ = [
    "PAGE_SIZE",
    "TABLES",
    "Neighbours",
    "Order",
    "VoicePage",
    "VoiceRow",
    "count_file_rows",
    "count_rows",
    "find_neighbours",
    "find_rows",
    "iterate_rows",
    "list_rows",
    "read_rows",
]
ROWS_PER_PIECE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """Ids of the voices before and after one in the list; None at its ends."""

    previous: str | None
    next: str | None


class _CountRow(msgspec.Struct, frozen=True, kw_only=True):
    n: int


class _DayRow(msgspec.Struct, frozen=True, kw_only=True):
    day: date
    n: int


def count_rows(connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter) -> int:
    """How many voices the list holds."""
    return count(connection, chosen=select(scope, filter=filter))


def count_file_rows(connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter) -> int:
    """How many rows a file with a row an opinion has: one at least for each voice of the list."""
    chosen = select(scope, filter=filter)
    more = run(
        connection,
        "rows_opinion_count",
        row=_CountRow,
        parameters=chosen.parameters,
        kept_voices=chosen.kept_voices,
        within="day >= $start_day" if filter.since else "TRUE",
    )
    return count(connection, chosen=chosen) + more[0].n


def find_neighbours(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter,
    order: Order = Order.NEWEST,
    here: FeedbackOut,
    coverage: Coverage | None = None,
) -> Neighbours:
    """The voices of the list on both sides of this one, which need not be in it."""
    if filter.text and coverage is not None and order is Order.NEWEST:
        beside = search_beside(connection, scope=scope, filter=filter, coverage=coverage, here=here)
        if beside is not None:
            return Neighbours(previous=beside[0], next=beside[1])
    chosen = select(scope, filter=filter)
    return Neighbours(
        previous=_find_neighbour(connection, chosen=chosen, order=order, here=here, comes=">"),
        next=_find_neighbour(connection, chosen=chosen, order=order, here=here, comes="<"),
    )


def iterate_rows(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter
) -> Iterator[VoiceRow]:
    """Every voice of the list by day of receipt, the latest first; some thousand rows are held at a time."""
    chosen = select(scope, filter=filter)
    parts = {"kept_voices": chosen.kept_voices}
    for of in run(connection, "rows_days", row=_DayRow, parameters=chosen.parameters, **parts):
        given = {**chosen.parameters, "of_day": of.day}
        ids = [
            one.feedback_id for one in run(connection, "rows_of_day", row=IdRow, parameters=given, **parts)
        ]
        for piece in _pieces(ids):
            yield from read_rows(connection, piece, days={of.day})


def _find_neighbour(
    connection: duckdb.DuckDBPyConnection, *, chosen: Selection, order: Order, here: FeedbackOut, comes: str
) -> str | None:
    found = run(
        connection,
        "rows_neighbour",
        row=IdRow,
        parameters={**chosen.parameters, **here_values(here)},
        kept_voices=chosen.kept_voices,
        keys=", ".join(KEYS[order]),
        comes=comes,
        here=here_in(order),
        ordered=sort_by(order, direction="DESC" if comes == "<" else "ASC"),
    )
    return found[0].feedback_id if found else None


def _pieces(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + ROWS_PER_PIECE] for start in range(0, len(ids), ROWS_PER_PIECE))
