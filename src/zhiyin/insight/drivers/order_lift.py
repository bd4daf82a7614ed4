"""Lift by order: how often voices are unhappy, or blame an aspect, with what their orders were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import duckdb
import msgspec
import numpy as np
from numpy.typing import NDArray

from zhiyin.insight.aspect_tree import AspectNode
from zhiyin.insight.drivers.aspect_groups import MASKS, Groups
from zhiyin.insight.drivers.lift import DAY_PARTS
from zhiyin.insight.local_days import local_hour
from zhiyin.insight.queries.columns import Columns, run_columns
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.measure.estimate import Estimate, Floats
from zhiyin.measure.relative_risk import compare_many
from zhiyin.people.scope import Scope

OrderKind = Literal["courier", "shift", "product", "order_channel", "order_hour", "delivery"]
ORDER_KINDS: tuple[OrderKind, ...] = get_args(OrderKind)

DELIVERY_MINUTES = (15, 30, 45, 60)
"""Where times from order to delivery are cut; a value is the minutes at which its part begins."""
_MINUTES = "(epoch_us(delivered_at) - epoch_us(ordered_at)) / 60000000"
TABLES = ("feedback", "opinions", "purchases")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLift:
    """How often voices with such an order are cases, against those whose order was another.

    `node` is the aspect that cases blame, None where cases are voices that are negative as a whole.
    `ratio.n` voices have such an order; the shares are 0 to 1. `adjusted_p` is that of all comparisons
    together, and `is_real` says that it stands among them.
    """

    kind: OrderKind
    value: str
    node: AspectNode | None
    ratio: Estimate
    n_cases: int
    share: float
    share_elsewhere: float
    adjusted_p: float
    is_real: bool

    @property
    def is_higher(self) -> bool:
        """Whether cases are more frequent here."""
        return (self.ratio.value or 0.0) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLifts:
    """The lifts of `n_compared` comparisons: of unhappy voices all, of blamed aspects those that are real.

    Of `n_voices`, `n_naming` name an order and `n_joined` one that is there.
    """

    unhappy: tuple[OrderLift, ...]
    blamed: tuple[OrderLift, ...]
    n_compared: int
    n_voices: int
    n_naming: int
    n_joined: int


class _SharesRow(msgspec.Struct, frozen=True, kw_only=True):
    n_voices: int
    n_naming: int
    n_joined: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """Voices and cases of one kind: by value, and of all whose order tells it."""

    kind: OrderKind
    values: list[str]
    voices: Floats
    cases: Floats
    n_all: float
    cases_of_all: Floats


def list_order_lifts(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter,
    groups: Groups,
    zone: ZoneInfo,
    now: datetime,
) -> OrderLifts:
    """What goes together with unhappy voices and with blame, by the orders that voices name.

    Only values with 30 voices or more are compared, where others have as many. Of what is called real
    at most 5 in 100 are expected to be chance. The connection needs the views of `TABLES`.
    """
    chosen = select(scope, filter=filter)
    orders = orders_sql(zone=zone, now=now)
    shares = run(
        connection,
        "order_shares",
        row=_SharesRow,
        parameters=chosen.parameters,
        kept_voices=chosen.kept_voices,
        orders=orders,
    )[0]
    found = run_columns(
        connection,
        "driver_orders",
        parameters={**chosen.parameters, **groups.parameters},
        kept_voices=chosen.kept_voices,
        kept_opinions=chosen.kept_opinions,
        masks=MASKS,
        orders=orders,
        names=", ".join(ORDER_KINDS),
        told=_TOLD,
    )
    lifts, n_compared = _compare([_side(found, kind=kind, groups=groups) for kind in ORDER_KINDS], groups)
    return OrderLifts(
        unhappy=tuple(lift for lift in lifts if lift.node is None),
        blamed=tuple(lift for lift in lifts if lift.node is not None and lift.is_real),
        n_compared=n_compared,
        n_voices=shares.n_voices,
        n_naming=shares.n_naming,
        n_joined=shares.n_joined,
    )


def orders_sql(*, zone: ZoneInfo, now: datetime) -> str:
    """SQL of the lines of orders with a column a kind; hours are the zone's."""
    hour = local_hour("ordered_at", zone=zone, since=datetime(2015, 1, 1, tzinfo=UTC), until=now)
    return (
        "SELECT order_key AS of_order, unit_id AS of_unit, courier, shift, product,"  # noqa: S608 - fixed
        f" channel AS order_channel, {_day_part_sql(hour)} AS order_hour, {_DELIVERY} AS delivery"
        " FROM purchases WHERE is_current AND order_key IS NOT NULL"
    )


