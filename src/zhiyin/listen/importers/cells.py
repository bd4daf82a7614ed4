"""Cells as text and as numbers."""

from __future__ import annotations

import math
import re
from datetime import datetime

from zhiyin.listen.importers.tables import Cell

_NUMBER = re.compile(r"[-+]?(?:\d{1,15}|\d{1,3}(?:,\d{3}){1,4})?(?:\.\d{1,15})?")
_LEADING_ZERO = re.compile(r"[-+]?0\d")


def as_text(cell: Cell) -> str:
    """The cell as a person would write it, stripped; 5.0 is `5`, a missing value is empty."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return _float_text(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return str(cell)


def _float_text(number: float) -> str:
    if not math.isfinite(number):
        return ""
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def as_number(cell: Cell) -> float | None:
    """The number a cell holds (`1,200.5` too), None if it holds none; `007` is a code, not a number."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        return float(cell) if math.isfinite(cell) else None
    if not isinstance(cell, str):
        return None
    text = cell.strip()
    if not text or not _NUMBER.fullmatch(text) or _LEADING_ZERO.match(text) or not text[-1].isdigit():
        return None
    return float(text.replace(",", ""))
