"""HTML in texts: real tags and entities turn into spaces, sign by sign."""

from __future__ import annotations

import html.entities
import re

import numpy as np
from numpy.typing import NDArray

from zhiyin.understand.text.lists import read_words
from zhiyin.understand.text.table import SPACE

# Neither pattern can pass a "<", a "&" or a line end, so that hostile text costs linear time.
_TAG = re.compile(
    r"<(?:/?([a-z][a-z0-9]{0,14})(?:[\s/][^<>\n]{0,2000})?|!--[^<>\n]{0,2000}|!doctype[^<>\n]{0,200})>"
)
_ENTITY = re.compile(r"&(?:(nbsp|amp|lt|gt|quot)\b;?|([a-z]{2,31}[0-9]{0,2});|#[0-9]{1,7};|#x[0-9a-f]{1,6};)")
_NAMED_ENTITIES = frozenset(name.rstrip(";").lower() for name in html.entities.html5)


def blank_markup(joined: str, codes: NDArray[np.uint32]) -> bool:
    """Write spaces over tags and entities in `codes`, the numbers of `joined`; tell whether any was met."""
    spans: list[tuple[int, int]] = []
    if "<" in joined:
        names = read_words("html_tags.txt")
        spans += [match.span() for match in _TAG.finditer(joined) if match[1] is None or match[1] in names]
    if "&" in joined:
        spans += [
            match.span()
            for match in _ENTITY.finditer(joined)
            if match[2] is None or match[2] in _NAMED_ENTITIES
        ]
    for start, end in spans:
        codes[start:end] = SPACE
    return bool(spans)
