"""Search as people type it: words that must all be there, in either Chinese script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

MAX_TERMS = 12
# A text keeps the wide signs that it was written with: ＷＩＦＩ.
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_TERM = re.compile(r'(-?)(?:"([^"]+)"|“([^”]+)”|(\S+))')


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchTerm:
    """One word or quoted phrase in every spelling that counts as the same, lower case."""

    spellings: tuple[str, ...]
    is_unwanted: bool = False

    @property
    def has_case(self) -> bool:
        """Whether upper and lower case differ in it; Chinese has none, and is found twice as fast."""
        return any(one != one.upper() for one in self.spellings)


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


def find_hits(text: str, terms: Iterable[SearchTerm]) -> list[tuple[int, int]]:
    """Where the wanted terms stand in the text, as code points from start to before end, in order.

    >>> find_hits("Wifi 慢，wifi 差", read_search("WIFI 差"))
    [(0, 4), (7, 11), (12, 13)]
    """
    spellings = {one for term in terms if not term.is_unwanted for one in term.spellings}
    # A few signs change their length with their case; then the text is searched as it stands.
    lower = text.lower() if len(text.lower()) == len(text) else text
    return sorted({match.span() for one in spellings if one for match in re.finditer(re.escape(one), lower)})


def _spell(word: str) -> tuple[str, ...]:
    """The word in simplified and traditional script (that of Taiwan too), its Latin signs narrow and wide."""
    scripts = [word, *(_converter(name).convert(word) for name in ("t2s", "s2t", "s2tw"))]
    return tuple(dict.fromkeys([*scripts, *(one.translate(_WIDE) for one in scripts)]))


@cache
def _converter(name: str) -> OpenCC:
    return OpenCC(name)
