"""Signals: phrases that ask to be acted on, and measured ones (waits, times told, times sent around)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhiyin.understand.clauses import Clauses
from zhiyin.understand.context import Context
from zhiyin.understand.contract import SIGNALS
from zhiyin.understand.fields import affirmed
from zhiyin.understand.lexicon import Hits, Kind
from zhiyin.understand.numerals import number_before

WAITED = SIGNALS.index("waited")
_REACH = 12
"""Code points between a trigger and its number."""
_NUMBER_SIGNS = 16
_HALF_UNIT = "个半"

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


def find_signals(hits: Hits, *, context: Context, starts: Ints, joined: str) -> Signals:
    """Return the signals of a batch; what is negated or only thought of is left out."""
    found = affirmed(hits, kind=Kind.SIGNAL, context=context)
    found = found.take(np.flatnonzero(~context.is_hypothetical(found, open_only=True)))
    measures = _measure(hits, clauses=context.clauses, joined=joined)
    kind = np.concatenate((found.name, [one.kind for one in measures])).astype(np.int64)
    start = np.concatenate((found.start, [one.start for one in measures])).astype(np.int64)
    end = np.concatenate((found.end, [one.end for one in measures])).astype(np.int64)
    value = np.concatenate((np.full(len(found), np.nan), [one.value for one in measures]))
    return _once(kind, value=value, start=start, end=end, starts=starts)


def _once(
    kind: Ints, *, value: npt.NDArray[np.float64], start: Ints, end: Ints, starts: Ints
) -> Signals:
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


def _measure(hits: Hits, *, clauses: Clauses, joined: str) -> list[_Measure]:
    """Read the numbers before the units that have a trigger of their kind near."""
    units, triggers = hits.of(Kind.UNIT), hits.of(Kind.TRIGGER)
    near = _near_triggers(units, triggers=triggers, clauses=clauses)
    measures: list[_Measure] = []
    for row in np.flatnonzero(near.any(axis=1)).tolist():
        start, end = int(units.start[row]), int(units.end[row])
        found = number_before(joined[max(start - _NUMBER_SIGNS, 0) : start])
        if found is None:
            continue
        number, offset = found
        begin = start - min(start, _NUMBER_SIGNS) + offset
        value = (number + _half(joined[start:end])) * float(units.value[row])
        one = _Measure(int(units.name[row]), value, begin, end)
        _extend(measures, one, trigger=_trigger_span(near[row], triggers=triggers, begin=begin))
    return measures


def _half(unit: str) -> float:
    return 0.5 if unit.startswith(_HALF_UNIT) else 0.0


def _near_triggers(units: Hits, *, triggers: Hits, clauses: Clauses) -> Ints:
    """Return for each unit whether the last trigger before and the first one after are near: two columns of rows + 1."""
    near = np.zeros((len(units), 2), dtype=np.int64)
    if not len(units) or not len(triggers):
        return near
    clause = clauses.clause
    for kind in np.unique(units.name):
        mine = np.flatnonzero(units.name == kind)
        theirs = np.flatnonzero(triggers.name == kind)
        if not len(theirs):
            continue
        place = np.searchsorted(triggers.start[theirs], units.start[mine])
        before, after = theirs[np.maximum(place - 1, 0)], theirs[np.minimum(place, len(theirs) - 1)]
        fits = (place > 0) & (clause[triggers.start[before]] == clause[units.start[mine]])
        fits &= units.start[mine] - triggers.end[before] <= _REACH
        near[mine, 0] = np.where(fits, before + 1, 0)
        fits = (place < len(theirs)) & (clause[triggers.start[after]] == clause[units.start[mine]])
        fits &= (triggers.start[after] >= units.end[mine]) & (triggers.start[after] - units.end[mine] <= _REACH)
        near[mine, 1] = np.where(fits, after + 1, 0)
    return near


def _trigger_span(near: Ints, *, triggers: Hits, begin: int) -> tuple[int, int]:
    before, after = int(near[0]) - 1, int(near[1]) - 1
    if before >= 0 and int(triggers.end[before]) <= begin:
        return int(triggers.start[before]), int(triggers.end[before])
    if after >= 0:
        return int(triggers.start[after]), int(triggers.end[after])
    return begin, begin


def _extend(measures: list[_Measure], one: _Measure, *, trigger: tuple[int, int]) -> None:
    """Add a measure, or add it up with the one that it continues (一小时二十分钟)."""
    last = measures[-1] if measures else None
    if last and last.kind == one.kind and last.kind == WAITED and 0 <= one.start - last.end <= 1:
        measures[-1] = _Measure(one.kind, last.value + one.value, last.start, max(one.end, last.end))
        return
    measures.append(_Measure(one.kind, one.value, min(one.start, trigger[0]), max(one.end, trigger[1])))


def waited_texts(signals: Signals) -> Ints:
    """Return the texts that tell of a wait, each once."""
    return np.unique(signals.text[signals.kind == WAITED])
