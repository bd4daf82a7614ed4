"""Writes a batch's rows to the lake so that its repetition after a crash has no second effect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from zhiyin.engine.protocols import Lake, Transaction
from zhiyin.listen.facts import TABLES
from zhiyin.listen.pipeline.columns import Rows, day_of
from zhiyin.listen.pipeline.voices import Voice
from zhiyin.listen.records.tables import RECORD_TABLES

APP_ID = "pipeline"
_EPOCH = date(1970, 1, 1)


def create_tables(lake: Lake) -> None:
    """Make the tables that listening fills, or give them the columns they lack."""
    for spec in (*TABLES, *RECORD_TABLES):
        lake.create(spec)


def store(lake: Lake, rows: Rows, *, voices: Sequence[Voice], last_sequence: int) -> None:
    """Append what the table lacks, after the versions that it replaces are no longer current.

    Each table remembers the last log number that it holds, so that a batch which was half written
    goes on where it stopped, also when it is cut differently the second time.
    """
    name = rows.spec.name
    stored = lake.last_version(name, APP_ID) or 0
    if "is_current" in rows.spec.schema.names:
        _retire(lake, name, voices=voices, stored=stored)
    fresh = _fresh(rows, stored)
    if fresh.num_rows:
        lake.append(name, fresh, transaction=Transaction(app_id=APP_ID, version=last_sequence))


def sql_ids(ids: Iterable[str]) -> str:
    """A predicate on day and id; only the files of those days are looked at."""
    named = sorted(set(ids))
    days = sorted({day_of(feedback_id) for feedback_id in named})
    day_list = ", ".join(f"DATE '{_EPOCH + timedelta(days=day)}'" for day in days)
    id_list = ", ".join(f"'{feedback_id}'" for feedback_id in named)
    return f"day IN ({day_list}) AND feedback_id IN ({id_list})"


def _retire(lake: Lake, name: str, *, voices: Sequence[Voice], stored: int) -> None:
    # A version that this batch replaces and this table does not hold yet is written as replaced.
    old = {
        voice.feedback_id
        for voice in voices
        if voice.revision > 1 and voice.replaces_sequence <= stored < voice.sequence
    }
    if old:
        lake.update(name, where=f"is_current AND {sql_ids(old)}", values={"is_current": "false"})


def _fresh(rows: Rows, stored: int) -> pa.Table:
    if not rows.table.num_rows or pc.min(rows.sequences).as_py() > stored:
        return rows.table
    return rows.table.filter(pc.greater(rows.sequences, stored))
