"""What QSC counts: mentions of the three dimensions in each row's subtree, and points of inspections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from zhiyin.insight import dialect
from zhiyin.insight.qsc.dimensions import DIMENSIONS
from zhiyin.insight.qsc.scores import Counts
from zhiyin.insight.queries.columns import Columns, run_columns
from zhiyin.insight.queries.unit_tree import UnitNode, UnitTree
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.statements import has_rows, has_table
from zhiyin.people.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """By row: mentions, those in favour, those against, and the voices behind them."""

    n: Counts
    n_positive: Counts
    n_negative: Counts
    n_voices: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """Mentions by dimension, now and in the period before."""

    now: Mapping[str, Mentions]
    before: Mapping[str, Mentions]


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """By row, of one dimension: how many items were inspected, sum and squares of their shares (0 to 1)."""

    n: Counts
    total: Counts
    squares: Counts


def count_spoken(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter,
    members: Mapping[str, Sequence[str]],
    tree: UnitTree,
    rows: Sequence[UnitNode],
) -> Spoken:
    """One pass over `opinions`."""
    chosen = select(scope, filter=filter, with_before=True)
    pairs = [(aspect, place) for place, name in enumerate(DIMENSIONS) for aspect in members[name]]
    found = run_columns(
        connection,
        "qsc_mentions",
        parameters={
            **chosen.parameters,
            "mapped": [aspect for aspect, _ in pairs],
            "mapped_to": [place for _, place in pairs],
        },
        is_now=chosen.is_now,
        voice=dialect.hash64("feedback_id"),
        kept_opinions=chosen.kept_opinions,
        dimensions=dialect.together(aspect="$mapped:VARCHAR", dimension="$mapped_to:INTEGER"),
    )
    is_now = np.asarray(found["is_now"], dtype=bool)
    return Spoken(
        now=_by_dimension(found, tree=tree, rows=rows, where=is_now),
        before=_by_dimension(found, tree=tree, rows=rows, where=~is_now),
    )


def count_points(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter,
    tree: UnitTree,
    rows: Sequence[UnitNode],
) -> Mapping[str, Points] | None:
    """Points of the inspections of the period; None where none were ever brought in."""
    if not has_table(connection, "inspections") or not has_rows(connection, "inspections"):
        return None
    # Inspections are facts of units, not of voices: only period and units of the filter mean them.
    allowed = VoiceFilter(since=filter.since, until=filter.until, unit_ids=filter.unit_ids)
    chosen = select(scope, filter=allowed)
    found = run_columns(connection, "qsc_inspections", parameters=chosen.parameters, within=chosen.all_voices)
    dimension = np.asarray(found["dimension"], dtype=object)
    places = tree.places(np.asarray(found["unit_id"], dtype=np.int64))
    points: dict[str, Points] = {}
    for name in DIMENSIONS:
        where = dimension == name
        n, total, squares = (
            tree.sums(rows, places=places[where], values=np.asarray(found[column])[where])
            for column in ("n", "total", "squares")
        )
        points[name] = Points(n=n, total=total, squares=squares)
    return points


def _by_dimension(
    found: Columns, *, tree: UnitTree, rows: Sequence[UnitNode], where: NDArray[np.bool_]
) -> dict[str, Mentions]:
    dimension = np.asarray(found["dimension"], dtype=np.int64)
    places = tree.places(np.asarray(found["unit_id"], dtype=np.int64))
    by_name: dict[str, Mentions] = {}
    for number, name in enumerate(DIMENSIONS):
        here = where & (dimension == number)
        sums = {
            column: tree.sums(rows, places=places[here], values=np.asarray(found[column])[here])
            for column in ("n", "n_positive", "n_negative", "n_voices")
        }
        by_name[name] = Mentions(**sums)
    return by_name
