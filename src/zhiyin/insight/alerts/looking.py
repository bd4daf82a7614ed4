"""One look at all series of a window: which counts stand out, with false alarms held to a chosen rate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhiyin.insight.alerts.counts import HourlyCounts, Integers
from zhiyin.insight.alerts.tree import COMPANY, GROUP, UNIT, UnitTree
from zhiyin.measure.anomalies import count_tails, level_each, several_together
from zhiyin.measure.estimate import Floats, floats
from zhiyin.measure.seasonal import Baseline, Cells, expect, week_profile

WEEK_HOURS = 168
# A rise to fewer voices than these is never news, by level of the unit.
_LEAST_RISE = np.array([6, 5, 3])
# A fall can only be told where several were to be expected.
_LEAST_EXPECTED = 10.0
_LEAST_EVER = 1e-3
# How far the ordinary may move by itself (weather, season) before it is worth a word.
_MARGIN = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Looks at the last `hours`, every `every_hours`, against the `n_steps` windows before.

    `share`: its part of the false alarms that are allowed; `levels`: where it looks.
    """

    hours: int
    every_hours: int
    n_steps: int
    share: float
    levels: tuple[int, ...] = (COMPANY, GROUP, UNIT)


WINDOWS = (
    Window(hours=3, every_hours=1, n_steps=8 * 56, share=0.15, levels=(COMPANY, GROUP)),
    Window(hours=24, every_hours=4, n_steps=56, share=0.55),
    Window(hours=72, every_hours=12, n_steps=18, share=0.15),
    Window(hours=168, every_hours=24, n_steps=8, share=0.15),
)
HISTORY_HOURS = max(window.hours * (window.n_steps + 1) for window in WINDOWS)

