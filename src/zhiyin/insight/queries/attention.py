"""How many voices there are, how many cannot wait, the newest of these, and where voices end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import duckdb
import msgspec

from zhiyin.insight.board import UrgentVoice
from zhiyin.insight.queries.urgent import read_urgent
from zhiyin.insight.selection import Selection, VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.people.scope import Scope

TODAY, NOW = 2, 3  # levels of urgency


class UrgentCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Voices to be read now (level 3), and now or today (2 and 3): the rows of the filter by urgency."""

    n_now: int
    n_today: int


class _CountRow(msgspec.Struct, frozen=True, kw_only=True):
    n: int


class _LevelRow(msgspec.Struct, frozen=True, kw_only=True):
    level: int
    n: int


class _NewestRow(msgspec.Struct, frozen=True, kw_only=True):
    newest: datetime | None


def count_voices(connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter) -> int:
    """How many voices the period has, where nothing else is asked: a quarter of the cost of the overview."""
    chosen = select(scope, filter=filter)
    return run(
        connection,
        "counted",
        row=_CountRow,
        parameters=chosen.parameters,
        kept_voices=chosen.kept_voices,
    )[0].n


def count_urgent(connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter) -> UrgentCounts:
    """How many voices are urgent, by the filter that the list of voices uses too."""
    chosen = _select_urgent(scope, filter=filter)
    rows = run(
        connection,
        "urgent_levels",
        row=_LevelRow,
        parameters=chosen.parameters,
        kept_voices=chosen.kept_voices,
    )
    return UrgentCounts(
        n_now=sum(row.n for row in rows if row.level >= NOW), n_today=sum(row.n for row in rows)
    )


def list_urgent(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter,
    unit_names: Mapping[int, str],
    limit: int = 5,
) -> list[UrgentVoice]:
    """The newest voices to be read today or now, with masked words. Only the texts of these are read."""
    chosen = _select_urgent(scope, filter=filter)
    return read_urgent(
        connection,
        condition=chosen.kept_voices,
        parameters=chosen.parameters,
        unit_names=unit_names,
        limit=limit,
    )


def find_newest(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter
) -> datetime | None:
    """When the newest voice that the filter wants was said, whatever its period (UTC); None for none."""
    chosen = select(scope, filter=replace(filter, since=None, until=None))
    row = run(
        connection, "newest", row=_NewestRow, parameters=chosen.parameters, kept_voices=chosen.kept_voices
    )[0]
    return row.newest.astimezone(UTC) if row.newest else None


def _select_urgent(scope: Scope, *, filter: VoiceFilter) -> Selection:
    least = max(filter.urgency_least or TODAY, TODAY)
    return select(scope, filter=replace(filter, urgency_least=least))
