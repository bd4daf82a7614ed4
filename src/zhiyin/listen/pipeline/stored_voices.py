"""Stored voices as they are analysed again: what the facts hold, and the words that were said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from zhiyin.engine import Engine
from zhiyin.engine.protocols import Lake
from zhiyin.engine.vault import Vault
from zhiyin.listen.facts import FEEDBACK, RAW
from zhiyin.listen.items import FeedbackIn, RawItem
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.columns import JUDGED, RAW_CONTEXT, Rows, build_opinions, judge, said_text
from zhiyin.listen.pipeline.conversations import understand_conversations
from zhiyin.listen.pipeline.stage import Piece, StartOver
from zhiyin.listen.pipeline.voices import Entry, Voice

KEPT = tuple(name for name in FEEDBACK.schema.names if name not in JUDGED)
"""The columns of `feedback` that are read: they hang neither on model nor taxonomy, but for the last."""

CONVERSATION = "conversation"
COMPARED = tuple(name for name in KEPT if name != CONVERSATION)
"""The columns by which a stored voice is seen to have changed."""

_NAMES = ["feedback_id", "revision"]
_decode_item = msgspec.json.Decoder(FeedbackIn).decode
_SCHEMA = pa.schema([FEEDBACK.schema.field(name) for name in KEPT])


def read_pieces(pieces: Sequence[Piece]) -> pa.Table:
    """The kept columns of these parts of files.

    Raises:
        StartOver: a file is not there any more.
    """
    return pa.concat_tables([_read_piece(piece) for piece in pieces] or [_SCHEMA.empty_table()])


def read_voices(lake: Lake, ids: Iterable[str]) -> pa.Table:
    """The kept columns of these voices, in every version."""
    asked = pa.table({"feedback_id": pa.array(sorted(ids), pa.string())})
    with lake.connect(FEEDBACK.name) as connection:
        connection.register("asked", asked)
        found = connection.execute(
            f"SELECT {', '.join(KEPT)} FROM feedback"  # noqa: S608 - names of our own columns
            " WHERE feedback_id IN (SELECT feedback_id FROM asked)"
        ).to_arrow_table()
    return found.cast(_SCHEMA)


def read_texts(engine: Engine, kept: pa.Table) -> pa.ChunkedArray:
    """What to analyse: the masked texts, but the words themselves where something was masked.

    A name or a number under its cover may mean less than it did: to the analyser, a text with nothing
    private is the same as ever, any other one is not. What is not to be found stays masked.
    """
    is_private = pc.greater(pc.fill_null(pc.list_value_length(kept.column("private")), 0), 0)
    if not pc.any(is_private).as_py():
        return kept.column("text")
    columns = ["feedback_id", "revision", "text"]
    private = kept.select(columns).filter(is_private).combine_chunks()
    said = _read_said(engine, private)
    texts = [
        said.get((row["feedback_id"], row["revision"]), row["text"] or "") for row in private.to_pylist()
    ]
    whole, mask = kept.column("text").combine_chunks(), is_private.combine_chunks()
    return pa.chunked_array([pc.replace_with_mask(whole, mask, pa.array(texts, pa.string()))])


def read_conversations(engine: Engine, kept: pa.Table, *, analysis: Analysis) -> pa.Table:
    """The voices with what their conversations mean now, by all turns of the raw items."""
    column = kept.column(CONVERSATION).combine_chunks()
    rows = pc.indices_nonzero(pc.is_valid(column))
    if not len(rows):
        return kept
    some = kept.take(rows)
    found = _read_raw(engine, some)
    voices = [found.get((row["feedback_id"], row["revision"])) for row in some.select(_NAMES).to_pylist()]
    has_raw = pa.array([voice is not None for voice in voices])
    meanings = understand_conversations(
        [voice for voice in voices if voice],
        analysis=analysis,
        unit_ids=some.column("unit_id").filter(has_raw).to_pylist(),
    )
    new = column.to_pylist()
    for row, meaning in zip(rows.filter(has_raw).to_pylist(), meanings.to_pylist(), strict=True):
        new[row] = meaning
    place = kept.schema.get_field_index(CONVERSATION)
    return kept.set_column(place, kept.schema.field(place), pa.array(new, column.type))


def build_retagged(kept: pa.Table, understood: pa.Table) -> list[Rows]:
    """The rows of `feedback` and `opinions` of these voices by what is understood of them now."""
    columns = {name: kept.column(name) for name in KEPT} | judge(understood, stars=kept.column("stars"))
    feedback = Rows(
        spec=FEEDBACK,
        table=pa.table([columns[name] for name in FEEDBACK.schema.names], schema=FEEDBACK.schema),
        sequences=kept.column("sequence"),
    )
    return [feedback, build_opinions(feedback, understood)]


def _read_piece(piece: Piece) -> pa.Table:
    path = Path(piece.file.removeprefix("file://"))
    try:
        with pq.ParquetFile(path) as file:
            present = [name for name in KEPT if name in file.schema_arrow.names]
            table = file.read_row_group(piece.group, columns=present)
    except FileNotFoundError as error:
        raise StartOver from error
    n_rows, day = table.num_rows, date.fromisoformat(path.parent.name.removeprefix("day="))
    columns = [
        pa.array([day], pa.date32()).take(pa.array([0] * n_rows, pa.int8()))
        if field.name == "day"
        else table.column(field.name).cast(field.type)
        if field.name in present
        else pa.nulls(n_rows, field.type)
        for field in _SCHEMA
    ]
    return pa.table(columns, schema=_SCHEMA)


def _read_said(engine: Engine, private: pa.Table) -> dict[tuple[str, int], str]:
    return {key: said_text(voice.entry.item) for key, voice in _read_raw(engine, private).items()}


def _read_raw(engine: Engine, kept: pa.Table) -> dict[tuple[str, int], Voice]:
    """The raw items of these voices, by id and version."""
    asked = kept.select(_NAMES)
    bounds = pc.min_max(asked.column("feedback_id")).as_py()
    with engine.lake.connect(RAW.name) as connection:
        connection.register("asked", asked)
        rows = connection.execute(
            "SELECT feedback_id, revision, sequence, received_at, source, connector, connector_version,"
            " payload FROM raw SEMI JOIN asked USING (feedback_id, revision)"
            " WHERE feedback_id BETWEEN ? AND ?",
            [bounds["min"], bounds["max"]],
        ).to_arrow_table()
    voices = (_voice(row, vault=engine.vault) for row in rows.to_pylist())
    return {(voice.feedback_id, voice.revision): voice for voice in voices}


def _voice(row: dict[str, Any], *, vault: Vault) -> Voice:
    payload = vault.decrypt(row.pop("payload"), context=RAW_CONTEXT)
    revision, sequence = row.pop("revision"), row.pop("sequence")
    raw = RawItem(key=b"", content_hash=b"", payload=payload, **row)
    entry = Entry(sequence=sequence, position=0, raw=raw, item=_decode_item(payload))
    return Voice(entry=entry, feedback_id=raw.feedback_id, revision=revision, replaces_sequence=0)
