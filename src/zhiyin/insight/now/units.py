"""The stores with most now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from zhiyin.console import numbers
from zhiyin.insight.now.counts import list_units
from zhiyin.insight.now.window import Window
from zhiyin.measure.proportions import proportion
from zhiyin.people.models import OrgUnit

_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """One unit of the window. `interval` is Wilson's, of the unhappy share of `n_judged`."""

    name: str
    n: int
    n_judged: int
    n_unhappy: int
    n_urgent: int
    share: float | None
    interval: str
    href: str
    unhappy_href: str
    urgent_href: str


def list_unit_lines(connection: duckdb.DuckDBPyConnection, *, window: Window) -> Sequence[UnitLine]:
    """The units with most unhappy voices, then with most voices."""
    rows = list_units(connection, window=window, limit=_SHOWN)
    units = {unit.pk: unit for unit in OrgUnit.objects.filter(pk__in=[row.unit_id for row in rows])}
    lines = []
    for row in rows:
        unit = units.get(row.unit_id)
        if unit is None:
            continue
        share = proportion(row.n_unhappy, row.n_judged).one()
        lines.append(
            UnitLine(
                name=unit.name,
                n=row.n,
                n_judged=row.n_judged,
                n_unhappy=row.n_unhappy,
                n_urgent=row.n_urgent,
                share=share.value,
                interval=_interval(share.low, share.high),
                href=window.url(unit=unit.code),
                unhappy_href=window.url(unit=unit.code, sentiment="negative"),
                urgent_href=window.url(unit=unit.code, urgency=2),
            )
        )
    return lines


def _interval(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{numbers.percent(low)} – {numbers.percent(high)}"
