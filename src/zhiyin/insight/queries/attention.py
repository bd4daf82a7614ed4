"""How many voices there are, how many cannot wait, the newest of these, and where voices end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import duckdb
import msgspec

from zhiyin.insight import dialect
from zhiyin.insight.board import UrgentVoice
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


class _UrgentId(msgspec.Struct, frozen=True, kw_only=True):
    feedback_id: str
    day: date | None


class _UrgentRow(msgspec.Struct, frozen=True, kw_only=True):
    feedback_id: str
    occurred_at: datetime | None
    unit_id: int | None
    channel: str | None
    level: int
    reasons: list[str] | None
    text: str


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
    found = run(
        connection,
        "urgent_newest",
        row=_UrgentId,
        parameters={**chosen.parameters, "n_urgent": limit},
        all_voices=chosen.kept_voices,
    )
    rows = _read_words(connection, chosen=chosen, found=found) if found else []
    return [
        UrgentVoice(
            feedback_id=row.feedback_id,
            occurred_at=row.occurred_at.astimezone(UTC) if row.occurred_at else None,
            unit_id=row.unit_id,
            unit_name=None if row.unit_id is None else unit_names.get(row.unit_id),
            channel=row.channel,
            level=row.level,
            reasons=row.reasons or [],
            text=row.text,
        )
        for row in rows
    ]


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


def _read_words(
    connection: duckdb.DuckDBPyConnection, *, chosen: Selection, found: list[_UrgentId]
) -> list[_UrgentRow]:
    days = sorted({row.day.isoformat() for row in found if row.day})
    has_all_days = all(row.day for row in found)
    return run(
        connection,
        "urgent_voices",
        row=_UrgentRow,
        parameters={**chosen.parameters, "ids": [row.feedback_id for row in found], "days": days},
        all_voices=chosen.kept_voices,
        within_days=f"day IN ({dialect.members('$days', kind='DATE')})" if has_all_days else "TRUE",
        ids=dialect.members("$ids", kind="VARCHAR"),
    )
