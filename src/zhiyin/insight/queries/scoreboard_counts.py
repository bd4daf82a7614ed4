"""What the scoreboard counts: sums over each row's subtree, asked unit by unit and put together here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import duckdb
import numpy as np
from numpy.typing import NDArray

from zhiyin.insight import dialect
from zhiyin.insight.queries.columns import Columns, run_columns
from zhiyin.insight.queries.unit_tree import UnitNode, UnitTree
from zhiyin.insight.selection import Selection
from zhiyin.insight.statements import has_rows, has_table
from zhiyin.insight.steps import Steps
from zhiyin.measure.estimate import Floats

REACHED_STARS = 4.8
MIN_RATINGS = 10  # a store with fewer has not shown whether it reaches the mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Mentions by row: all, those in favour, those against."""

    n: Floats
    n_positive: Floats
    n_negative: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceCounts:
    """By row: voices, ratings, and of its stores how many have ratings enough and how many reach 4.8.

    `n_all`: voices of the whole question, those of no row too.
    """

    n: Floats
    n_rated: Floats
    sum_stars: Floats
    sum_squares: Floats
    n_excellent: Floats
    n_stores: Floats
    n_stores_reached: Floats
    n_all: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionCounts:
    """By row: mentions now and before, and of each column now."""

    now: Said
    before: Said
    columns: list[Said]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCounts:
    """By row: voices with an answer, and the median hours to the first (NaN without any)."""

    n: Floats
    median_hours: Floats


def count_voices(
    connection: duckdb.DuckDBPyConnection, *, chosen: Selection, tree: UnitTree, rows: Sequence[UnitNode]
) -> VoiceCounts:
    """One pass over `feedback`."""
    found = run_columns(
        connection, "score_voices", parameters=chosen.parameters, kept_voices=chosen.kept_voices
    )
    places = tree.places(_ids(found))
    sums = {
        name: tree.sums(rows, places=places, values=found[name])
        for name in ("n", "n_rated", "sum_stars", "sum_squares", "n_excellent")
    }
    is_leaf = np.asarray([node.is_leaf for node in tree.nodes] + [False])[places]
    rated = np.asarray(found["n_rated"], dtype=np.float64)
    means = np.asarray(found["sum_stars"], dtype=np.float64) / np.maximum(rated, 1)
    is_shown = is_leaf & (rated >= MIN_RATINGS) & (places >= 0)
    # Rounded, so that 4.8 summed from floats is 4.8.
    has_reached = is_shown & (np.round(means, 9) >= REACHED_STARS)
    return VoiceCounts(
        **sums,
        n_stores=tree.sums(rows, places=places, values=is_shown),
        n_stores_reached=tree.sums(rows, places=places, values=has_reached),
        n_all=int(np.sum(np.asarray(found["n"], dtype=np.int64))),
    )


def count_mentions(
    connection: duckdb.DuckDBPyConnection,
    *,
    chosen: Selection,
    tree: UnitTree,
    rows: Sequence[UnitNode],
    columns: Sequence[Sequence[str]] = (),
) -> MentionCounts:
    """One pass over `opinions`; `columns` are lists of aspects, at most 30 columns."""
    masks = _masks(columns)
    found = run_columns(
        connection,
        "score_mentions",
        parameters={**chosen.parameters, "masked": list(masks), "masks": list(masks.values())},
        is_now=chosen.is_now,
        kept_opinions=chosen.kept_opinions,
        masks=dialect.together(aspect="$masked:VARCHAR", mask="$masks:INTEGER"),
    )
    is_now = np.asarray(found["is_now"], dtype=bool)
    mask = np.asarray(found["mask"], dtype=np.int64)
    said = partial(_said, found, tree=tree, rows=rows, places=tree.places(_ids(found)))
    return MentionCounts(
        now=said(where=is_now),
        before=said(where=~is_now),
        columns=[said(where=is_now & ((mask >> bit) & 1 == 1)) for bit in range(len(columns))],
    )


def count_answers(
    connection: duckdb.DuckDBPyConnection, *, chosen: Selection, tree: UnitTree, rows: Sequence[UnitNode]
) -> AnswerCounts | None:
    """None where no source carries answers: then their absence says nothing."""
    if not has_table(connection, "replies") or not has_rows(connection, "replies"):
        return None
    unit_ids, places = tree.subtree_ids(rows)
    found = run_columns(
        connection,
        "score_answers",
        parameters={**chosen.parameters, "row_units": unit_ids, "row_places": places},
        all_replies=chosen.all_replies,
        kept_voices=chosen.kept_voices,
        hours=dialect.hours_between("occurred_at", "replied_at"),
        median=dialect.percentile("hours", share=0.5),
        places=dialect.together(unit_id="$row_units:BIGINT", place="$row_places:BIGINT"),
    )
    n, hours = np.zeros(len(rows)), np.full(len(rows), np.nan)
    place = np.asarray(found["place"], dtype=np.int64)
    n[place] = found["n"]
    hours[place] = found["median_hours"]
    return AnswerCounts(n=n, median_hours=hours)


def count_steps(
    connection: duckdb.DuckDBPyConnection,
    *,
    chosen: Selection,
    tree: UnitTree,
    rows: Sequence[UnitNode],
    steps: Steps,
) -> list[Said]:
    """Mentions by row, one `Said` a step. One pass over `opinions`; give only the rows that are shown."""
    unit_ids, _ = tree.subtree_ids(rows)
    found = run_columns(
        connection,
        "score_steps",
        parameters={**chosen.parameters, **steps.parameters, "row_units": unit_ids},
        kept_opinions=chosen.kept_opinions,
        step=steps.sql,
        units=dialect.members("$row_units", kind="BIGINT"),
    )
    step = np.asarray(found["step"], dtype=np.int64)
    said = partial(_said, found, tree=tree, rows=rows, places=tree.places(_ids(found)))
    return [said(where=step == number) for number in range(steps.n)]


def _said(
    found: Columns,
    *,
    tree: UnitTree,
    rows: Sequence[UnitNode],
    places: NDArray[np.int64],
    where: NDArray[np.bool_],
) -> Said:
    n, n_positive, n_negative = (
        tree.sums(rows, places=places[where], values=np.asarray(found[name])[where])
        for name in ("n", "n_positive", "n_negative")
    )
    return Said(n=n, n_positive=n_positive, n_negative=n_negative)


def _ids(found: Columns) -> NDArray[np.int64]:
    """Ids of units, −1 for none."""
    ids = np.asarray(found["unit_id"], dtype=np.float64)
    return np.where(np.isnan(ids), -1, ids).astype(np.int64)


def _masks(columns: Sequence[Sequence[str]]) -> dict[str, int]:
    masks: dict[str, int] = {}
    for bit, aspects in enumerate(columns):
        for aspect in aspects:
            masks[aspect] = masks.get(aspect, 0) | 1 << bit
    return masks
