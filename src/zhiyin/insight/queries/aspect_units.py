"""One aspect unit by unit: where people are least and most content with it."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import msgspec
import numpy as np

from zhiyin.insight import dialect
from zhiyin.insight.board import Figure
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.measure.estimate import SMALL_N
from zhiyin.measure.net_sentiment import net_sentiment
from zhiyin.measure.outliers import net_score_outliers
from zhiyin.people.scope import Scope


class _UnitRow(msgspec.Struct, frozen=True, kw_only=True):
    unit_id: int
    n: int
    n_positive: int
    n_negative: int
    n_voices: int
    n_unhappy: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AspectUnit:
    """An aspect in one unit; `expected` is its net sentiment drawn towards that of all units."""

    unit_id: int
    n_voices: int
    n_unhappy: int
    net_sentiment: Figure
    expected: float
    standing: str

    def order(self, *, is_best_first: bool) -> tuple[float, bool, float]:
        """By what to expect; where that is alike for all, few voices last, then by the plain figure."""
        sign = -1 if is_best_first else 1
        return sign * self.expected, self.n_voices < SMALL_N, sign * (self.net_sentiment.value or 0.0)


def list_aspect_units(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter, leaves: frozenset[int]
) -> list[AspectUnit]:
    """The units of `leaves` in which people speak of it, the worst first; few voices count little."""
    chosen = select(scope, filter=filter)
    rows = run(
        connection,
        "opinion_units",
        row=_UnitRow,
        parameters=chosen.parameters,
        kept_opinions=chosen.kept_opinions,
        voice=dialect.hash64("feedback_id"),
    )
    rows = [row for row in rows if row.unit_id in leaves]
    nets = net_sentiment(
        [row.n_positive for row in rows],
        [row.n_negative for row in rows],
        [row.n for row in rows],
        n_voices=[row.n_voices for row in rows],
    )
    found = net_score_outliers(
        [row.n_positive for row in rows],
        [row.n_negative for row in rows],
        [row.n for row in rows],
        n_independent=[row.n_voices for row in rows],
    )
    units = [
        AspectUnit(
            unit_id=row.unit_id,
            n_voices=row.n_voices,
            n_unhappy=row.n_unhappy,
            net_sentiment=Figure.of(nets[place]),
            expected=float(found.expected[place]),
            standing=_standing(bool(found.is_out[place]), apart=float(found.value[place] - found.common)),
        )
        for place, row in enumerate(rows)
    ]
    return sorted(units, key=lambda unit: unit.order(is_best_first=False))


def _standing(is_out: bool, *, apart: float) -> str:
    return ("worse" if apart < 0 else "better") if is_out and not np.isnan(apart) else ""
