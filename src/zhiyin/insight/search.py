"""Search as people type it: words that must all be there, in either Chinese script."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

MAX_TERMS = 12
_TERM = re.compile(r'(-?)(?:"([^"]+)"|“([^”]+)”|(\S+))')


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchTerm:
    """One word or quoted phrase in every spelling that counts as the same, lower case."""

    spellings: tuple[str, ...]
    is_unwanted: bool = False


def read_search(text: str) -> list[SearchTerm]:
    """The terms of a search, at most `MAX_TERMS`; none for an empty text.

    Words stand between spaces, phrases between quotation marks; a minus before either unwants it.
    Simplified and traditional characters, wide and narrow letters, and case make no difference.

    >>> [term.spellings for term in read_search("上菜 慢")]
    [('上菜',), ('慢',)]
    >>> read_search("-排队")[0].is_unwanted
    True
    """
    normal = unicodedata.normalize("NFKC", text).lower()
    return [
        SearchTerm(spellings=_spell(found), is_unwanted=bool(match[1]))
        for match in list(_TERM.finditer(normal))[:MAX_TERMS]
        if (found := (match[2] or match[3] or match[4]).strip())
    ]


def _spell(word: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys([word, _converter("t2s").convert(word), _converter("s2t").convert(word)]))


@cache
def _converter(name: str) -> OpenCC:
    return OpenCC(name)
