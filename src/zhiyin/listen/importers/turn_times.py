"""Times of turns: seconds, milliseconds, clocks (00:01:02.5) and moments, read for a whole conversation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from zhiyin.listen.importers.cells import as_number, as_text
from zhiyin.listen.importers.dates import parse_time
from zhiyin.listen.importers.tables import Cell
from zhiyin.listen.validation import LOCAL_ZONE

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,6}))?")
_SECONDS_A_SIGN = 5.0
"""Nobody speaks as slowly: figures that say so are milliseconds."""
_FIRST_EPOCH = 500_000_000
_EPOCH_MS = 100_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Seconds from the start by turn, the moment of the start where known, and the unreadable rows."""

    seconds: list[float | None]
    started_at: datetime | None
    unreadable: list[int]


def read_clock(text: str) -> float | None:
    """Seconds of "1:02:03.5", "02:03,250"; None if it is no clock.

    >>> read_clock("00:01:02.5"), read_clock("2:03"), read_clock("soon")
    (62.5, 123.0, None)
    """
    found = _CLOCK.fullmatch(text.strip())
    if found is None or int(found[3]) > 59:
        return None
    whole = int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])
    return whole + float(f"0.{found[4] or 0}")


def read_times(cells: Sequence[Cell], *, name: str, n_signs: int, origin: datetime | None = None) -> Times:
    """The times of a conversation's turns, all of one kind. `name` is the key or column they stand under.

    Moments become seconds from `origin`, or else from the first of them. Figures are milliseconds if the
    name says so ("start_ms"), or if `n_signs` signs could not have taken so long.
    """
    values = [_read(cell) for cell in cells]
    unreadable = [
        row
        for row, (cell, value) in enumerate(zip(cells, values, strict=True))
        if value is None and as_text(cell)
    ]
    moments = [value for value in values if isinstance(value, datetime)]
    start = origin or (min(moments) if moments else None)
    factor = _factor([value for value in values if isinstance(value, float)], name=name, n_signs=n_signs)
    seconds = [
        (value - start).total_seconds() if isinstance(value, datetime) and start
        else value * factor if isinstance(value, float)
        else None
        for value in values
    ]  # fmt: skip
    return Times(seconds=seconds, started_at=start, unreadable=unreadable)


def _read(cell: Cell) -> float | datetime | None:
    if isinstance(cell, datetime | date):
        parsed = parse_time(cell)
        return _aware(parsed) if isinstance(parsed, datetime) else None
    number = as_number(cell)
    if number is not None:
        if number >= _EPOCH_MS:
            return datetime.fromtimestamp(number / 1000, UTC)
        return datetime.fromtimestamp(number, UTC) if number >= _FIRST_EPOCH else float(number)
    text = as_text(cell)
    clock = read_clock(text)
    if clock is not None:
        return clock
    parsed = parse_time(text)
    return _aware(parsed) if isinstance(parsed, datetime) else None


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL_ZONE)


def _factor(numbers: Sequence[float], *, name: str, n_signs: int) -> float:
    lowered = name.lower()
    if "ms" in lowered or "毫秒" in lowered or "milli" in lowered:
        return 0.001
    is_whole = all(number.is_integer() for number in numbers)
    span = max(numbers, default=0.0) - min(numbers, default=0.0)
    return 0.001 if is_whole and span > max(n_signs, 20) * _SECONDS_A_SIGN else 1.0
