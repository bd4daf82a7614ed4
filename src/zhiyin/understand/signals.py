"""Signals: phrases that ask to be acted on, and measured ones (waits, times told, times sent around)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhiyin.understand.clauses import LATIN, Clauses
from zhiyin.understand.clocks import find_clock_waits
from zhiyin.understand.context import Context
from zhiyin.understand.contract import SIGNALS
from zhiyin.understand.fields import affirmed
from zhiyin.understand.lexicon import Hits, Kind
from zhiyin.understand.numerals import number_before, read_number

WAITED = SIGNALS.index("waited")
_COMPETITOR, _STAFF = SIGNALS.index("competitor_named"), SIGNALS.index("staff_named")
_COUNTED = tuple(SIGNALS.index(name) for name in ("sent_around", "told_again"))
"""Signals whose value is a number of times; once is none."""
_REACH = 12
"""Code points between a trigger and its number."""
_LATIN_REACH = 24
_NUMBER_SIGNS = 24
_HALF_UNIT = "个半"
_JOINTS = ("", "and", "零", "又")
_HOUR, _DAY = 60, 1440
_SLOW = "慢"
# What may follow an hour without a unit of its own: 一小时二十, 1小时20分, an hour and a half.
_MINUTES_BEHIND = re.compile(
    r"[零又]?([0-9]{1,2}|[二三四五]?十[一二三四五六七八九]?|[一二三四五六七八九])"
    r"(?:分(?![钟种店之开])|(?![0-9分个多几来天块元次人家%一二三四五六七八九十百]))"
)
_HALF_BEHIND = re.compile(r" and a half")

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """Signals in order of text and place; `value` NaN for none; offsets in the joined text."""

    text: Ints
    kind: Ints
    value: npt.NDArray[np.float64]
    start: Ints
    end: Ints


@dataclass(frozen=True, slots=True)
class _Measure:
    kind: int
    value: float
    start: int
    end: int
    unit_end: int


def find_signals(hits: Hits, *, context: Context, starts: Ints, joined: str, staff: Ints) -> Signals:
    """Return the signals of a batch; what is negated or only thought of is left out.

    `staff` are the rows (start, end) of names of people who serve.
    """
    found = affirmed(hits, kind=Kind.SIGNAL, context=context)
    found = found.take(np.flatnonzero(~context.is_hypothetical(found, open_only=True)))
    units, triggers = hits.of(Kind.UNIT), hits.of(Kind.TRIGGER)
    near = _near_triggers(units, triggers=triggers, clauses=context.clauses)
    is_brand, has_trigger = units.name == _COMPETITOR, near.any(axis=1)
    brands = units.take(np.flatnonzero(is_brand & has_trigger))
    rows = np.flatnonzero(~is_brand & has_trigger)
    measures = _measure(
        units.take(rows), near_spans=_trigger_spans(near[rows], triggers=triggers), joined=joined
    )
    spans = [(one.kind, one.start, one.end, one.value) for one in measures]
    waits = np.array([one.start for one in measures if one.kind == WAITED], dtype=np.int64)
    counted = set(np.searchsorted(starts, waits, side="right").tolist())
    spans += [
        (WAITED, wait.start, wait.end, wait.minutes)
        for wait in find_clock_waits(context.codes, joined=joined)
        if int(np.searchsorted(starts, wait.start, side="right")) not in counted
    ]
    table = np.array(spans).reshape(-1, 4)
    nothing = np.full(len(found) + len(brands) + len(staff), np.nan)
    kind = np.concatenate((found.name, brands.name, np.full(len(staff), _STAFF), table[:, 0]))
    start = np.concatenate((found.start, brands.start, staff[:, 0], table[:, 1]))
    end = np.concatenate((found.end, brands.end, staff[:, 1], table[:, 2]))
    value = np.concatenate((nothing, table[:, 3]))
    kind, start, end = kind.astype(np.int64), start.astype(np.int64), end.astype(np.int64)
    return _once(kind, value=value, start=start, end=end, starts=starts)


def _once(kind: Ints, *, value: npt.NDArray[np.float64], start: Ints, end: Ints, starts: Ints) -> Signals:
    """Drop a phrase without a value that overlaps a measured signal of its kind, and sort."""
    text = np.searchsorted(starts, start, side="right") - 1
    order = np.lexsort((start, kind, text))
    text, kind, value, start, end = text[order], kind[order], value[order], start[order], end[order]
    keep = np.ones(len(order), dtype=bool)
    same = (text[1:] == text[:-1]) & (kind[1:] == kind[:-1]) & (start[1:] < end[:-1])
    keep[1:] &= ~(same & (np.isnan(value[1:]) | ~np.isnan(value[:-1])))
    keep[:-1] &= ~(same & np.isnan(value[:-1]) & ~np.isnan(value[1:]))
    rows = np.flatnonzero(keep)
    rows = rows[np.lexsort((start[rows], text[rows]))]
    return Signals(text=text[rows], kind=kind[rows], value=value[rows], start=start[rows], end=end[rows])


def _measure(units: Hits, *, near_spans: list[list[int]], joined: str) -> list[_Measure]:
    """Read the numbers before the units, which have a trigger of their kind near."""
    measures: list[_Measure] = []
    columns = (units.start.tolist(), units.end.tolist(), units.name.tolist(), units.value.tolist())
    for start, end, kind, factor, spans in zip(*columns, near_spans, strict=True):
        window = joined[max(start - _NUMBER_SIGNS, 0) : start]
        found = number_before(window)
        if found is None:
            continue
        begin = start - len(window) + found[1]
        value, last = (found[0] + _half(joined[start:end])) * factor, end
        if kind in _COUNTED:
            value = math.ceil(value)
        elif factor == _HOUR:
            more, last = _behind_hour(joined, end=end)
            value += more
        if kind == WAITED and value >= _DAY and _is_slow_only(spans, joined=joined):
            continue
        one = _Measure(kind, value, begin, last, last)
        if (one.value > 1 or kind not in _COUNTED) and not _continues(measures, one, joined=joined):
            measures.append(_with_trigger(one, spans=spans))
    return measures


def _is_slow_only(spans: list[int], *, joined: str) -> bool:
    """Tell whether only slowness stands near: 用了两年，很慢 is no wait of two years."""
    near = [joined[start:end] for start, end in (spans[:2], spans[2:]) if start >= 0]
    return all(_SLOW in trigger for trigger in near)


def _behind_hour(joined: str, *, end: int) -> tuple[float, int]:
    """Return the minutes that follow an hour without a unit, and where they end."""
    if half := _HALF_BEHIND.match(joined, end):
        return _HOUR / 2, half.end()
    if found := _MINUTES_BEHIND.match(joined, end):
        return read_number(found[1]), found.end()
    return 0.0, end


def _half(unit: str) -> float:
    return 0.5 if unit.startswith(_HALF_UNIT) else 0.0


def _near_triggers(units: Hits, *, triggers: Hits, clauses: Clauses) -> Ints:
    """Return for each unit the row + 1 of the trigger before it and of the one after it, 0 if not near."""
    near = np.zeros((len(units), 2), dtype=np.int64)
    if not len(units) or not len(triggers):
        return near
    sentence = clauses.sentence
    for kind in np.unique(units.name):
        mine = np.flatnonzero(units.name == kind)
        theirs = np.flatnonzero(triggers.name == kind)
        if not len(theirs):
            continue
        place = np.searchsorted(triggers.start[theirs], units.start[mine])
        reach = np.where(clauses.classes[units.start[mine]] & LATIN, _LATIN_REACH, _REACH)
        before, after = theirs[np.maximum(place - 1, 0)], theirs[np.minimum(place, len(theirs) - 1)]
        fits = (place > 0) & (sentence[triggers.start[before]] == sentence[units.start[mine]])
        fits &= units.start[mine] - triggers.end[before] <= reach
        near[mine, 0] = np.where(fits, before + 1, 0)
        fits = (place < len(theirs)) & (sentence[triggers.start[after]] == sentence[units.start[mine]])
        fits &= (triggers.start[after] >= units.end[mine]) & (
            triggers.start[after] - units.end[mine] <= reach
        )
        near[mine, 1] = np.where(fits, after + 1, 0)
    return near


def _trigger_spans(near: Ints, *, triggers: Hits) -> list[list[int]]:
    """Return for each row the start and end of the trigger before and of the one after, -1 for none."""
    if not len(near):
        return []
    last = np.maximum(near - 1, 0)
    spans = np.where((near > 0)[:, :, None], np.stack((triggers.start[last], triggers.end[last]), axis=2), -1)
    found: list[list[int]] = spans.reshape(-1, 4).tolist()
    return found


def _continues(measures: list[_Measure], one: _Measure, *, joined: str) -> bool:
    """Add a wait to the one that it continues (一小时二十分钟), and tell whether there was such a one."""
    last = measures[-1] if measures else None
    if last is None or not last.kind == one.kind == WAITED or one.start < last.unit_end:
        return False
    if joined[last.unit_end : one.start].strip(" ") not in _JOINTS:
        return False
    end = max(one.end, last.end)
    measures[-1] = _Measure(one.kind, last.value + one.value, last.start, end, one.unit_end)
    return True


def _with_trigger(one: _Measure, *, spans: list[int]) -> _Measure:
    """Widen a measure to the trigger before its number, or else to the one after it."""
    start, end = one.start, one.end
    if spans[0] >= 0 and spans[1] <= one.start:
        start = spans[0]
    elif spans[2] >= 0:
        end = max(end, spans[3])
    return _Measure(one.kind, one.value, start, end, one.unit_end)


def waited_texts(signals: Signals) -> Ints:
    """Return the texts that tell of a wait, each once."""
    return np.unique(signals.text[signals.kind == WAITED])
