"""Waits that nobody counts but the clock tells: 四点半下的单，七点才送到."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from zhiyin.understand.numerals import read_number
from zhiyin.understand.text.signs import are_any_of

_ONLY_NOW = ord("才")
_ENDS_OF_TIMES = "0123456789点半分多刻钟时"
_BEHIND_A_TIME = 2
_WINDOW = 60
"""So many signs before 才 both times must stand."""
_HALF_DAY, _DAY = 12 * 60, 24 * 60
_SHORTEST, _LONGEST = 10, 8 * 60
_QUARTERS = {"半": 30, "一刻": 15, "三刻": 45}
_PART_OF_DAY = "凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|半夜"
_LATE = ("下午", "傍晚", "晚上", "中午", "夜里")
_NUMBER = r"[0-9]{1,2}|[一二两三四五六七八九十]{1,3}"
# Each sign belongs to one class and each class has an end: linear, whatever the text.
_TIME = re.compile(
    rf"(?P<part>{_PART_OF_DAY})?(?<![0-9.:])(?P<hour>{_NUMBER})"
    rf"(?::(?P<exact>[0-5][0-9])|点钟?(?P<quarter>半|一刻|三刻)?(?P<minute>(?:{_NUMBER})(?=分|[^0-9点个块元]))?)"
)


class ClockWait(NamedTuple):
    """A wait at `[start, end)` of the joined text, in minutes."""

    start: int
    end: int
    minutes: float


def find_clock_waits(codes: npt.NDArray[np.uint32], *, joined: str) -> Iterator[ClockWait]:
    """Yield the waits between a time and a later one before 才, 10 minutes to 8 hours long."""
    places = np.flatnonzero(codes == _ONLY_NOW)
    places = places[places > 1]
    is_near = are_any_of(codes[places - 1], _ENDS_OF_TIMES) | are_any_of(codes[places - 2], _ENDS_OF_TIMES)
    for place in places[is_near].tolist():
        begin = max(joined.rfind("\n", 0, place) + 1, place - _WINDOW)
        times = list(_TIME.finditer(joined, begin, place))
        if len(times) < 2 or place - times[-1].end() > _BEHIND_A_TIME + 1:
            continue
        minutes = _between(times[-2], times[-1])
        if _SHORTEST <= minutes <= _LONGEST:
            yield ClockWait(times[-2].start(), place + 1, float(minutes))


def _between(one: re.Match[str], other: re.Match[str]) -> int:
    """Return the minutes from one time to the other, round the clock where no part of the day is named."""
    round_the = _DAY if one["part"] and other["part"] else _HALF_DAY
    return (_minutes(other) - _minutes(one)) % round_the


def _minutes(time: re.Match[str]) -> int:
    hour = int(read_number(time["hour"]))
    late = (
        _HALF_DAY if time["part"] in _LATE and hour < 12 and not (time["part"] == "中午" and hour > 9) else 0
    )
    minute = int(time["exact"] or 0) + _QUARTERS.get(time["quarter"] or "", 0)
    return hour * 60 + minute + (int(read_number(time["minute"])) if time["minute"] else 0) + late
