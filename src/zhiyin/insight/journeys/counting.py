"""Counts of one touchpoint out of the lake: voices, ratings, mentions, needs and waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import duckdb
import msgspec

from zhiyin.insight import dialect
from zhiyin.insight.board import Waits
from zhiyin.insight.drivers.needs import NeedMet, list_needs
from zhiyin.insight.queries.voices import get_waits
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.people.scope import Scope


class VoiceCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Voices with words or stars, and the sums of their stars."""

    is_now: bool = True
    n: int = 0
    n_rated: int = 0
    sum_stars: float = 0.0
    sum_squares: float = 0.0


class MentionCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Mentions by polarity, and the voices that mention, praise and blame."""

    is_now: bool = True
    n: int = 0
    n_positive: int = 0
    n_negative: int = 0
    n_voices: int = 0
    n_praising: int = 0
    n_blaming: int = 0

    def __add__(self, other: MentionCounts) -> MentionCounts:
        """Both together; a voice that is in both counts twice."""
        return MentionCounts(
            is_now=self.is_now,
            n=self.n + other.n,
            n_positive=self.n_positive + other.n_positive,
            n_negative=self.n_negative + other.n_negative,
            n_voices=self.n_voices + other.n_voices,
            n_praising=self.n_praising + other.n_praising,
            n_blaming=self.n_blaming + other.n_blaming,
        )


_Row = TypeVar("_Row", VoiceCounts, MentionCounts)


class TouchpointCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What the lake holds of one touchpoint, in the period and in the one before."""

    voices: VoiceCounts = VoiceCounts()
    voices_before: VoiceCounts = VoiceCounts()
    mentions: MentionCounts = MentionCounts()
    mentions_before: MentionCounts = MentionCounts()


def count_touchpoint(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter
) -> TouchpointCounts:
    """The counts of the voices that the filter wants."""
    chosen = select(scope, filter=filter, with_before=True)
    voices = run(
        connection,
        "journey_voices",
        row=VoiceCounts,
        parameters=chosen.parameters,
        is_now=chosen.is_now,
        kept_voices=chosen.kept_voices,
    )
    mentions = run(
        connection,
        "journey_mentions",
        row=MentionCounts,
        parameters=chosen.parameters,
        is_now=chosen.is_now,
        kept_opinions=chosen.kept_opinions,
        voice=dialect.hash64("feedback_id"),
    )
    return TouchpointCounts(
        voices=_at(voices, is_now=True) or VoiceCounts(),
        voices_before=_at(voices, is_now=False) or VoiceCounts(),
        mentions=_at(mentions, is_now=True) or MentionCounts(),
        mentions_before=_at(mentions, is_now=False) or MentionCounts(),
    )


def count_voices(connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter) -> int:
    """How many voices the filter wants, of the period alone."""
    chosen = select(scope, filter=filter)
    rows = run(
        connection,
        "journey_voices",
        row=VoiceCounts,
        parameters=chosen.parameters,
        is_now="TRUE",
        kept_voices=chosen.kept_voices,
    )
    return rows[0].n if rows else 0


def needs_at(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter
) -> dict[str, NeedMet]:
    """The ten needs among the voices that the filter wants; empty where none is shown."""
    found = list_needs(connection, scope=scope, filter=filter)
    return dict(found[0].needs) if found else {}


def waits_at(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter, n_voices: int
) -> Waits:
    """How many tell of waiting, and how long."""
    return get_waits(connection, scope=scope, filter=filter, n_voices=n_voices)


def _at(rows: Sequence[_Row], *, is_now: bool) -> _Row | None:
    return next((row for row in rows if row.is_now is is_now), None)
