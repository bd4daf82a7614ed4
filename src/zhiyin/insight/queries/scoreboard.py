"""The scoreboard: how each unit stands, with intervals and changes. Its order: `scoreboard_order`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from zhiyin.insight.board import Figure
from zhiyin.insight.queries.overview import STARS_RANGE
from zhiyin.insight.queries.scoreboard_counts import (
    AnswerCounts,
    MentionCounts,
    Said,
    VoiceCounts,
    count_answers,
    count_mentions,
    count_steps,
    count_voices,
)
from zhiyin.insight.queries.unit_tree import UnitNode, UnitTree
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.steps import Steps
from zhiyin.measure.comparison import Change, changes
from zhiyin.measure.estimate import SMALL_N, Estimates, Floats
from zhiyin.measure.means import mean_from_sums
from zhiyin.measure.net_sentiment import net_sentiment
from zhiyin.measure.outliers import net_score_outliers
from zhiyin.measure.proportions import proportion
from zhiyin.people.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreLine:
    """One unit. `rank` counts from 1 in the order shown.

    `excellent`: share (0 to 1) of its ratings of 4.8 stars or more; `reached`: share of its stores with a
    mean of 4.8 or more, over `n_stores` with at least 10 ratings (a store: itself). `columns`: net
    sentiment of the chosen aspects. `standing`: whether it is really apart from the others.
    """

    node: UnitNode
    n_voices: int
    rating: Figure
    excellent: Figure
    n_excellent: int
    reached: Figure
    n_reached: int
    net_sentiment: Figure
    columns: list[Figure]
    answers: Figure | None
    n_answered: int
    median_hours: float | None
    standing: str

    @property
    def is_small(self) -> bool:
        """Whether it rests on too few voices to say much."""
        return self.n_voices < SMALL_N


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoreboard:
    """All rows as columns side by side; `sort_rows` orders them, `line` gives one."""

    rows: Sequence[UnitNode]
    voices: VoiceCounts
    mentions: MentionCounts
    answered: AnswerCounts | None
    rating: Estimates
    excellent: Estimates
    reached: Estimates
    net: Estimates
    net_changes: Sequence[Change] | None
    columns: Sequence[Estimates]
    answers: Estimates | None
    expected: Floats
    is_worse: NDArray[np.bool_]
    is_better: NDArray[np.bool_]

    def line(self, place: int) -> ScoreLine:
        """The row at that place of `rows`."""
        change = self.net_changes[place] if self.net_changes is not None else None
        hours = self.answered.median_hours[place] if self.answered else np.nan
        worse, better = bool(self.is_worse[place]), bool(self.is_better[place])
        return ScoreLine(
            node=self.rows[place],
            n_voices=int(self.voices.n[place]),
            rating=Figure.of(self.rating[place]),
            excellent=Figure.of(self.excellent[place]),
            n_excellent=int(self.voices.n_excellent[place]),
            reached=Figure.of(self.reached[place]),
            n_reached=int(self.voices.n_stores_reached[place]),
            net_sentiment=Figure.of(self.net[place], change=change),
            columns=[Figure.of(column[place]) for column in self.columns],
            answers=Figure.of(self.answers[place]) if self.answers else None,
            n_answered=int(self.answered.n[place]) if self.answered else 0,
            median_hours=None if np.isnan(hours) else float(hours),
            standing="worse" if worse else "better" if better else "",
        )


def get_scoreboard(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter | None = None,
    tree: UnitTree,
    rows: Sequence[UnitNode],
    columns: Sequence[Sequence[str]] = (),
) -> Scoreboard:
    """How each of the `rows` (nodes of `tree`) stands with all below it; `columns` are lists of aspects.

    Rows without a voice stay, with NaN. Two passes over the facts and one over the answers; verdicts on
    changes and on who stands out hold for all rows together (5 % false discoveries).
    """
    wanted = filter or VoiceFilter()
    chosen, both = select(scope, filter=wanted), select(scope, filter=wanted, with_before=True)
    voices = count_voices(connection, chosen=chosen, tree=tree, rows=rows)
    mentions = count_mentions(connection, chosen=both, tree=tree, rows=rows, columns=columns)
    answered = count_answers(connection, chosen=chosen, tree=tree, rows=rows)
    return _put_together(
        rows, voices=voices, mentions=mentions, answered=answered, has_before=wanted.before_since is not None
    )


def list_lines_over_time(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter | None = None,
    tree: UnitTree,
    rows: Sequence[UnitNode],
    steps: Steps,
) -> list[list[float | None]]:
    """Net sentiment of each row over the steps; None where nobody spoke."""
    if not rows:
        return []
    chosen = select(scope, filter=filter or VoiceFilter())
    said = count_steps(connection, chosen=chosen, tree=tree, rows=rows, steps=steps)
    nets = [_net(step).value for step in said]
    return [
        [None if np.isnan(net[place]) else float(net[place]) for net in nets] for place in range(len(rows))
    ]


def _put_together(
    rows: Sequence[UnitNode],
    *,
    voices: VoiceCounts,
    mentions: MentionCounts,
    answered: AnswerCounts | None,
    has_before: bool,
) -> Scoreboard:
    net = _net(mentions.now, n_voices=voices.n)
    found = net_score_outliers(
        mentions.now.n_positive, mentions.now.n_negative, mentions.now.n, n_independent=voices.n
    )
    return Scoreboard(
        rows=rows,
        voices=voices,
        mentions=mentions,
        answered=answered,
        rating=mean_from_sums(voices.sum_stars, voices.sum_squares, voices.n_rated, bounds=STARS_RANGE),
        excellent=proportion(voices.n_excellent, voices.n_rated),
        reached=proportion(voices.n_stores_reached, voices.n_stores),
        net=net,
        net_changes=changes(net, _net(mentions.before)) if has_before else None,
        columns=[_net(said, n_voices=voices.n) for said in mentions.columns],
        # A reply can be stored a moment before its voice: never more answers than voices.
        answers=proportion(np.minimum(answered.n, voices.n), voices.n) if answered else None,
        expected=found.expected,
        is_worse=found.is_out & (found.value < found.common),
        is_better=found.is_out & (found.value > found.common),
    )


def _net(said: Said, *, n_voices: Floats | None = None) -> Estimates:
    # One voice has several mentions, which go together: no more answers than voices.
    people = None if n_voices is None else np.where(n_voices > 0, n_voices, said.n)
    return net_sentiment(said.n_positive, said.n_negative, said.n, n_voices=people)
