"""What the search for new subjects reads of the lake: words by day, and exact counts of the words found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

import duckdb
import msgspec
import numpy as np
from numpy.typing import NDArray

from zhiyin.insight import dialect
from zhiyin.insight.local_days import local_day_number
from zhiyin.insight.queries.quotes import list_quotes
from zhiyin.insight.selection import Parameter, VoiceFilter, select
from zhiyin.insight.statements import named_parameters, read_statement, run
from zhiyin.insight.topics.report import day_of
from zhiyin.insight.topics.store import DayTexts
from zhiyin.people.scope import Scope

_ROWS_AT_ONCE = 100_000
_NOTHING: Mapping[str, Parameter] = {}
# Clocks that are put forward are minded in these years.
_AGES = datetime(2010, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)


class _Message(msgspec.Struct, frozen=True, kw_only=True):
    sequence: int
    n: int


class _Day(msgspec.Struct, frozen=True, kw_only=True):
    day_number: int
    n: int


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """Voices of one day and unit."""

    day_number: int
    unit_id: int | None
    n: int
    n_negative: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Texts in order of time, and the day of each as days since 1970."""

    texts: list[str]
    days: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceFacts:
    """The voices of a scope, narrowed by `filter`, as days of the zone."""

    connection: duckdb.DuckDBPyConnection
    scope: Scope
    filter: VoiceFilter
    zone: ZoneInfo

    def voices_of_day(self) -> dict[int, int]:
        """How many voices with words count, by day."""
        rows = run(
            self.connection,
            "topic_span",
            row=_Day,
            parameters=self._parameters(self.filter),
            day=self._day(),
            kept_voices=self._kept(self.filter),
        )
        return {row.day_number: row.n for row in rows}

    def n_messages_after(self, sequence: int) -> list[tuple[int, int]]:
        """Messages of the log after that one, each with its voices."""
        rows = run(
            self.connection,
            "topic_messages",
            row=_Message,
            parameters=self._parameters(self.filter),
            kept_voices=f"{self._kept(self.filter)} AND sequence > {int(sequence)}",
        )
        return [(row.sequence, row.n) for row in rows]

    def texts_after(self, sequence: int) -> Iterator[DayTexts]:
        """The words of the voices that came after that message, in pieces of whole messages."""
        for first, last in _pieces(self.n_messages_after(sequence)):
            words = self._words(f"sequence BETWEEN {first} AND {last}")
            yield DayTexts(texts=words.texts, days=words.days, sequence=last)

    def words_between(self, *, first: int, end: int, newest: int | None = None) -> Words:
        """The words of the days from `first` to before `end`; only the `newest` so many."""
        words = self._words(f"{self._day()} BETWEEN {first} AND {end - 1}")
        if newest is None or len(words.texts) <= newest:
            return words
        return Words(texts=words.texts[-newest:], days=words.days[-newest:])

    def feeling_words(
        self, *, first: int, end: int, has_aspect: bool, newest: int, parents: Sequence[str]
    ) -> Words:
        """The `newest` so many texts of the days that are happy or unhappy, with or without an aspect.

        One of the `parents` (aspects with others below) that no term names is a guess and counts as none.
        """
        days = f"{self._day()} BETWEEN {first} AND {end - 1}"
        guessed = f"aspect IN ({dialect.members('$parents', kind='VARCHAR')}) AND coalesce(term, '') = ''"
        said = f"SELECT feedback_id FROM opinions WHERE is_current AND NOT ({guessed}) AND {days}"  # noqa: S608
        is_in = "IN" if has_aspect else "NOT IN"
        feels = "sentiment IN ('positive', 'negative', 'mixed')"
        which = f"{days} AND {feels} AND feedback_id {is_in} ({said})"
        words = self._words(which, also={"parents": list(parents)})
        return Words(texts=words.texts[-newest:], days=words.days[-newest:])

    def examples_of(self, phrase: str, *, first: int, end: int, limit: int) -> list[str]:
        """Ids of the most telling voices of the days that hold the phrase."""
        quotes = list_quotes(
            self.connection,
            scope=self.scope,
            filter=self.having(phrase, first=first, end=end),
            order="telling",
            limit=limit,
        )
        return [quote.feedback_id for quote in quotes]

    def counts_of(self, phrase: str) -> list[Count]:
        """The voices that hold the phrase, of all days: the same that a search for it lists."""
        wanted = self.having(phrase)
        return run(
            self.connection,
            "topic_counts",
            row=Count,
            parameters=self._parameters(wanted),
            day=self._day(),
            kept_voices=self._kept(wanted),
        )

    def having(self, phrase: str, *, first: int | None = None, end: int | None = None) -> VoiceFilter:
        """The filter for voices that hold the phrase, of the days from `first` to before `end`."""
        return replace(
            self.filter,
            text=f'"{phrase}"',
            since=_start_of(first, zone=self.zone),
            until=_start_of(end, zone=self.zone),
        )

    def _words(self, which: str, *, also: Mapping[str, Parameter] = _NOTHING) -> Words:
        sql = read_statement("topic_texts").format(
            day=self._day(), kept_voices=self._kept(self.filter), which=which
        )
        values = named_parameters(sql, {**self._parameters(self.filter), **also})
        found = self.connection.execute(sql, values).to_arrow_table()
        return Words(
            texts=found.column("text").to_pylist(),
            days=found.column("day_number").to_numpy().astype(np.int64),
        )

    def _day(self) -> str:
        return _day_sql(self.zone)

    def _kept(self, filter: VoiceFilter) -> str:
        return f"{select(self.scope, filter=filter).kept_voices} AND occurred_at IS NOT NULL"

    def _parameters(self, filter: VoiceFilter) -> Mapping[str, Parameter]:
        return select(self.scope, filter=filter).parameters


@cache
def _day_sql(zone: ZoneInfo) -> str:
    return local_day_number("occurred_at", zone=zone, since=_AGES[0], until=_AGES[1])


def _start_of(day: int | None, *, zone: ZoneInfo) -> datetime | None:
    """The first moment of the day in the zone."""
    return None if day is None else datetime.combine(day_of(day), time.min, zone)


def _pieces(messages: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """First and last message of pieces of about `_ROWS_AT_ONCE` voices."""
    first, n_rows = None, 0
    for sequence, n in messages:
        first = sequence if first is None else first
        n_rows += n
        if n_rows >= _ROWS_AT_ONCE:
            yield first, sequence
            first, n_rows = None, 0
    if first is not None:
        yield first, messages[-1][0]
