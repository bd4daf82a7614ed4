"""Lift: where blame of an aspect is more frequent than elsewhere, by what voices are joined with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

import duckdb
import numpy as np

from zhiyin.insight.aspect_tree import AspectNode
from zhiyin.insight.drivers.aspect_groups import MASKS, Groups
from zhiyin.insight.local_days import local_hour
from zhiyin.insight.queries.columns import Columns, run_columns
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.measure.estimate import Estimate, Floats
from zhiyin.measure.relative_risk import compare_many
from zhiyin.people.scope import Scope

Kind = Literal["touchpoint", "product", "hours"]
_KINDS: tuple[Kind, ...] = ("product", "hours", "touchpoint")

DAY_PARTS = {
    "morning": range(6, 11),
    "noon": range(11, 14),
    "afternoon": range(14, 17),
    "evening": range(17, 21),
}
"""Parts of the day by their hours; the rest is night."""
_NIGHT = "night"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """Blame of the aspect among voices with this value, against those with another value of the same kind.

    `ratio.n` voices have the value, `n_blame` of them blame the aspect; `share` and `share_elsewhere`
    are 0 to 1. `adjusted_p` is that of all comparisons together.
    """

    kind: Kind
    value: str
    node: AspectNode
    ratio: Estimate
    n_blame: int
    share: float
    share_elsewhere: float
    adjusted_p: float

    @property
    def is_higher(self) -> bool:
        """Whether blame is more frequent here."""
        return (self.ratio.value or 0.0) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifts:
    """The lifts that are more than chance, the strongest first, of `n_compared` comparisons."""

    lifts: tuple[Lift, ...]
    n_compared: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """Voices (values) and blame (values, groups) of one kind."""

    kind: Kind
    values: list[str]
    voices: Floats
    blame: Floats


def hours_of(day_part: str) -> list[int]:
    """The hours (0 to 23) of a part of the day."""
    taken = {hour for hours in DAY_PARTS.values() for hour in hours}
    return list(DAY_PARTS.get(day_part) or [hour for hour in range(24) if hour not in taken])


def list_lifts(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter,
    groups: Groups,
    zone: ZoneInfo,
    now: datetime,
) -> Lifts:
    """What goes together with blame, by touchpoint, product and part of the day (in the zone).

    Only values with 30 voices or more are compared, where others have as many. Of what is listed at most
    5 in 100 are expected to be chance.
    """
    if not groups.nodes:
        return Lifts(lifts=(), n_compared=0)
    chosen = select(scope, filter=filter)
    found = run_columns(
        connection,
        "driver_lift",
        parameters={**chosen.parameters, **groups.parameters},
        kept_voices=chosen.kept_voices,
        kept_opinions=chosen.kept_opinions,
        masks=MASKS,
        hour=local_hour(
            "occurred_at",
            zone=zone,
            since=filter.since or datetime(2000, 1, 1, tzinfo=UTC),
            until=filter.until or now,
        ),
    )
    return _compare([_side(found, kind=kind, groups=groups) for kind in _KINDS], groups=groups)


def _side(found: Columns, *, kind: Kind, groups: Groups) -> _Side:
    is_kind = found["kind"] == ("hour" if kind == "hours" else kind)
    names = found["value"][is_kind].astype(str)
    if kind == "hours":
        names = np.array([_day_part(int(hour)) for hour in names], dtype=str)
    values, place = np.unique(names, return_inverse=True)
    n = found["n"][is_kind].astype(np.float64)
    blamed = groups.unpack(found["blamed"][is_kind].astype(np.int64)) * n[:, None]
    blame = np.zeros((len(values), len(groups.nodes)))
    np.add.at(blame, place, blamed)
    voices = np.bincount(place, weights=n, minlength=len(values)).astype(np.float64)
    return _Side(kind=kind, values=values.tolist(), voices=voices, blame=blame)


def _day_part(hour: int) -> str:
    return next((part for part, hours in DAY_PARTS.items() if hour in hours), _NIGHT)


def _compare(sides: list[_Side], *, groups: Groups) -> Lifts:
    """One family of comparisons over all kinds, values and aspects."""
    tables = [_table(side) for side in sides]
    a, m, c, n = (np.concatenate([table[place] for table in tables]) for place in range(4))
    labels = [(side.kind, value, node) for side in sides for value in side.values for node in groups.nodes]
    tested = compare_many(a, m, c, n)
    lifts = [
        Lift(
            kind=labels[place][0],
            value=labels[place][1],
            node=labels[place][2],
            ratio=tested.ratio[place],
            n_blame=int(a[place]),
            share=float(a[place] / m[place]),
            share_elsewhere=float(c[place] / n[place]),
            adjusted_p=float(tested.adjusted[place]),
        )
        for place in np.flatnonzero(tested.is_discovery).tolist()
    ]
    return Lifts(lifts=tuple(sorted(lifts, key=_strength)), n_compared=int(tested.is_fair.sum()))


def _table(side: _Side) -> tuple[Floats, Floats, Floats, Floats]:
    inside = np.broadcast_to(side.voices[:, None], side.blame.shape)
    return (
        side.blame.ravel(),
        inside.ravel(),
        (side.blame.sum(axis=0) - side.blame).ravel(),
        (side.voices.sum() - inside).ravel(),
    )


def _strength(lift: Lift) -> tuple[bool, int, float]:
    """More frequent blame first, what is sold before where and when; then what is surely strong."""
    kind = _KINDS.index(lift.kind)
    if lift.is_higher:
        return False, kind, -(lift.ratio.low or 0.0)
    return True, kind, lift.ratio.high or 1.0
