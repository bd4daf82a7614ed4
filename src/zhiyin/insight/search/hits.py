"""Where the words of a search stand in a text."""

from __future__ import annotations

import re

from zhiyin.insight.search.expression import Expression, list_wanted
from zhiyin.insight.search.folding import fold


def find_hits(text: str, search: Expression | None) -> list[tuple[int, int]]:
    """Where the wanted words stand, as code points from start to before end, in order.

    >>> from zhiyin.insight.search.reading import read_search
    >>> find_hits("Wifi 慢，wifi 差", read_search("WIFI 差"))
    [(0, 4), (7, 11), (12, 13)]
    """
    words = {word for term in list_wanted(search) for word in term.words}
    if not words:
        return []
    folded = fold(text)
    return sorted({match.span() for word in words for match in re.finditer(re.escape(word), folded)})
