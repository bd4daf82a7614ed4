"""Search as people type it: words, phrases, and/or/not with brackets, pinyin, either Chinese script."""

from zhiyin.insight.search.expression import All, Any, Expression, Not, Term, list_wanted
from zhiyin.insight.search.hits import find_hits
from zhiyin.insight.search.reading import MAX_TERMS, read_search

__all__ = [
    "MAX_TERMS",
    "All",
    "Any",
    "Expression",
    "Not",
    "Term",
    "find_hits",
    "list_wanted",
    "read_search",
]
