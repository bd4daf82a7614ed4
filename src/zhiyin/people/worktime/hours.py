"""Hours of a day as people write them: `09:00-12:00, 13:30-18:00`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from zhiyin.errors import InvalidInput
from zhiyin.measure.work_calendars import MINUTES_A_DAY, Window, check_windows

_MAX_SIGNS = 200
_PART = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
# Full-width signs are folded before; these stay different.
_DASHES = str.maketrans(dict.fromkeys("–—−~〜至到", "-"))
_COMMAS = str.maketrans(dict.fromkeys("、;\n", ","))


def read_hours(text: str) -> tuple[Window, ...]:
    """The windows of one day, in order; empty text means closed. `22:00-06:00` ends on the next day.

    Raises:
        InvalidInput: it cannot be read, or hours lie over each other.

    >>> [(one.start, one.end) for one in read_hours("9:00–12:00、13：30至18:00")]
    [(540, 720), (810, 1080)]
    """
    folded = unicodedata.normalize("NFKC", text).translate(_DASHES).translate(_COMMAS)
    if len(folded) > _MAX_SIGNS:
        raise _unreadable()
    windows = tuple(sorted(_window(part) for part in "".join(folded.split()).split(",") if part))
    check_windows(windows)
    return windows


def write_hours(windows: Iterable[Window]) -> str:
    """The windows as `read_hours` reads them.

    >>> write_hours(read_hours("22:00-6:00, 8:00-12:00"))
    '08:00-12:00, 22:00-06:00'
    """
    return ", ".join(f"{_clock(one.start)}-{_clock(_shown_end(one))}" for one in windows)


def _window(part: str) -> Window:
    found = _PART.fullmatch(part)
    if found is None:
        raise _unreadable()
    from_hour, from_minute, to_hour, to_minute = map(int, found.groups())
    if max(from_minute, to_minute) > 59 or from_hour > 23 or to_hour * 60 + to_minute > MINUTES_A_DAY:
        raise _unreadable()
    start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    return Window(start=start, end=end if end > start else end + MINUTES_A_DAY)


def _shown_end(window: Window) -> int:
    return window.end if window.end <= MINUTES_A_DAY else window.end - MINUTES_A_DAY


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _unreadable() -> InvalidInput:
    return InvalidInput("Write hours as 09:00-12:00, 13:30-18:00; leave empty for closed.", field="hours")
