"""Goes through the hours and makes incidents of what stands out; the same for the present and for replays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from zhiyin.insight.alerts.counts import HourlyCounts
from zhiyin.insight.alerts.explaining import Explanation
from zhiyin.insight.alerts.grouping import (
    Sighting,
    absorb,
    are_one,
    find_match,
    find_same,
    join,
    make_sighting,
    outranks,
)
from zhiyin.insight.alerts.looking import Finding, look
from zhiyin.insight.alerts.tree import UnitTree
from zhiyin.insight.alerts.windows import WINDOWS, Window

Explain = Callable[[Finding], Explanation]
_MAX_EXPLAINED = 12


@dataclass(slots=True, kw_only=True)
class Watch:
    """The incidents that are open or just over, each at its place in `sightings`.

    `gone`: places of those that turned out to be one with another, and the place of that one.
    """

    tree: UnitTree
    explain: Explain
    sightings: list[Sighting] = field(default_factory=list)
    gone: dict[int, int] = field(default_factory=dict)

    def take(self, findings: Sequence[Finding]) -> set[int]:
        """Add the findings of one look; which places of `sightings` are new, changed or gone."""
        changed: set[int] = set()
        n_explained = 0
        for finding in findings:
            place = self._matching(finding)
            if place is not None:
                grown = absorb(self.sightings[place], finding)
                if outranks(finding, grown) and n_explained < _MAX_EXPLAINED:
                    n_explained += 1
                    grown = join(grown, self._explained(finding), tree=self.tree)
                if grown != self.sightings[place]:
                    self.sightings[place] = grown
                    changed.add(place)
                continue
            if n_explained >= _MAX_EXPLAINED:
                continue
            n_explained += 1
            changed.add(self._add(self._explained(finding)))
        return changed | self._merge(changed)

    def _merge(self, changed: set[int]) -> set[int]:
        """Make one of those that turn out to be one, the older staying; which places that touched."""
        touched: set[int] = set()
        for place in sorted(changed):
            for other, sighting in enumerate(self.sightings):
                is_there = place not in self.gone and other not in self.gone and other != place
                if is_there and are_one(self.sightings[place], sighting, tree=self.tree):
                    kept, dropped = sorted((place, other))
                    both = join(self.sightings[kept], self.sightings[dropped], tree=self.tree)
                    self.sightings[kept] = both
                    self.gone[dropped] = kept
                    touched |= {kept, dropped}
        return touched

    def _there(self) -> list[Sighting]:
        return [one for place, one in enumerate(self.sightings) if place not in self.gone]

    def _place_of(self, sighting: Sighting) -> int:
        return next(place for place, one in enumerate(self.sightings) if one is sighting)

    def _explained(self, finding: Finding) -> Sighting:
        return make_sighting(finding, self.explain(finding), tree=self.tree)

    def _add(self, new: Sighting) -> int:
        same = find_same(new, self._there())
        if same is None:
            self.sightings.append(new)
            return len(self.sightings) - 1
        place = self._place_of(same)
        self.sightings[place] = join(same, new, tree=self.tree)
        return place

    def _matching(self, finding: Finding) -> int | None:
        found = find_match(finding, self._there(), tree=self.tree)
        return None if found is None else self._place_of(found)


def list_due(*, first: int, last: int) -> Iterator[tuple[int, Window]]:
    """Every look that is due after hour `first` up to hour `last`, in order of time, short windows first."""
    for hour in range(first + 1, last + 1):
        for window in WINDOWS:
            if hour % window.every_hours == 0:
                yield hour, window


def watch_hours(
    watch: Watch, counts: HourlyCounts, *, first: int, last: int, n_false_a_week: float = 1.0
) -> Iterator[tuple[int, set[int]]]:
    """Look at every hour after `first` up to `last`; each hour with the sightings that it changed."""
    for hour, window in list_due(first=first, last=last):
        findings = look(counts, tree=watch.tree, until=hour, window=window, n_false_a_week=n_false_a_week)
        changed = watch.take(findings)
        if changed:
            yield hour, changed
