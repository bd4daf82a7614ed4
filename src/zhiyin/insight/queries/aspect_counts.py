"""Mentions of each aspect, in the period by steps and in the one before, counted in one pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import msgspec
import numpy as np

from zhiyin.insight.aspect_tree import AspectNode
from zhiyin.insight.queries.aspects import AspectCounts
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.insight.steps import Steps
from zhiyin.measure.estimate import Floats
from zhiyin.people.scope import Scope

_BEFORE = -1


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    aspect: str
    aspect_name: str | None
    polarity: str
    step: int
    n: int
    n_rated: int
    sum_stars: float
    sum_squares: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCounts:
    """Counts by aspect, now and before; `steps`: rows all, positive, negative over the steps."""

    now: Mapping[str, AspectCounts]
    before: Mapping[str, AspectCounts]
    steps: Mapping[str, Floats]


def count_by_steps(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter, steps: Steps
) -> StepCounts:
    """One pass over `opinions`; stars are those of the voices that speak badly of the aspect."""
    chosen = select(scope, filter=filter, with_before=True)
    rows = run(
        connection,
        "aspect_steps",
        row=_Row,
        parameters={**chosen.parameters, **steps.parameters, "n_steps": steps.n},
        is_now=chosen.is_now,
        kept_opinions=chosen.kept_opinions,
        step=steps.sql,
    )
    now: dict[str, AspectCounts] = {}
    before: dict[str, AspectCounts] = {}
    grids: dict[str, Floats] = {}
    for row in rows:
        _add(row, to=before if row.step == _BEFORE else now)
        if row.step >= 0:
            grid = grids.setdefault(row.aspect, np.zeros((3, steps.n)))
            grid[:, row.step] += row.n * np.asarray(
                [1, row.polarity == "positive", row.polarity == "negative"]
            )
    return StepCounts(now=now, before=before, steps=grids)


def _add(row: _Row, *, to: dict[str, AspectCounts]) -> None:
    counts = to.setdefault(row.aspect, AspectCounts(aspect=row.aspect))
    counts.name = row.aspect_name or counts.name or row.aspect
    counts.n += row.n
    counts.n_positive += row.n if row.polarity == "positive" else 0
    if row.polarity == "negative":
        counts.n_negative += row.n
        counts.n_rated += row.n_rated
        counts.sum_stars += row.sum_stars
        counts.sum_squares += row.sum_squares


def sum_up(node: AspectNode, *, counts: Mapping[str, AspectCounts]) -> AspectCounts:
    """The counts of an aspect with all below it."""
    total = AspectCounts(aspect=node.id, name=node.name)
    for one in (counts[member] for member in node.members if member in counts):
        total.n += one.n
        total.n_positive += one.n_positive
        total.n_negative += one.n_negative
        total.n_rated += one.n_rated
        total.sum_stars += one.sum_stars
        total.sum_squares += one.sum_squares
    return total
