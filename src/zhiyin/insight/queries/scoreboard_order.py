"""The order of the scoreboard: fair to small samples, or by the plain figure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from zhiyin.insight.queries.scoreboard import Scoreboard
from zhiyin.insight.queries.scoreboard_counts import VoiceCounts
from zhiyin.measure.comparison import Change
from zhiyin.measure.estimate import SMALL_N, Floats, normal_quantile
from zhiyin.measure.outliers import net_score_outliers
from zhiyin.measure.shrinkage import shrink

_CERTAIN = 1e-9  # a change whose interval has no width


def sort_rows(board: Scoreboard, *, by: str, is_descending: bool, is_plain: bool = False) -> list[int]:
    """Places of the rows in the order of a figure; rows without one come last.

    `by`: `name`, `n`, `rating`, `excellent`, `reached`, `net`, `change`, `answers`, `hours`, or `c0` … for
    a column. Figures are ordered by what to expect of a unit (`fair_values`), so that a few loud voices
    put nobody on top or at the bottom; `is_plain` orders by the figure itself, small samples (n < 30)
    after the others.
    """
    names = np.argsort(np.argsort([node.name for node in board.rows], kind="stable"), kind="stable")
    values = plain_values(board, by=by) if is_plain else fair_values(board, by=by)
    values = names.astype(np.float64) if by == "name" else values
    sign = -1 if is_descending else 1
    # Where nothing tells the units apart all are expected to be alike: then few voices come last.
    is_small = (board.voices.n < SMALL_N) & (by not in ("name", "n"))
    plain = sign * plain_values(board, by=by)
    keys = np.round(sign * values, 9)
    order = (names, plain, keys, is_small) if is_plain else (names, plain, is_small, keys)
    return [int(place) for place in np.lexsort((*order, np.isnan(keys)))]


def fair_values(board: Scoreboard, *, by: str) -> Floats:
    """The figure to expect of each row: drawn towards that of all, the more the fewer voices it rests on."""
    if is_column(by, board=board):
        said = board.mentions.columns[int(by[1:])]
        people = np.minimum(board.voices.n, said.n)
        return net_score_outliers(said.n_positive, said.n_negative, said.n, n_independent=people).expected
    fair = _FAIR.get(by)
    return fair(board) if fair else plain_values(board, by=by)


def plain_values(board: Scoreboard, *, by: str) -> Floats:
    """The figure itself; NaN everywhere for a name that is none."""
    if is_column(by, board=board):
        return board.columns[int(by[1:])].value
    nothing = np.full(len(board.rows), np.nan)
    values: dict[str, Floats] = {
        "n": board.voices.n,
        "rating": board.rating.value,
        "excellent": board.excellent.value,
        "reached": board.reached.value,
        "net": board.net.value,
        "change": nothing
        if board.net_changes is None
        else _known(change.value for change in board.net_changes),
        "answers": board.answers.value if board.answers else nothing,
        "hours": board.answered.median_hours if board.answered else nothing,
    }
    return values.get(by, nothing)


def is_column(by: str, *, board: Scoreboard) -> bool:
    """Whether it names a column of aspects, as `c0`."""
    return by[:1] == "c" and by[1:].isdecimal() and int(by[1:]) < len(board.columns)


def _expected_rating(board: Scoreboard) -> Floats:
    """The spread within a row is taken to be that within all, so that one rating alone has one too."""
    voices = board.voices
    total = voices.n_rated.sum()
    mean = voices.sum_stars.sum() / max(total, 1)
    spread = voices.sum_squares.sum() / max(total, 1) - mean**2
    return _drawn(voices.sum_stars, n=voices.n_rated, spread=spread)


def _expected_share(n_with: Floats, *, n: Floats) -> Floats:
    share = n_with.sum() / max(n.sum(), 1)
    return _drawn(n_with, n=n, spread=share * (1 - share))


def _drawn(sums: Floats, *, n: Floats, spread: float) -> Floats:
    values: Floats = np.divide(sums, n, out=np.full(n.shape, np.nan), where=n > 0)
    if not spread > _CERTAIN:  # all the same: there is nothing to be drawn to
        return values
    return shrink(values, np.where(n > 0, spread / np.maximum(n, 1), np.nan)).value


def _expected_answers(board: Scoreboard) -> Floats:
    n = board.voices.n
    answered = board.answered.n if board.answered else np.full(n.shape, np.nan)
    return _expected_share(np.minimum(answered, n), n=n)


def _expected_change(board: Scoreboard) -> Floats:
    found: Sequence[Change] = board.net_changes or ()
    if not found:
        return np.full(len(board.rows), np.nan)
    low, high = _known(change.low for change in found), _known(change.high for change in found)
    variance = ((high - low) / (2 * normal_quantile(0.95))) ** 2
    return shrink(_known(change.value for change in found), np.maximum(variance, _CERTAIN)).value


def _known(values: Iterable[float | None]) -> Floats:
    return np.asarray([np.nan if value is None else value for value in values], dtype=np.float64)


def _excellent(voices: VoiceCounts) -> Floats:
    return _expected_share(voices.n_excellent, n=voices.n_rated)


_FAIR: Mapping[str, Callable[[Scoreboard], Floats]] = {
    "net": lambda board: board.expected,
    "rating": _expected_rating,
    "excellent": lambda board: _excellent(board.voices),
    "reached": lambda board: _expected_share(board.voices.n_stores_reached, n=board.voices.n_stores),
    "answers": _expected_answers,
    "change": _expected_change,
}
