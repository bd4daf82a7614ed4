"""The newest voices to be read today or now, in their own masked words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

import duckdb
import msgspec

from zhiyin.insight import dialect
from zhiyin.insight.board import UrgentVoice
from zhiyin.insight.selection import Parameter
from zhiyin.insight.statements import run


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


def read_urgent(
    connection: duckdb.DuckDBPyConnection,
    *,
    condition: str,
    parameters: Mapping[str, Parameter],
    unit_names: Mapping[int, str],
    limit: int,
) -> list[UrgentVoice]:
    """The newest urgent voices that meet the condition of a `Selection`; only the texts of these are read."""
    found = run(
        connection,
        "urgent_newest",
        row=_UrgentId,
        parameters={**parameters, "n_urgent": limit},
        all_voices=condition,
    )
    if not found:
        return []
    rows = _read_words(connection, condition=condition, parameters=parameters, found=found)
    return [
        UrgentVoice(
            feedback_id=row.feedback_id,
            occurred_at=row.occurred_at.astimezone(UTC) if row.occurred_at else None,
            unit_id=row.unit_id,
            unit_name=None if row.unit_id is None else unit_names.get(row.unit_id, f"#{row.unit_id}"),
            channel=row.channel,
            level=row.level,
            reasons=row.reasons or [],
            text=row.text,
        )
        for row in rows
    ]


def _read_words(
    connection: duckdb.DuckDBPyConnection,
    *,
    condition: str,
    parameters: Mapping[str, Parameter],
    found: Sequence[_UrgentId],
) -> list[_UrgentRow]:
    days = sorted({row.day.isoformat() for row in found if row.day})
    has_all_days = all(row.day for row in found)
    return run(
        connection,
        "urgent_voices",
        row=_UrgentRow,
        parameters={**parameters, "ids": [row.feedback_id for row in found], "days": days},
        all_voices=condition,
        within_days=f"day IN ({dialect.members('$days', kind='DATE')})" if has_all_days else "TRUE",
        ids=dialect.members("$ids", kind="VARCHAR"),
    )
