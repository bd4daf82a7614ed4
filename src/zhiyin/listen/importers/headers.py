"""Column names: cleaned, made unique, and a guess whether the first row holds them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.names import field_of_name
from zhiyin.listen.importers.tables import MAX_COLUMNS, Cell

MAX_NAME_CHARACTERS = 100
_DATA_LIKE = re.compile(r"\s*[-+]?[\d.,:/\-年月日\s]+%?\s*|https?://.*|.+@.+\..+", re.IGNORECASE)


def clean_names(cells: Sequence[Cell]) -> tuple[str, ...]:
    """Names for columns: trimmed, empty ones become `column_N` (from 1), repeated ones get `.1`, `.2`.

    Raises:
        InvalidInput: more than 2,000 columns.
    """
    if len(cells) > MAX_COLUMNS:
        raise InvalidInput(
            f"The table has {len(cells)} columns; at most {MAX_COLUMNS} can be read.",
            next_step="Check the delimiter, or remove columns.",
        )
    names: list[str] = []
    taken: set[str] = set()
    for position, cell in enumerate(cells, start=1):
        name = _printable(cell) or f"column_{position}"
        unique, n_seen = name, 0
        while unique in taken:
            n_seen += 1
            unique = f"{name}.{n_seen}"
        taken.add(unique)
        names.append(unique)
    return tuple(names)


def _printable(cell: Cell) -> str:
    text = "" if cell is None else str(cell)
    text = "".join(sign for sign in text[: MAX_NAME_CHARACTERS * 2] if sign.isprintable())
    return text.strip()[:MAX_NAME_CHARACTERS]


def is_header(first: Sequence[Cell], later: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first row names the columns. Errs on the side of yes for short, distinct words."""
    texts = ["" if cell is None else str(cell).strip() for cell in first]
    filled = [text for text in texts if text]
    if not filled:
        return False
    if any(field_of_name(text) for text in filled if len(text) <= 30):
        return True
    if any(len(text) > 60 or _DATA_LIKE.fullmatch(text) for text in filled):
        return False
    if len(set(filled)) < len(filled):
        return False
    return not _looks_like(texts, later)


def _looks_like(texts: Sequence[str], later: Sequence[Sequence[Cell]]) -> bool:
    """True if the first row is of the same make as the rows below: the same words, or as long."""
    if not later:
        return False
    for position, text in enumerate(texts):
        column = ["" if row[position] is None else str(row[position]) for row in later if position < len(row)]
        if text and text in column:
            return True
    mean_first = sum(map(len, texts)) / len(texts)
    mean_later = sum(len(str(cell or "")) for row in later for cell in row) / max(1, sum(map(len, later)))
    return mean_first > 12 and mean_first > mean_later / 2
