"""Reads a point in time from an argument: `30d`, `12h`, `2026-05-01`, `2026-05-01T08:30`."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo

from zhiyin.errors import InvalidInput

_AGO = re.compile(r"(\d{1,5})\s*([hdw天周时])", re.ASCII)
_UNITS = {"h": "hours", "时": "hours", "d": "days", "天": "days", "w": "weeks", "周": "weeks"}


def parse_moment(text: str, *, now: datetime, zone: tzinfo, field: str) -> datetime:
    """The moment that `text` names; without a zone of its own it is in `zone`.

    Raises:
        InvalidInput: it is in none of the forms above.
    """
    try:
        if ago := _AGO.fullmatch(text.strip()):
            return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        moment = datetime.fromisoformat(text.strip())
    except (ValueError, OverflowError):
        raise InvalidInput(
            f"'{text}' is no point in time.",
            next_step="Write for example 30d, 12h, 2026-05-01 or 2026-05-01T08:30.",
            field=field,
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
