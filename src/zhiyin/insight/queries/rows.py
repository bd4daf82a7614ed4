"""The voices behind the figures: a page of them, the neighbours of one, all of them piece by piece.

Connections need the views `feedback`, `opinions` and `replies`. Narrow columns find the voices, the
wide ones are read for few rows at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import duckdb
import msgspec

from zhiyin.errors import NotFound
from zhiyin.insight import dialect
from zhiyin.insight.selection import Parameter, Selection, VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.listen.queries.feedback import FeedbackOut, OpinionOut, day_in, read_voices
from zhiyin.people.scope import Scope

TABLES = ("feedback", "opinions", "replies")
PAGE_SIZE = 30
# Nobody reads so far; whoever wants all takes the file.
MAX_DEPTH = 30_000
ROWS_PER_PIECE = 2_000


class Order(StrEnum):
    """How the list is sorted."""

    NEWEST = "newest"
    OLDEST = "oldest"
    URGENT = "urgent"
    WORST = "worst"


# What each order sorts by, all descending, so that a voice's place is a tuple to compare with.
_KEYS: Mapping[Order, tuple[str, ...]] = {
    Order.NEWEST: ("occurred_at", "feedback_id"),
    Order.OLDEST: ("-epoch_us(occurred_at)", "feedback_id"),
    Order.URGENT: ("urgency", "occurred_at", "feedback_id"),
    Order.WORST: ("-coalesce(stars, 9)", "occurred_at", "feedback_id"),
}
_HERE: Mapping[str, str] = {
    "occurred_at": "CAST($here_time AS TIMESTAMPTZ)",
    "-epoch_us(occurred_at)": "-epoch_us(CAST($here_time AS TIMESTAMPTZ))",
    "urgency": "$here_urgency",
    "-coalesce(stars, 9)": "-$here_stars",
    "feedback_id": "$here_id",
}


class VoiceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One voice of the list, with what it says of which aspect, and whether the company answered."""

    feedback: FeedbackOut
    opinions: list[OpinionOut]
    is_answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicePage:
    """One page of the list; `n` voices in all, pages counted from 1."""

    rows: list[VoiceRow]
    n: int
    number: int
    n_pages: int

    @property
    def has_previous(self) -> bool:
        """Whether there is a page before."""
        return self.number > 1

    @property
    def has_next(self) -> bool:
        """Whether there is a page after."""
        return self.number < self.n_pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """Ids of the voices before and after one in the list; None at its ends."""

    previous: str | None
    next: str | None


class _CountRow(msgspec.Struct, frozen=True, kw_only=True):
    n: int


class _KeyRow(msgspec.Struct, frozen=True, kw_only=True):
    feedback_id: str
    day: date
    n: int


class _IdRow(msgspec.Struct, frozen=True, kw_only=True):
    feedback_id: str


class _DayRow(msgspec.Struct, frozen=True, kw_only=True):
    day: date
    n: int


class _OpinionRow(OpinionOut, frozen=True, kw_only=True):
    feedback_id: str


def count_rows(connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter) -> int:
    """How many voices the list holds."""
    return _count(connection, chosen=select(scope, filter=filter))


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
    return _count(connection, chosen=chosen) + more[0].n


def find_rows(connection: duckdb.DuckDBPyConnection, *, scope: Scope, ids: Sequence[str]) -> list[VoiceRow]:
    """The voices of these ids that the scope allows, in the order given; unknown ones are left out."""
    days: dict[str, date] = {}
    for feedback_id in dict.fromkeys(ids):
        with suppress(NotFound):
            days[feedback_id] = day_in(feedback_id)
    rows = read_rows(connection, list(days), days=set(days.values()))
    return [row for row in rows if scope.allows(row.feedback.unit_id)]


