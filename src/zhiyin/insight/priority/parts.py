"""Finds where the blame of an aspect gathers: at some units, with a product, from one cause."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from zhiyin.insight.priority.facts import Blame, Side
from zhiyin.insight.priority.problems import FEWEST, Part, PartKind, Problem
from zhiyin.insight.queries.unit_tree import UnitTree
from zhiyin.measure.estimate import SMALL_N, Floats
from zhiyin.measure.multiple import false_discovery
from zhiyin.measure.relative_risk import Risks, relative_risk

LEAST_LIFT = 1.5
"""Blame gathers where it is at least so many times as frequent as elsewhere, at the interval's lower end …"""
LEAST_SHARE = 0.03
"""… and where at least this part of it comes from."""
_CLEARLY = 0.5
# That taste has to do with the product and waiting with the service goes without saying; a promise that
# was not kept is another problem than the thing itself.
CAUSE_APART = "expectation"


def find_parts(blame: Blame, *, units: UnitTree) -> tuple[list[Problem], int]:
    """The parts that stand after correction for all comparisons, and how many these were.

    Of each kind at most one a problem: of those that explain much of it, the one that is told apart best.
    """
    by_unit, labels = _with_groups(blame.units, units=units)
    sides: list[tuple[PartKind, Side, Sequence[str]]] = [
        ("unit", by_unit, labels),
        ("product", blame.products, blame.products.values),
        ("cause", blame.causes, blame.causes.values),
    ]
    sides = [(kind, side, names) for kind, side, names in sides if len(side.values) > 1]
    tables = [_table(side, whole=blame, is_nested=kind == "unit") for kind, side, _ in sides]
    if not tables:
        return [], 0
    a, m, c, n = (np.concatenate([table[at].ravel() for table in tables]) for at in range(4))
    is_fair = (m >= SMALL_N) & (n >= SMALL_N) & (a + c > 0)
    risks = relative_risk(a, m, c, n)
    tested = false_discovery(np.where(is_fair, risks.p_value, np.nan))
    is_part = (
        tested.is_discovery & (a >= FEWEST) & (a >= LEAST_SHARE * (a + c)) & (risks.ratio.low >= LEAST_LIFT)
    )
    is_part &= np.concatenate([_may_stand_alone(kind, side) for kind, side, _ in sides])
    excess = np.where(is_part, a - m * c / np.maximum(n, 1), 0.0)
    found: list[Problem] = []
    start = 0
    for (kind, side, names), table in zip(sides, tables, strict=True):
        end = start + table[0].size
        chosen = _best(excess[start:end].reshape(table[0].shape), low=risks.ratio.low[start:end])
        found += [
            _part(blame, kind=kind, side=side, names=names, at=(value, group), risks=risks, place=start)
            for value, group in chosen
        ]
        start = end
    return found, int(is_fair.sum())


def _may_stand_alone(kind: PartKind, side: Side) -> NDArray[np.bool_]:
    wanted = np.array([kind != "cause" or value == CAUSE_APART for value in side.values])
    return np.repeat(wanted, side.blame.shape[1])


def _with_groups(side: Side, *, units: UnitTree) -> tuple[Side, list[str]]:
    """Units and those above them, each with all below it; without the top, which is everything."""
    roots = {node.id for node in units.roots()} if len(units.roots()) == 1 else set()
    nodes = [node for node in units.nodes if node.id not in roots]
    places = units.places([int(value) for value in side.values])
    is_known = places >= 0
    own = np.zeros((len(units.nodes) + 1, side.blame.shape[1], side.blame.shape[2]))
    voices = np.zeros(len(units.nodes) + 1)
    own[places[is_known] + 1] = side.blame[is_known]
    voices[places[is_known] + 1] = side.voices[is_known]
    total, heard = np.cumsum(own, axis=0), np.cumsum(voices)
    ends, starts = [node.end for node in nodes], [node.place for node in nodes]
    summed = Side(
        values=[node.code for node in nodes],
        voices=heard[ends] - heard[starts],
        blame=total[ends] - total[starts],
    )
    return summed, [node.name for node in nodes]


def _table(side: Side, *, whole: Blame, is_nested: bool) -> tuple[Floats, Floats, Floats, Floats]:
    """Blame and voices with each value, and with another value of the kind."""
    a = side.blame[:, :, 0]
    m = np.broadcast_to(side.voices[:, None], a.shape)
    if is_nested:  # groups of units hold each other: the sum over all would count voices twice
        all_blame, all_voices = whole.units.blame[:, :, 0].sum(axis=0), whole.units.voices.sum()
    else:
        all_blame, all_voices = a.sum(axis=0), side.voices.sum()
    # Units that the asker does not see are not in the tree.
    return a, m, np.maximum(all_blame - a, 0.0), np.maximum(all_voices - m, 0.0)


def _best(excess: Floats, *, low: Floats) -> list[tuple[int, int]]:
    """For each aspect (column) the value (row) that is told apart best among those that explain much."""
    lows = low.reshape(excess.shape)
    found = []
    for group in range(excess.shape[1]):
        column = excess[:, group]
        if column.max(initial=0.0) > 0:
            explains = column >= _CLEARLY * column.max()
            found.append((int(np.argmax(np.where(explains, lows[:, group], -1.0))), group))
    return found


def _part(
    blame: Blame,
    *,
    kind: PartKind,
    side: Side,
    names: Sequence[str],
    at: tuple[int, int],
    risks: Risks,
    place: int,
) -> Problem:
    value, group = at
    tally = side.tally(value, group)
    n_all = blame.whole.tally(0, group).n
    return Problem(
        tally=tally,
        node=blame.groups.nodes[group],
        part=Part(
            kind=kind,
            value=side.values[value],
            label=names[value],
            lift=risks.ratio[place + value * side.blame.shape[1] + group],
            share=tally.n / n_all if n_all else 0.0,
        ),
    )
