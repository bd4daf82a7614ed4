"""How well forecasts tell people apart, and whether chances hold."""

from __future__ import annotations

import numpy as np
import pytest

from zhiyin.errors import InvalidInput
from zhiyin.measure.discrimination import calibrate, compare_auc
from zhiyin.measure.logistic import fit_logistic


def test_the_area_is_the_share_of_pairs_in_the_right_order() -> None:
    random = np.random.default_rng(1)
    scores, happened = random.integers(0, 20, 200), random.random(200) < 0.4
    pairs = scores[happened][:, None] - scores[~happened][None, :]
    expected = (pairs > 0).mean() + (pairs == 0).mean() / 2
    assert compare_auc(scores, scores, happened).first.value == pytest.approx(expected)


def test_the_interval_of_the_area_holds_its_level() -> None:
    random, n_held = np.random.default_rng(3), 0
    for _ in range(300):
        happened = np.repeat([True, False], [60, 140])
        found = compare_auc(random.normal(happened * 1.0), np.zeros(200), happened).first
        # Two normal laws a standard deviation apart: Φ(1/√2).
        n_held += found.low <= 0.76025 <= found.high
    assert n_held / 300 > 0.91


def test_a_better_forecast_is_told_from_a_worse_one_of_the_same_people() -> None:
    random = np.random.default_rng(5)
    happened = random.random(800) < 0.3
    good = happened + random.normal(size=800) * 0.7
    poor = good + random.normal(size=800) * 2
    found = compare_auc(good, poor, happened)
    assert found.gain.low > 0
    assert found.p_value < 0.001
    assert compare_auc(good, good, happened).gain.value == 0


def test_one_outcome_alone_says_nothing() -> None:
    with pytest.raises(InvalidInput):
        compare_auc([1, 2, 3], [1, 2, 3], [1, 1, 1])


def test_honest_chances_lie_in_the_intervals_and_boasting_ones_do_not() -> None:
    random = np.random.default_rng(9)
    chances = random.random(20_000)
    happened = random.random(20_000) < chances
    honest = calibrate(chances, happened)
    held = (honest.came_true.low <= honest.told) & (honest.told <= honest.came_true.high)
    assert len(honest.told) == 10
    assert held.sum() >= 9
    boasting = calibrate(chances**3, happened)
    assert (boasting.came_true.low > boasting.told).sum() >= 6


def test_equal_chances_make_one_group() -> None:
    found = calibrate([0.5] * 40, [0, 1] * 20)
    assert found.told.tolist() == [0.5]
    assert found.came_true.n.tolist() == [40]


def test_the_regression_finds_the_coefficients_that_made_the_data() -> None:
    random = np.random.default_rng(11)
    reasons = np.column_stack([random.normal(size=20_000), random.random(20_000) < 0.3, np.ones(20_000)])
    odds = -1 + 0.8 * reasons[:, 0] + 1.5 * reasons[:, 1]
    happened = random.random(20_000) < 1 / (1 + np.exp(-odds))
    found = fit_logistic(reasons, happened, names=("a", "b", "never differs"))
    assert found.coefficients.value == pytest.approx([0.8, 1.5, 0.0], abs=0.08)
    assert found.coefficients.low[1] < 1.5 < found.coefficients.high[1]
    assert found.chances(reasons).mean() == pytest.approx(happened.mean(), abs=1e-4)


def test_parts_add_up_to_the_odds() -> None:
    random = np.random.default_rng(12)
    reasons = random.normal(size=(500, 2))
    found = fit_logistic(reasons, random.random(500) < 0.4, names=("a", "b"))
    chances = found.chances(reasons)
    odds = np.log(chances / (1 - chances))
    assert odds == pytest.approx(found.intercept + found.parts(reasons).sum(axis=1))


def test_a_reason_that_tells_everything_keeps_a_finite_coefficient() -> None:
    found = fit_logistic([[0.0]] * 50 + [[1.0]] * 50, [0] * 50 + [1] * 50, names=("tells",))
    assert np.isfinite(found.coefficients.value).all()
    assert found.chances([[1.0]])[0] > 0.9


def test_one_outcome_makes_no_regression() -> None:
    with pytest.raises(InvalidInput):
        fit_logistic([[1.0], [2.0]], [1, 1], names=("a",))
