"""The windows that are looked at, and the series of one window with what was to be expected of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhiyin.insight.alerts.counts import HourlyCounts, Integers
from zhiyin.insight.alerts.tree import COMPANY, GROUP, UNIT, UnitTree
from zhiyin.measure.estimate import Floats
from zhiyin.measure.seasonal import Baseline, Cells, expect, week_profile

WEEK_HOURS = 168
# A rise to fewer voices than these is never news, by level of the unit.
LEAST_RISE = np.array([6, 5, 3])
# A fall can only be told where several were to be expected.
LEAST_EXPECTED = 10.0
LEAST_EVER = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Looks at the last `hours`, every `every_hours`, against the `n_steps` windows before.

    `levels`: where it looks.
    """

    hours: int
    every_hours: int
    n_steps: int
    levels: tuple[int, ...] = (COMPANY, GROUP, UNIT)


WINDOWS = (
    Window(hours=3, every_hours=1, n_steps=8 * 56, levels=(COMPANY, GROUP)),
    Window(hours=24, every_hours=4, n_steps=56),
    Window(hours=72, every_hours=12, n_steps=18),
    Window(hours=168, every_hours=24, n_steps=8),
)
HISTORY_HOURS = max(window.hours * (window.n_steps + 1) for window in WINDOWS)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedSeries:
    """Series worth a test: key, its parts, baseline, and what step 0 holds."""

    key: Integers
    place: Integers
    measure: Integers
    channel: Integers
    observed: Floats
    baseline: Baseline


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowFacts:
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
    def of(
        cls, counts: HourlyCounts, *, rows: slice, tree: UnitTree, until: int, window: Window
    ) -> WindowFacts:
        """The `rows` of the counts, each in its step before hour `until`."""
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

    def series(self) -> WatchedSeries:
        """Those with enough in the window for a rise, or enough in the past for a fall."""
        n_channels = len(self.channels) + 1
        n_keys = len(self.tree.ids) * len(self.measures) * n_channels
        now, past = np.zeros(n_keys), np.zeros(n_keys)
        for key, is_in in self.rolled():
            n, is_now = self.n[is_in], self.step[is_in] == 0
            now += np.bincount(key[is_now], weights=n[is_now], minlength=n_keys)
            past += np.bincount(key[~is_now], weights=n[~is_now], minlength=n_keys)
        keys = np.flatnonzero((now >= LEAST_RISE.min()) | (past >= LEAST_EXPECTED * (self.n_steps - 1)))
        place, rest = np.divmod(keys, len(self.measures) * n_channels)
        measure, channel = np.divmod(rest, n_channels)
        return WatchedSeries(
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
        prior = np.maximum(past[start] * share / (self.n_steps - 1), LEAST_EVER)
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
