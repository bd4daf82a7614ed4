"""Texts with their days: of a file, which is not stored, or of the lake."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import msgspec

from zhiyin.insight.analysis.said import read_said
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.people.scope import Scope

MOST_VOICES = 50_000


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    occurred_at: datetime
    text: str


def read_file_texts(
    path: Path, *, text_column: str | None = None, zone: ZoneInfo
) -> tuple[list[str], list[date | None]]:
    """As the importer reads the file, columns and dates recognised likewise; None for a row without a date.

    Raises:
        InvalidInput: the file cannot be used, or has no such column.
    """
    texts: list[str] = []
    days: list[date | None] = []
    for batch in read_said(path, text_column=text_column):
        texts += [text or "" for text in batch.column("text").to_pylist()]
        moments: list[datetime | None] = batch.column("occurred_at").to_pylist()
        days += [moment.astimezone(zone).date() if moment else None for moment in moments]
    return texts, days


def read_lake_texts(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter, zone: ZoneInfo
) -> tuple[list[str], list[date | None]]:
    """The newest 50,000 voices that count, masked as the lake holds them."""
    chosen = select(scope, filter=filter)
    rows = run(
        connection,
        "hotspot_texts",
        row=_Row,
        parameters={**chosen.parameters, "most": MOST_VOICES},
        kept_voices=chosen.kept_voices,
    )
    return [row.text for row in rows], [row.occurred_at.astimezone(zone).date() for row in rows]