# Parts of a window's allowance: by level, and within a level by what is counted.
_LEVEL_SHARES = {COMPANY: 0.25, GROUP: 0.25, UNIT: 0.3}
_TOGETHER_SHARE = 0.2
_KIND_SHARES = {"total": 0.35, "aspect": 0.4, "other": 0.1, "channel": 0.15}
_FALL_SHARE = 0.2


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
    allowed = n_false_a_week * window.share * window.every_hours / WEEK_HOURS
    rows = counts.between(until - window.hours * (window.n_steps + 1), until)
    if rows.start == rows.stop:
        return []
    facts = _Facts.of(counts, rows=rows, tree=tree, until=until, window=window)
    series = facts.series()
    if not len(series.key):
        return []
    found = list(_alone(facts, series, allowed=allowed, until=until, window=window))
    if UNIT in window.levels:
        found += _together(facts, allowed=allowed * _TOGETHER_SHARE, until=until, window=window)
    return sorted(found, key=lambda one: one.p)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Series:
    """Series worth a test: key, its parts, baseline, and what step 0 holds."""

    key: Integers
    place: Integers
    measure: Integers
    channel: Integers
    observed: Floats
    baseline: Baseline


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """The rows of one window and its past, with the step that each lies in."""

    tree: UnitTree
    measures: tuple[str, ...]
    channels: tuple[str, ...]
    place: Integers
    measure: Integers
    channel: Integers
    step: Integers
    n: Floats
    n_steps: int
    n_phases: int
    levels: tuple[int, ...]

    @classmethod
    def of(cls, counts: HourlyCounts, *, rows: slice, tree: UnitTree, until: int, window: Window) -> _Facts:
        step = (until - 1 - counts.hour[rows]) // window.hours
        n_known = int(step.max()) + 1
        return cls(
            tree=tree,
            measures=counts.measures,
            channels=counts.channels,
            place=counts.place[rows],
            measure=counts.measure[rows],
            channel=counts.channel[rows],
            step=step,
            n=counts.n[rows],
            n_steps=max(2, min(window.n_steps + 1, n_known)),
            n_phases=max(1, WEEK_HOURS // window.hours) if WEEK_HOURS % window.hours == 0 else 1,
            levels=window.levels,
        )

    def rolled(self) -> Iterator[tuple[Integers, NDArray[np.bool_] | slice]]:
        """Keys of the rows at each level of the tree, by channel and for all channels; and which rows."""
        n_channels = len(self.channels) + 1
        for depth in range(self.tree.ancestors.shape[1]):
            above = self.tree.ancestors[:, depth]
            wanted = (above >= 0) & np.isin(self.tree.level[above], self.levels)
            is_in = wanted[self.place]
            if not is_in.any():
                continue
            key = (above[self.place[is_in]] * len(self.measures) + self.measure[is_in]) * n_channels
            yield key, is_in
            yield key + self.channel[is_in] + 1, is_in

    def series(self) -> _Series:
        """Those with enough in the window for a rise, or enough in the past for a fall."""
        n_channels = len(self.channels) + 1
        n_keys = len(self.tree.ids) * len(self.measures) * n_channels
        now, past = np.zeros(n_keys), np.zeros(n_keys)
        for key, is_in in self.rolled():
            n, is_now = self.n[is_in], self.step[is_in] == 0
            now += np.bincount(key[is_now], weights=n[is_now], minlength=n_keys)
            past += np.bincount(key[~is_now], weights=n[~is_now], minlength=n_keys)
        keys = np.flatnonzero((now >= _LEAST_RISE.min()) | (past >= _LEAST_EXPECTED * (self.n_steps - 1)))
        place, rest = np.divmod(keys, len(self.measures) * n_channels)
        measure, channel = np.divmod(rest, n_channels)
        return _Series(
            key=keys,
            place=place,
            measure=measure,
            channel=channel,
            observed=now[keys],
            baseline=self._expect(keys, past=past, place=place, measure=measure, channel=channel),
        )

    def _expect(
        self, keys: Integers, *, past: Floats, place: Integers, measure: Integers, channel: Integers
    ) -> Baseline:
        n_channels = len(self.channels) + 1
        row_of = np.full(len(past), -1, dtype=np.int64)
        row_of[keys] = np.arange(len(keys))
        cells: Floats = np.zeros(len(keys) * self.n_steps)
        for key, is_in in self.rolled():
            row = row_of[key]
            known = row >= 0
            at = row[known] * self.n_steps + self.step[is_in][known]
            found = np.bincount(at, weights=self.n[is_in][known], minlength=len(keys) * self.n_steps)
            cells = cells + found
        filled = np.flatnonzero(cells)
        voices = self.measures.index("voices") if "voices" in self.measures else 0
        start = (place * len(self.measures) + voices) * n_channels
        root = self.tree.root * len(self.measures)
        whole = max(past[(root + voices) * n_channels], 1.0)
        # Half a voice more: what was never heard of may still come.
        share = (past[(root + measure) * n_channels + channel] + 0.5) / whole
        prior = np.maximum(past[start] * share / (self.n_steps - 1), _LEAST_EVER)
        return expect(
            Cells(
                series=filled // self.n_steps,
                step=filled % self.n_steps,
                n=cells[filled],
                n_series=len(keys),
                n_steps=self.n_steps,
            ),
            profile=self.profile(),
            prior_mean=prior,
        )

    def profile(self) -> Floats:
        """The common week: that of all voices of the company."""
        is_voice = self.measure == self.measures.index("voices") if "voices" in self.measures else slice(None)
        whole = np.bincount(self.step[is_voice], weights=self.n[is_voice], minlength=self.n_steps)
        return week_profile(whole[1:], n_phases=self.n_phases)


def _kind(measure: str) -> str:
    head = measure.partition(":")[0]
    return {"aspect": "aspect", "product": "other", "touchpoint": "other", "signal": "other"}.get(
        head, "total"
    )


def _alone(
    facts: _Facts, series: _Series, *, allowed: float, until: int, window: Window
) -> Iterator[Finding]:
    tails = count_tails(
        series.observed, expected=series.baseline.expected, size=series.baseline.size, margin=_MARGIN
    )
    kinds = np.array([_kind(name) for name in facts.measures])
    kind = np.where(series.channel > 0, "channel", kinds[series.measure])
    level = facts.tree.level[series.place]
    limits = np.zeros(len(series.key))
    n_at = {one: int(np.count_nonzero(facts.tree.level == one)) for one in window.levels}
    for one in window.levels:
        for name, share in _KIND_SHARES.items():
            n_kinds = (
                len(facts.measures) * len(facts.channels) if name == "channel" else np.sum(kinds == name)
            )
            if n_at[one] and n_kinds:
                limit = level_each(allowed * _LEVEL_SHARES[one] * share, n_tests=n_at[one] * int(n_kinds))
                limits[(level == one) & (kind == name)] = limit
    rises = (tails.rise <= limits * (1 - _FALL_SHARE)) & (series.observed >= _LEAST_RISE[level])
    falls = (tails.fall <= limits * _FALL_SHARE) & (series.baseline.expected >= _LEAST_EXPECTED)
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


def _together(facts: _Facts, *, allowed: float, until: int, window: Window) -> Iterator[Finding]:
    """Kinds that rise in more units than chance lets, though perhaps in none alone."""
    wanted = [
        place
        for place, name in enumerate(facts.measures)
        if _kind(name) in ("aspect", "total") or name.startswith("signal")
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
    prior = np.maximum(voices[:, None] * share / (facts.n_steps - 1), _LEAST_EVER)
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
