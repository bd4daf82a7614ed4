"""Insight's reading doors: the board, and its parts one by one for pages that need only one.

Every door takes a DuckDB connection with the views `feedback`, `opinions` and, where it is there,
`replies` (`Lake.connect`), and the asker's `Scope`: without one it does not open.
"""

from zhiyin.insight.queries.aspects import list_aspects
from zhiyin.insight.queries.board import get_board
from zhiyin.insight.queries.overview import Overview, get_overview
from zhiyin.insight.queries.units import get_units
from zhiyin.insight.queries.voices import find_answers, get_urgent, get_waits, list_named

__all__ = [
    "Overview",
    "find_answers",
    "get_board",
    "get_overview",
    "get_units",
    "get_urgent",
    "get_waits",
    "list_aspects",
    "list_named",
]
