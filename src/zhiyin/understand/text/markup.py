"""HTML in texts: real tags turn into spaces, entities into the sign they mean and spaces behind it."""

from __future__ import annotations

import html
import html.entities
import re

import numpy as np
from numpy.typing import NDArray

from zhiyin.understand.text.lists import read_words
from zhiyin.understand.text.table import SPACE, folding_table

# Neither pattern can pass a "<", a "&" or a line end, so that hostile text costs linear time.
_TAG = re.compile(
    r"<(?:/?([a-z][a-z0-9]{0,14})(?:[\s/][^<>\n]{0,2000})?|!--[^<>\n]{0,2000}|!doctype[^<>\n]{0,200})>"
)
_ENTITY = re.compile(r"&(?:(nbsp|amp|lt|gt|quot)\b;?|([a-z]{2,31}[0-9]{0,2});|#[0-9]{1,7};|#x[0-9a-f]{1,6};)")
_NAMED_ENTITIES = frozenset(name.rstrip(";").lower() for name in html.entities.html5)
_WITHIN_LINES = frozenset(
    ("b", "i", "u", "s", "em", "strong", "font", "span", "a", "small", "big", "mark", "sub")
)
_LINE_END = 0x0A
NOTHING: NDArray[np.int64] = np.zeros((0, 3), dtype=np.int64)
"""The markup of texts without any."""


def blank_markup(joined: str, codes: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Write spaces, or the sign meant, over tags and entities in `codes`, the numbers of `joined`.

    Returns their spans in order, a row each: start, end, and 1 where it parts words, 0 for a tag within
    a line (<b>). None overlaps another.
    """
    spans: list[tuple[int, int, bool]] = []
    if "<" in joined:
        names = read_words("html_tags.txt")
        spans += [
            (*match.span(), match[1] not in _WITHIN_LINES)
            for match in _TAG.finditer(joined)
            if match[1] is None or match[1] in names
        ]
    if "&" in joined:
        spans += [
            (*match.span(), True)
            for match in _ENTITY.finditer(joined)
            if match[2] is None or match[2] in _NAMED_ENTITIES
        ]
    if not spans:
        return NOTHING
    kept: list[tuple[int, int, bool]] = []
    for start, end, parts in sorted(spans):
        if kept and start < kept[-1][1]:
            continue  # an entity within a tag
        kept.append((start, end, parts))
        codes[start] = _meant(joined[start:end])
        codes[start + 1 : end] = SPACE
    return np.array(kept, dtype=np.int64)


def _meant(markup: str) -> int:
    """Return the folded sign that an entity stands for, a space for a tag and for what is no sign."""
    sign = html.unescape(markup) if markup.startswith("&") else " "
    code = int(folding_table()[ord(sign)]) if len(sign) == 1 else SPACE
    return SPACE if code == _LINE_END else code
