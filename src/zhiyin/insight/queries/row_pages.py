"""One page of a list of voices, however far from its beginning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import duckdb
import msgspec

from zhiyin.insight.queries.row_order import STEPS, Order, sort_by
from zhiyin.insight.queries.row_reading import VoiceRow, read_rows
from zhiyin.insight.queries.row_search import Found, search_page
from zhiyin.insight.search.index.catalogue import Coverage
from zhiyin.insight.selection import Parameter, Selection, VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.people.scope import Scope

PAGE_SIZE = 30
# To here DuckDB keeps the first rows while it reads; sorting more is slower than counting first.
_SHALLOW = 3_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicePage:
    """One page of the list; `n` voices in all, pages counted from 1. With `is_least` there may be more."""

    rows: list[VoiceRow]
    n: int
    number: int
    n_pages: int
    is_least: bool = False

    @property
    def has_previous(self) -> bool:
        """Whether there is a page before."""
        return self.number > 1

    @property
    def has_next(self) -> bool:
        """Whether there is a page after."""
        return self.number < self.n_pages


class _KeyRow(msgspec.Struct, frozen=True, kw_only=True):
    feedback_id: str
    day: date
    n: int


class _StepRow(msgspec.Struct, frozen=True, kw_only=True):
    step: int
    n: int


class _CountRow(msgspec.Struct, frozen=True, kw_only=True):
    n: int


def list_rows(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter,
    order: Order = Order.NEWEST,
    number: int = 1,
    size: int = PAGE_SIZE,
    coverage: Coverage | None = None,
) -> VoicePage:
    """Page `number` of the list; a number beyond its end gives the last page.

    With the `coverage` of the index a search takes milliseconds where every text would be read.
    """
    number = max(1, number)
    if filter.text and coverage is not None and order is Order.NEWEST:
        found = search_page(
            connection, scope=scope, filter=filter, coverage=coverage, number=number, size=size
        )
        if found is not None:
            return _of_search(connection, found, size=size)
    chosen = select(scope, filter=filter)
    if filter.text and number * size <= _SHALLOW:
        keys = _list_keys(
            connection, chosen=chosen, order=order, number=number, size=size, n="count(*) OVER ()"
        )
        n = keys[0].n if keys else 0
        if keys or number == 1:
            return _page(connection, keys=keys, n=n, number=number, size=size)
    n = count(connection, chosen=chosen)
    number = min(number, count_pages(n, size=size))
    find = _list_keys if number * size <= _SHALLOW else _list_deep_keys
    keys = find(connection, chosen=chosen, order=order, number=number, size=size)
    return _page(connection, keys=keys, n=n, number=number, size=size)


def count(connection: duckdb.DuckDBPyConnection, *, chosen: Selection) -> int:
    """How many voices are kept."""
    found = run(
        connection,
        "rows_count",
        row=_CountRow,
        parameters=chosen.parameters,
        kept_voices=chosen.kept_voices,
    )
    return found[0].n


def count_pages(n: int, *, size: int) -> int:
    """How many pages so many rows take; one where there is none."""
    return max(1, -(-n // size))


def _of_search(connection: duckdb.DuckDBPyConnection, found: Found, *, size: int) -> VoicePage:
    rows = read_rows(connection, list(found.ids), days=set(found.days))
    n_pages = count_pages(found.n, size=size) + (found.is_least and found.n % size == 0)
    return VoicePage(rows=rows, n=found.n, number=found.number, n_pages=n_pages, is_least=found.is_least)


def _page(
    connection: duckdb.DuckDBPyConnection, *, keys: Sequence[_KeyRow], n: int, number: int, size: int
) -> VoicePage:
    rows = read_rows(connection, [key.feedback_id for key in keys], days={key.day for key in keys})
    return VoicePage(rows=rows, n=n, number=number, n_pages=count_pages(n, size=size))


def _list_keys(
    connection: duckdb.DuckDBPyConnection,
    *,
    chosen: Selection,
    order: Order,
    number: int,
    size: int,
    n: str = "0",
) -> list[_KeyRow]:
    return run(
        connection,
        "rows_page",
        row=_KeyRow,
        parameters={**chosen.parameters, "n_rows": size, "n_before": (number - 1) * size},
        kept_voices=chosen.kept_voices,
        keys=sort_by(order),
        n=n,
    )


def _list_deep_keys(
    connection: duckdb.DuckDBPyConnection, *, chosen: Selection, order: Order, number: int, size: int
) -> list[_KeyRow]:
    """A page far from the beginning: counted by days first, so that few rows are left to be sorted."""
    first, last = (number - 1) * size, number * size
    steps = run(
        connection,
        "rows_steps",
        row=_StepRow,
        parameters=chosen.parameters,
        kept_voices=chosen.kept_voices,
        step=STEPS[order],
    )
    passed, wanted = 0, list[int]()
    n_before = 0
    for one in steps:
        if passed + one.n > first and passed < last:
            n_before = n_before if wanted else passed
            wanted.append(one.step)
        passed += one.n
    if not wanted:
        return []
    given: dict[str, Parameter] = {"n_rows": size, "n_before": first - n_before}
    low, high = min(wanted), max(wanted)
    within = f"{STEPS[order]} BETWEEN $low AND $high"
    if order in {Order.NEWEST, Order.OLDEST}:
        # The same in words that let DuckDB pass over files.
        days = (low, high) if order is Order.NEWEST else (-high, -low)
        given |= {"low_time": _EPOCH + timedelta(days[0]), "high_time": _EPOCH + timedelta(days[1] + 1)}
        within += " AND occurred_at >= $low_time AND occurred_at < $high_time"
    return run(
        connection,
        "rows_page",
        row=_KeyRow,
        parameters={**chosen.parameters, **given, "low": low, "high": high},
        kept_voices=f"{chosen.kept_voices} AND {within}",
        keys=sort_by(order),
        n="0",
    )
