"""Builds nested Arrow columns from flat arrays in order of text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_CONTINUES_MASK, _CONTINUES = np.uint8(0xC0), np.uint8(0x80)


def list_column(
    text: npt.NDArray[np.int64], *, n_texts: int, kind: pa.DataType, parts: Sequence[pa.Array]
) -> pa.Array:
    """Return a list-of-structs column; `text` (ascending) tells to which row each struct belongs."""
    structs = pa.StructArray.from_arrays(list(parts), fields=list(kind.value_type))
    return pa.ListArray.from_arrays(pa.array(_offsets(text, n_texts=n_texts)), structs, type=kind)


def string_lists(text: npt.NDArray[np.int64], *, n_texts: int, values: pa.Array) -> pa.Array:
    """Return a list-of-strings column; `text` as in `list_column`."""
    return pa.ListArray.from_arrays(pa.array(_offsets(text, n_texts=n_texts)), values)


def names(places: npt.NDArray[np.integer], *, of: Sequence[str]) -> pa.Array:
    """Return the string at each place of `of`."""
    return pa.array(of, type=pa.string()).take(pa.array(places))


def names_or_null(places: npt.NDArray[np.integer], *, of: Sequence[str]) -> pa.Array:
    """Return the string at each place of `of`, null for places below 0."""
    return pa.array(of, type=pa.string()).take(pa.array(places, mask=places < 0))


def pieces(texts: str, *, start: npt.NDArray[np.int64], end: npt.NDArray[np.int64]) -> pa.Array:
    """Return the substrings `[start, end)` of one long string."""
    raw = np.frombuffer(texts.encode(), dtype=np.uint8)
    # Every byte but those that continue a sign begins one.
    signs = np.append(np.flatnonzero((raw & _CONTINUES_MASK) != _CONTINUES), len(raw))
    begin, lengths = signs[start], signs[end] - signs[start]
    offsets = np.zeros(len(lengths) + 1, dtype=np.int32)
    np.cumsum(lengths, out=offsets[1:])
    places = np.arange(offsets[-1]) + np.repeat(begin - offsets[:-1], lengths)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(raw[places])]
    return pa.Array.from_buffers(pa.string(), len(lengths), buffers)


def _offsets(text: npt.NDArray[np.int64], *, n_texts: int) -> npt.NDArray[np.int32]:
    offsets = np.zeros(n_texts + 1, dtype=np.int32)
    np.cumsum(np.bincount(text, minlength=n_texts), out=offsets[1:])
    return offsets
