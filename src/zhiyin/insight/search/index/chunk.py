"""One file of the index: some ten thousand voices, newest first, and where each pair of signs stands.

A file is made once, from files of the lake that never change either, and mapped into memory to be read.
"""

from __future__ import annotations

import json
import mmap
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Codes = NDArray[np.uint16]
Rows = NDArray[np.uint16]
Words = NDArray[np.uint32]
Longs = NDArray[np.int64]
Bytes = NDArray[np.uint8]

MOST_ROWS = 1 << 16  # a row is a uint16
END = 0  # stands after each text; no folded text holds it
OTHER = 0xFFFF  # a sign beyond the basic plane: those are told apart by no index
NO_UNIT = -1
NO_PLACE = 0xFFFF
_MAGIC = b"ZHIYINDX"
_ALIGN = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """`ids` are the bytes of UUIDs, `occurred` µs since 1970, `unit` −1 for none, `left_out` a bit for each
    reason (`selection.LEFT_OUT` in order), `channel` a place in `channels`.

    `text` holds the folded texts one after the other, each with `END` behind it, text i from `begins[i]` on.
    The voices with the pair `pairs[k]` (first sign × 65,536 + second) are `rows[starts[k]:starts[k + 1]]`,
    ascending.
    """

    ids: Bytes
    occurred: Longs
    unit: Longs
    left_out: Bytes
    channel: NDArray[np.int16]
    text: Codes
    begins: Words
    pairs: Words
    starts: Words
    rows: Rows
    channels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.occurred)

    @property
    def first_and_last(self) -> tuple[int, int]:
        """Earliest and latest time in µs."""
        return int(self.occurred[-1]), int(self.occurred[0])


_ARRAYS = ("ids", "occurred", "unit", "left_out", "channel", "text", "begins", "pairs", "starts", "rows")


def write_chunk(path: Path, chunk: Chunk) -> None:
    """Write the file whole or not at all; it is on disk when this returns."""
    arrays = {name: np.ascontiguousarray(getattr(chunk, name)) for name in _ARRAYS}
    places, place = {}, 0
    for name, array in arrays.items():
        places[name] = [str(array.dtype.str), list(array.shape), place]
        place += -(-array.nbytes // _ALIGN) * _ALIGN
    head = json.dumps({"channels": chunk.channels, "arrays": places}).encode()
    head += b" " * (-(len(_MAGIC) + 8 + len(head)) % _ALIGN)
    new = path.with_suffix(".new")
    with new.open("wb") as file:
        file.write(_MAGIC + len(head).to_bytes(8, "little") + head)
        for array in arrays.values():
            file.write(array.tobytes())
            file.write(bytes(-array.nbytes % _ALIGN))
        file.flush()
        os.fsync(file.fileno())
    new.rename(path)


def open_chunk(path: Path) -> Chunk:
    """The file mapped into memory.

    Raises:
        OSError: it is not there. ValueError: it is no file of the index.
    """
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if mapped[: len(_MAGIC)] != _MAGIC:
        raise ValueError("This is no file of the index of words.")
    size = int.from_bytes(mapped[len(_MAGIC) : len(_MAGIC) + 8], "little")
    begin = len(_MAGIC) + 8 + size
    head = json.loads(mapped[len(_MAGIC) + 8 : begin])
    arrays = {
        name: np.frombuffer(mapped, dtype=kind, count=int(np.prod(shape)), offset=begin + place).reshape(
            shape
        )
        for name, (kind, shape, place) in head["arrays"].items()
    }
    return Chunk(**arrays, channels=tuple(head["channels"]))