def _day_part_sql(hour: str) -> str:
    cases = " ".join(
        f"WHEN {hour} BETWEEN {hours.start} AND {hours.stop - 1} THEN '{part}'"
        for part, hours in DAY_PARTS.items()
    )
    return f"CASE WHEN ordered_at IS NULL THEN NULL {cases} ELSE 'night' END"


_DELIVERY = (
    "CASE WHEN delivered_at IS NULL OR ordered_at IS NULL THEN NULL "
    + " ".join(f"WHEN {_MINUTES} >= {minutes} THEN '{minutes}'" for minutes in reversed(DELIVERY_MINUTES))
    + " ELSE '0' END"
)
_TOLD = " UNION ALL ".join(
    f"SELECT DISTINCT heard_of, '{kind}' AS kind, CAST({kind} AS VARCHAR) AS value, is_unhappy, blamed"  # noqa: S608
    f" FROM joined WHERE {kind} IS NOT NULL"
    for kind in ORDER_KINDS
)


def _side(found: Columns, *, kind: OrderKind, groups: Groups) -> _Side:
    is_kind = found["kind"] == kind
    values = found["value"][is_kind]
    n = found["n"][is_kind].astype(np.float64)
    unhappy = found["is_unhappy"][is_kind].astype(np.float64)[:, None]
    blamed = groups.unpack(found["blamed"][is_kind].astype(np.int64)).astype(np.float64)
    cases = np.concatenate([unhappy, blamed], axis=1) * n[:, None]
    is_total = np.array([value is None for value in values], dtype=np.bool_)
    names, place = _unique(values[~is_total])
    of_value = np.zeros((len(names), cases.shape[1]))
    np.add.at(of_value, place, cases[~is_total])
    return _Side(
        kind=kind,
        values=names,
        voices=np.bincount(place, weights=n[~is_total], minlength=len(names)).astype(np.float64),
        cases=of_value,
        n_all=float(n[is_total].sum()),
        cases_of_all=cases[is_total].sum(axis=0),
    )


def _unique(values: NDArray[np.generic]) -> tuple[list[str], NDArray[np.intp]]:
    names, place = np.unique(values.astype(str), return_inverse=True)
    return names.tolist(), place


def _compare(sides: list[_Side], groups: Groups) -> tuple[list[OrderLift], int]:
    """One family of comparisons over all kinds, values and cases; only fair ones come back."""
    a = np.concatenate([side.cases.ravel() for side in sides])
    m = np.concatenate([np.repeat(side.voices, side.cases.shape[1]) for side in sides])
    c = np.concatenate([(side.cases_of_all - side.cases).ravel() for side in sides])
    n = np.concatenate([np.repeat(side.n_all - side.voices, side.cases.shape[1]) for side in sides])
    outcomes: list[AspectNode | None] = [None, *groups.nodes]
    labels = [(side.kind, value, node) for side in sides for value in side.values for node in outcomes]
    tested = compare_many(a, m, c, n)
    lifts = [
        OrderLift(
            kind=labels[place][0],
            value=labels[place][1],
            node=labels[place][2],
            ratio=tested.ratio[place],
            n_cases=int(a[place]),
            share=float(a[place] / m[place]),
            share_elsewhere=float(c[place] / n[place]),
            adjusted_p=float(tested.adjusted[place]),
            is_real=bool(tested.is_discovery[place]),
        )
        for place in np.flatnonzero(tested.is_fair).tolist()
    ]
    return sorted(lifts, key=_strength), int(tested.is_fair.sum())


def _strength(lift: OrderLift) -> tuple[bool, bool, int, float]:
    """What is real first, of that what is more frequent, then by kind and by what is surely strong."""
    kind = ORDER_KINDS.index(lift.kind)
    sure = (lift.ratio.low or 0.0) if lift.is_higher else -(lift.ratio.high or 1.0)
    return not lift.is_real, not lift.is_higher, kind, -sure


def delivery_span(value: str) -> tuple[int, int | None]:
    """The minutes from which to which a value of `delivery` reaches; None: no end."""
    starts = (0, *DELIVERY_MINUTES)
    place = starts.index(int(value))
    return starts[place], starts[place + 1] if place + 1 < len(starts) else None


VALUES_OF_KIND: Mapping[str, frozenset[str]] = {
    "order_hour": frozenset({*DAY_PARTS, "night"}),
    "delivery": frozenset(map(str, (0, *DELIVERY_MINUTES))),
}
"""The values that a kind can have, where they are known beforehand."""
