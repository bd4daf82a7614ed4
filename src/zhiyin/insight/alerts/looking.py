"""One look at all series of a window: which counts stand out, with false alarms held to a chosen rate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from zhiyin.insight.alerts.allowances import CHANNEL, FALL_SHARE, TOGETHER, allowances, family_of
from zhiyin.insight.alerts.counts import HourlyCounts
from zhiyin.insight.alerts.tree import UNIT, UnitTree
from zhiyin.insight.alerts.windows import (
    LEAST_EVER,
    LEAST_EXPECTED,
    LEAST_RISE,
    WEEK_HOURS,
    WatchedSeries,
    Window,
    WindowFacts,
)
from zhiyin.measure.anomalies import count_tails, level_each, several_together
from zhiyin.measure.estimate import Floats, floats
from zhiyin.measure.seasonal import Cells, expect

# How far the ordinary may move by itself (weather, season) before it is worth a word.
_MARGIN = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A series that stands out in the window that ends before hour `until`.

    `channel` is None for all of them. `p` is the tail probability, `times` how often below the level
    that was allowed. `together`: the unit's parts stand out a little each, in `places`, and none alone.
    """

    place: int
    measure: str
    channel: str | None
    direction: int
    observed: float
    expected: float
    size: float
    p: float
    times: float
    hours: int
    until: int
    together: bool = False
    places: tuple[int, ...] = ()


def look(
    counts: HourlyCounts, *, tree: UnitTree, until: int, window: Window, n_false_a_week: float = 1.0
) -> list[Finding]:
    """What stands out in the `window` that ends before hour `until`; the strongest first."""
    allowed = n_false_a_week * window.every_hours / WEEK_HOURS
    rows = counts.between(until - window.hours * (window.n_steps + 1), until)
    if rows.start == rows.stop:
        return []
    facts = WindowFacts.of(counts, rows=rows, tree=tree, until=until, window=window)
    series = facts.series()
    if not len(series.key):
        return []
    found = list(_alone(facts, series, allowed=allowed, until=until, window=window))
    if UNIT in window.levels:
        share = allowances(hours=window.hours)[UNIT, TOGETHER]
        found += _together(facts, allowed=allowed * share, until=until, window=window)
    return sorted(found, key=lambda one: one.p)


def _alone(
    facts: WindowFacts, series: WatchedSeries, *, allowed: float, until: int, window: Window
) -> Iterator[Finding]:
    tails = count_tails(
        series.observed, expected=series.baseline.expected, size=series.baseline.size, margin=_MARGIN
    )
    limits = _limits(facts, series, allowed=allowed, window=window)
    level = facts.tree.level[series.place]
    rises = (tails.rise <= limits) & (series.observed >= LEAST_RISE[level])
    falls = (tails.fall <= limits * FALL_SHARE) & (series.baseline.expected >= LEAST_EXPECTED)
    for row in np.flatnonzero(rises | falls):
        p, direction = (tails.rise[row], 1) if rises[row] else (tails.fall[row], -1)
        yield Finding(
            place=int(series.place[row]),
            measure=facts.measures[series.measure[row]],
            channel=facts.channels[series.channel[row] - 1] if series.channel[row] else None,
            direction=direction,
            observed=float(series.observed[row]),
            expected=float(series.baseline.expected[row]),
            size=float(series.baseline.size[row]),
            p=float(p),
            times=float(limits[row] / max(p, 1e-300)),
            hours=window.hours,
            until=until,
        )


def _limits(facts: WindowFacts, series: WatchedSeries, *, allowed: float, window: Window) -> Floats:
    """The tail probability at which each series stands out: its family's allowance by its number of tests."""
    allowances_of = allowances(hours=window.hours)
    code_of = {name: code for code, name in enumerate(sorted({name for _, name in allowances_of}))}
    codes = np.array([code_of.get(family_of(name), -1) for name in facts.measures])
    limit = np.zeros((UNIT + 1, len(code_of) + 1))  # the last column is that of families not looked at
    for (level, name), share in allowances_of.items():
        n_kinds = len(codes) * len(facts.channels) if name == CHANNEL else int(np.sum(codes == code_of[name]))
        n_tests = int(np.count_nonzero(facts.tree.level == level)) * n_kinds
        if n_tests:
            limit[level, code_of[name]] = level_each(allowed * share, n_tests=n_tests)
    code = np.where(series.channel > 0, code_of.get(CHANNEL, -1), codes[series.measure])
    found: Floats = limit[facts.tree.level[series.place], code]
    return found


def _together(facts: WindowFacts, *, allowed: float, until: int, window: Window) -> Iterator[Finding]:
    """Kinds that rise in more units than chance lets, though perhaps in none alone."""
    wanted = [
        place for place, name in enumerate(facts.measures) if not name.startswith(("product", "touchpoint"))
    ]
    units = np.flatnonzero(facts.tree.level == UNIT)
    if len(units) < 10:
        return
    column = np.full(len(facts.measures), -1)
    column[wanted] = np.arange(len(wanted))
    row = np.full(len(facts.tree.ids), -1)
    row[units] = np.arange(len(units))
    is_in = (column[facts.measure] >= 0) & (row[facts.place] >= 0)
    series = row[facts.place[is_in]] * len(wanted) + column[facts.measure[is_in]]
    n_series = len(units) * len(wanted)
    at = series * facts.n_steps + facts.step[is_in]
    cells = floats(np.bincount(at, weights=facts.n[is_in], minlength=n_series * facts.n_steps))
    filled = np.flatnonzero(cells)
    step, n = filled % facts.n_steps, cells[filled]
    owner = filled // facts.n_steps
    past = np.bincount(owner[step > 0], weights=n[step > 0], minlength=n_series).reshape(len(units), -1)
    voices = (
        past[:, wanted.index(facts.measures.index("voices"))] if "voices" in facts.measures else past.sum(1)
    )
    share = (past.sum(axis=0) + 0.5) / max(voices.sum(), 1.0)
    prior = np.maximum(voices[:, None] * share / (facts.n_steps - 1), LEAST_EVER)
    baseline = expect(
        Cells(series=owner, step=step, n=n, n_series=n_series, n_steps=facts.n_steps),
        profile=facts.profile(),
        prior_mean=prior.ravel(),
    )
    observed = np.bincount(owner[step == 0], weights=n[step == 0], minlength=n_series)
    shape = (len(units), len(wanted))
    expected, size = baseline.expected.reshape(shape), baseline.size.reshape(shape)
    expected = np.where(past.sum(axis=1, keepdims=True) > 0, expected, np.nan)
    seen = observed.reshape(shape)
    p = several_together(seen, expected=expected, size=size, margin=_MARGIN)
    limit = level_each(allowed, n_tests=len(wanted))
    for place in np.flatnonzero(p <= limit):
        tails = count_tails(
            seen[:, place], expected=np.nan_to_num(expected[:, place], nan=1.0), size=size[:, place]
        )
        out = np.flatnonzero((tails.rise <= 0.05) & (seen[:, place] > 0) & ~np.isnan(expected[:, place]))
        yield Finding(
            place=facts.tree.root,
            measure=facts.measures[wanted[place]],
            channel=None,
            direction=1,
            observed=float(seen[out, place].sum()),
            expected=float(expected[out, place].sum()),
            size=float(size[out, place].sum()),
            p=float(p[place]),
            times=float(limit / max(p[place], 1e-300)),
            hours=window.hours,
            until=until,
            together=True,
            places=tuple(int(units[one]) for one in out[np.argsort(tails.rise[out])]),
        )
