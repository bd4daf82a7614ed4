"""Numbers of cases, such as K2611-000123: short enough to be read out over the phone."""

from __future__ import annotations

import re
import secrets
import unicodedata
from datetime import datetime

_DIGITS = 6
_TYPED = re.compile(r"K?(\d{4})-?(\d{6,9})")


def draw_number(*, now: datetime, n_tried: int = 0) -> str:
    """A number of this month, drawn at random, so that it does not tell how many there are.

    After three draws that were taken (`n_tried`) it grows by a digit.
    """
    digits = _DIGITS + n_tried // 3
    return f"K{now:%y%m}-{secrets.randbelow(10**digits):0{digits}d}"


def normal_number(typed: str) -> str:
    """The number as it is stored, however it was typed; empty for what is no number."""
    plain = "".join(unicodedata.normalize("NFKC", typed).upper().split()).replace("—", "-").replace("–", "-")
    match = _TYPED.fullmatch(plain)
    return f"K{match[1]}-{match[2]}" if match and match[0].isascii() else ""
