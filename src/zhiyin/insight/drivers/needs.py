"""The ten human needs by touchpoint: how often each is met where people speak of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import msgspec

from zhiyin.insight import dialect
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.measure.estimate import Estimate
from zhiyin.measure.proportions import proportion
from zhiyin.people.scope import Scope

NEEDS = (
    *("relevant", "tailored", "timely", "plain", "inviting"),
    *("lasting", "visible_value", "expressive", "sincere", "delightful"),
)
"""The ten, in the order of the radar."""


class _NeedRow(msgspec.Struct, frozen=True, kw_only=True):
    touchpoint: str | None
    name: str
    n: int
    n_met: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedMet:
    """Of `share.n` voices that show the need, `n_met` say it was met; `share` 0 to 1 with its interval."""

    share: Estimate
    n_met: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchpointNeeds:
    """The needs at one touchpoint; the code is empty for all touchpoints together."""

    touchpoint: str
    needs: Mapping[str, NeedMet]
    n: int


def list_needs(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter
) -> list[TouchpointNeeds]:
    """All touchpoints together, then each that has one, the most spoken of first; empty where none is shown.

    A voice counts once for each need; one that tells of it both met and unmet counts as unmet.
    """
    chosen = select(scope, filter=filter)
    rows = run(
        connection,
        "driver_needs",
        row=_NeedRow,
        parameters=chosen.parameters,
        kept_voices=chosen.kept_voices,
        each_need=dialect.each("needs"),
        has_needs=dialect.has_members("needs"),
    )
    by_touchpoint: dict[str, dict[str, tuple[int, int]]] = {}
    for row in rows:
        if row.name not in NEEDS:
            continue
        for key in {"", row.touchpoint or ""}:
            counted = by_touchpoint.setdefault(key, {})
            n, n_met = counted.get(row.name, (0, 0))
            counted[row.name] = (n + row.n, n_met + row.n_met)
    found = [_needs(touchpoint, counted) for touchpoint, counted in by_touchpoint.items()]
    return sorted(found, key=lambda one: (one.touchpoint != "", -one.n, one.touchpoint))


def _needs(touchpoint: str, counted: Mapping[str, tuple[int, int]]) -> TouchpointNeeds:
    return TouchpointNeeds(
        touchpoint=touchpoint,
        needs={
            name: NeedMet(share=proportion(n_met, n).one(), n_met=n_met)
            for name in NEEDS
            for n, n_met in [counted.get(name, (0, 0))]
        },
        n=sum(n for n, _ in counted.values()),
    )