def list_rows(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter,
    order: Order = Order.NEWEST,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> VoicePage:
    """Page `number` of the list; a number beyond its end gives the last page within `MAX_DEPTH` rows."""
    chosen = select(scope, filter=filter)
    number = min(max(1, number), MAX_DEPTH // size)
    if filter.text:
        keys = _list_keys(
            connection, chosen=chosen, order=order, number=number, size=size, n="count(*) OVER ()"
        )
        n = keys[0].n if keys else 0
        if keys or number == 1:
            return _page(connection, keys=keys, n=n, number=number, size=size)
    n = _count(connection, chosen=chosen)
    number = min(number, _count_pages(n, size=size))
    keys = _list_keys(connection, chosen=chosen, order=order, number=number, size=size)
    return _page(connection, keys=keys, n=n, number=number, size=size)


def _page(
    connection: duckdb.DuckDBPyConnection, *, keys: Sequence[_KeyRow], n: int, number: int, size: int
) -> VoicePage:
    rows = read_rows(connection, [key.feedback_id for key in keys], days={key.day for key in keys})
    return VoicePage(rows=rows, n=n, number=number, n_pages=_count_pages(n, size=size))


def _count_pages(n: int, *, size: int) -> int:
    return max(1, -(-min(n, MAX_DEPTH) // size))


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
        keys=_ordered(order, direction="DESC"),
        n=n,
    )


def find_neighbours(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter,
    order: Order = Order.NEWEST,
    here: FeedbackOut,
) -> Neighbours:
    """The voices of the list on both sides of this one, which need not be in it."""
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
            one.feedback_id for one in run(connection, "rows_of_day", row=_IdRow, parameters=given, **parts)
        ]
        for piece in _pieces(ids):
            yield from read_rows(connection, piece, days={of.day})


def read_rows(
    connection: duckdb.DuckDBPyConnection, ids: Sequence[str], *, days: set[date]
) -> list[VoiceRow]:
    """The voices of these ids, which were found within the asker's scope, in this order."""
    if not ids:
        return []
    voices = {voice.feedback_id: voice for voice in read_voices(connection, list(ids), days=sorted(days))}
    given: dict[str, Parameter] = {"ids": list(ids), "days": [day.isoformat() for day in sorted(days)]}
    parts = {
        "ids": dialect.members("$ids", kind="VARCHAR"),
        "days": dialect.members("$days", kind="DATE"),
    }
    opinions: dict[str, list[OpinionOut]] = {}
    for opinion in run(connection, "rows_opinions", row=_OpinionRow, parameters=given, **parts):
        opinions.setdefault(opinion.feedback_id, []).append(opinion)
    answered = {
        one.feedback_id for one in run(connection, "rows_answered", row=_IdRow, parameters=given, **parts)
    }
    return [
        VoiceRow(
            feedback=voices[feedback_id],
            opinions=opinions.get(feedback_id, []),
            is_answered=feedback_id in answered,
        )
        for feedback_id in ids
        if feedback_id in voices
    ]


def _count(connection: duckdb.DuckDBPyConnection, *, chosen: Selection) -> int:
    found = run(
        connection,
        "rows_count",
        row=_CountRow,
        parameters=chosen.parameters,
        kept_voices=chosen.kept_voices,
    )
    return found[0].n


def _find_neighbour(
    connection: duckdb.DuckDBPyConnection, *, chosen: Selection, order: Order, here: FeedbackOut, comes: str
) -> str | None:
    given: dict[str, Parameter] = {
        "here_id": here.feedback_id,
        "here_time": here.occurred_at,
        "here_urgency": here.urgency,
        "here_stars": 9.0 if here.stars is None else here.stars,
    }
    found = run(
        connection,
        "rows_neighbour",
        row=_IdRow,
        parameters={**chosen.parameters, **given},
        kept_voices=chosen.kept_voices,
        keys=", ".join(_KEYS[order]),
        comes=comes,
        here=", ".join(_HERE[key] for key in _KEYS[order]),
        ordered=_ordered(order, direction="DESC" if comes == "<" else "ASC"),
    )
    return found[0].feedback_id if found else None


def _ordered(order: Order, *, direction: str) -> str:
    return ", ".join(f"{key} {direction}" for key in _KEYS[order])


def _pieces(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + ROWS_PER_PIECE] for start in range(0, len(ids), ROWS_PER_PIECE))
