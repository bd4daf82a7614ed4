"""The planted incidents: what goes wrong or right, where, from when to when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from zhiyin.listen.sample.datafiles import IncidentPlan, read_yaml
from zhiyin.listen.sample.dice import Dice

if TYPE_CHECKING:
    from zhiyin.listen.sample.company import Store
    from zhiyin.listen.sample.options import SampleOptions

_SEVEN = 7
_NEAR_THE_RIVAL = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One planted incident; days are Beijing's, both included. `stores` are positions in `Company.stores`."""

    code: str
    kind: str
    units: tuple[str, ...]
    stores: frozenset[int]
    first_day: date
    last_day: date
    aspect: str
    polarity: str
    channel: str | None
    rival: str | None
    plan: IncidentPlan

    def is_on(self, day: date) -> bool:
        """Whether the incident lasts on this day."""
        return self.first_day <= day <= self.last_day

    def share_on(self, day: date) -> float:
        """Share of the voices concerned that speak of it on this day."""
        return self._fading(self.plan.share, later=self.plan.share_later, day=day)

    def volume_on(self, day: date) -> float:
        """Factor on the number of voices of its stores on this day."""
        return self._fading(self.plan.volume, later=self.plan.volume_later, day=day)

    def _fading(self, start: float, *, later: float | None, day: date) -> float:
        if later is None:
            return start
        age = (day - self.first_day).days
        left = max(0.0, 1 - age / max(1, self.plan.fades_in_days))
        return later + (start - later) * left

    def concerns(self, *, is_takeaway: bool, hour: int) -> bool:
        """Whether such a voice can come from it."""
        plan = self.plan
        fits = plan.is_delivered is None or plan.is_delivered == is_takeaway
        return fits and plan.first_hour <= hour <= plan.last_hour


def plan_incidents(
    options: SampleOptions, *, stores: Sequence[Store], rivals: Sequence[str]
) -> tuple[Incident, ...]:
    """The incidents of these options, in the order of their first days; none in the quiet variant."""
    if not options.has_incidents:
        return ()
    plans = read_yaml("incident_plans.yaml", list[IncidentPlan])
    made = [_place(plan, options=options, stores=stores, rivals=rivals) for plan in plans]
    return tuple(sorted(made, key=lambda incident: incident.first_day))


def _place(
    plan: IncidentPlan, *, options: SampleOptions, stores: Sequence[Store], rivals: Sequence[str]
) -> Incident:
    dice = Dice(options.seed, "incident", plan.kind)
    units, positions = _where(plan, stores=stores, dice=dice)
    first, last = _when(plan, options=options)
    return Incident(
        code=f"INC-{plan.kind}",
        kind=plan.kind,
        units=units,
        stores=positions,
        first_day=first,
        last_day=last,
        aspect=plan.aspect,
        polarity=plan.polarity,
        channel=plan.channel,
        rival=rivals[0] if plan.kind == "competitor_opening" else None,
        plan=plan,
    )


def _when(plan: IncidentPlan, *, options: SampleOptions) -> tuple[date, date]:
    """Days in the window; in a window under a hundred days an incident takes a tenth to a sixth of it."""
    offset = int(plan.start * options.n_days)
    if plan.days == "to_end":
        n_days = options.n_days - offset
    else:
        n_days = max(1, min(plan.days, options.n_days // 6, options.n_days - offset))
    first = options.first_day + timedelta(days=offset)
    return first, first + timedelta(days=n_days - 1)


def _where(
    plan: IncidentPlan, *, stores: Sequence[Store], dice: Dice
) -> tuple[tuple[str, ...], frozenset[int]]:
    match plan.scope:
        case "company":
            chosen = list(stores)
            return (stores[0].company_code,), frozenset(s.index for s in chosen)
        case "region":
            regions = sorted({s.region_code for s in stores})
            region = dice.pick(regions)
            return (region,), frozenset(s.index for s in stores if s.region_code == region)
        case "seven_stores":
            chosen = dice.order(stores)[:_SEVEN]
        case "one_store":
            # A busy one: one shift of a quiet store would leave only a handful of voices.
            busiest = sorted(stores, key=lambda s: (-s.weight, s.index))[: max(1, len(stores) // 20)]
            chosen = [dice.pick(busiest)]
        case "city_stores":
            chosen = _one_city(stores)[:_NEAR_THE_RIVAL]
    chosen = sorted(chosen, key=lambda s: s.index)
    return tuple(s.code for s in chosen), frozenset(s.index for s in chosen)


def _one_city(stores: Sequence[Store]) -> list[Store]:
    """The stores of the city that has most of them."""
    groups: dict[str, list[Store]] = {}
    for store in stores:
        groups.setdefault(store.city, []).append(store)
    return max(groups.values(), key=len)
