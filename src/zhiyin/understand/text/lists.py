"""The word lists of this room: plain data files, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parents[1] / "data" / "text"


@cache
def read_rows(name: str) -> tuple[tuple[str, ...], ...]:
    """Return the tab-separated rows of a data file; lines that start with "# " are remarks."""
    lines = (_FOLDER / name).read_text(encoding="utf-8").split("\n")
    return tuple(tuple(line.split("\t")) for line in lines if line.strip() and not line.startswith("# "))


@cache
def read_words(name: str) -> frozenset[str]:
    """Return the words of a data file that holds any number of them, parted by spaces, on each line."""
    return frozenset(word for row in read_rows(name) for word in row[0].split())
