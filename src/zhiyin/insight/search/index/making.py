"""Makes chunks of the index from rows of the lake."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhiyin.insight.search.index.chunk import (
    END,
    MOST_ROWS,
    NO_PLACE,
    NO_UNIT,
    OTHER,
    Bytes,
    Chunk,
    Codes,
    Words,
)
from zhiyin.insight.selection.conditions import LEFT_OUT
from zhiyin.understand.text.table import folding_table

COLUMNS = ("feedback_id", "is_current", "unit_id", "channel", "occurred_at", "text", *LEFT_OUT.values())
# Transcripts of calls are long: by their number alone a chunk of them would take gigabytes.
MOST_SIGNS = 6_000_000
_HEX_SIGNS = 32


def make_chunks(rows: pa.Table, *, most_signs: int = MOST_SIGNS) -> Iterator[Chunk]:
    """The current voices with a text, newest first, in chunks; `rows` has `COLUMNS`.

    Takes about 40 bytes of memory a sign of a chunk, which has `most_signs` but for a longer text alone.
    """
    kept = rows.filter(pc.field("is_current") & pc.field("text").is_valid())
    kept = kept.sort_by([("occurred_at", "descending"), ("feedback_id", "descending")])
    ends = np.cumsum(pc.utf8_length(kept["text"]).to_numpy().astype(np.int64) + 1)
    start = 0
    while start < len(kept):
        passed = int(ends[start - 1]) if start else 0
        end = min(int(np.searchsorted(ends, passed + most_signs, side="right")), start + MOST_ROWS)
        end = max(end, start + 1)
        yield _make(kept.slice(start, end - start).combine_chunks())
        start = end


def _make(rows: pa.Table) -> Chunk:
    channel = rows["channel"].combine_chunks().dictionary_encode()
    text, begins = _fold_all(rows["text"])
    pairs, starts, of_pair = _post(text, begins=begins)
    unit = pc.fill_null(rows["unit_id"], NO_UNIT).to_numpy()
    return Chunk(
        ids=_bytes_of_ids(rows["feedback_id"]),
        occurred=rows["occurred_at"].cast(pa.int64()).to_numpy(),
        unit=unit.astype(np.int64),
        left_out=_bits(rows),
        channel=pc.fill_null(channel.indices, -1).to_numpy(zero_copy_only=False).astype(np.int16),
        text=text,
        begins=begins,
        pairs=pairs,
        starts=starts,
        rows=of_pair,
        channels=tuple(channel.dictionary.to_pylist()),
    )


def _bits(rows: pa.Table) -> Bytes:
    bits = np.zeros(len(rows), np.uint8)
    for place, name in enumerate(LEFT_OUT.values()):
        bits |= pc.fill_null(rows[name], False).to_numpy().astype(np.uint8) << np.uint8(place)
    return bits


def _bytes_of_ids(ids: pa.ChunkedArray) -> Bytes:
    joined = "".join(pc.replace_substring(ids, "-", "").to_pylist())
    return np.frombuffer(bytes.fromhex(joined), np.uint8).reshape(len(ids), _HEX_SIGNS // 2)


def _fold_all(texts: pa.ChunkedArray) -> tuple[Codes, Words]:
    """All texts folded, an `END` behind each, and where each begins (one place more than texts)."""
    joined = "\0".join(texts.to_pylist()) + "\0"
    wide = folding_table()[np.frombuffer(joined.encode("utf-32-le"), np.uint32)]
    sizes = pc.utf8_length(texts).to_numpy().astype(np.int64) + 1
    begins = np.concatenate([[0], np.cumsum(sizes)])
    codes = np.where(wide > NO_PLACE, OTHER, wide).astype(np.uint16)
    codes[begins[1:] - 1] = END
    return codes, begins.astype(np.uint32)


def _post(text: Codes, *, begins: Words) -> tuple[Words, Words, Codes]:
    """The pairs in order, where the voices of each begin, and the voices."""
    owner = np.repeat(np.arange(len(begins) - 1, dtype=np.uint64), np.diff(begins))
    first = np.flatnonzero(text != END)
    keys = text[first].astype(np.uint64) << np.uint64(32)
    keys |= text[first + 1].astype(np.uint64) << np.uint64(16)
    keys |= owner[first]
    keys.sort()
    keys = keys[np.diff(keys, prepend=~keys[:1]) != 0]
    pairs = (keys >> np.uint64(16)).astype(np.uint32)
    begin = np.flatnonzero(np.diff(pairs, prepend=~pairs[:1]) != 0)
    starts = np.append(begin, len(keys)).astype(np.uint32)
    return pairs[begin], starts, (keys & np.uint64(0xFFFF)).astype(np.uint16)
