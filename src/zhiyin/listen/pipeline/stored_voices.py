"""Stored voices as they are analysed again: what the facts hold, and the words that were said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from zhiyin.engine import Engine
from zhiyin.engine.protocols import Lake
from zhiyin.listen.facts import FEEDBACK, RAW
from zhiyin.listen.items import FeedbackIn
from zhiyin.listen.pipeline.columns import JUDGED, RAW_CONTEXT, Rows, build_opinions, judge, said_text
from zhiyin.listen.pipeline.stage import Piece, StartOver

KEPT = tuple(name for name in FEEDBACK.schema.names if name not in JUDGED)
"""The columns of `feedback` that hang neither on model nor taxonomy."""

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
    asked = private.select(["feedback_id", "revision"])
    bounds = pc.min_max(asked.column("feedback_id")).as_py()
    with engine.lake.connect(RAW.name) as connection:
        connection.register("asked", asked)
        rows = connection.execute(
            "SELECT feedback_id, revision, payload FROM raw SEMI JOIN asked USING (feedback_id, revision)"
            " WHERE feedback_id BETWEEN ? AND ?",
            [bounds["min"], bounds["max"]],
        ).fetchall()
    return {
        (feedback_id, revision): said_text(_decode_item(engine.vault.decrypt(payload, context=RAW_CONTEXT)))
        for feedback_id, revision, payload in rows
    }
