import numpy as np
import pytest

from zhiyin.errors import InvalidInput
from zhiyin.measure.impact import impact


def _impact(speaks, outcome):
    return impact(
        speaks.sum(),
        outcome[speaks].sum(),
        (outcome[speaks] ** 2).sum(),
        n=len(outcome),
        total=outcome.sum(),
        squares=(outcome**2).sum(),
    ).one()


def test_the_impact_is_the_mean_of_all_minus_that_of_the_others():
    outcome = np.array([1.0, 2, 5, 5, 4, 5])
    speaks = np.array([True, True, False, False, False, False])
    assert _impact(speaks, outcome).value == pytest.approx(outcome.mean() - outcome[~speaks].mean())


def test_the_interval_holds_the_truth_as_often_as_it_says():
    random = np.random.default_rng(0)
    hits = 0
    for _ in range(400):
        speaks = random.random(300) < 0.2
        outcome = np.where(speaks, 2.5, 4.0) + random.normal(scale=1.0, size=300)
        found = _impact(speaks, outcome)
        hits += found.low <= 0.2 * (2.5 - 4.0) <= found.high
    assert 0.92 <= hits / 400 <= 0.98


def test_one_voice_has_no_impact_to_speak_of():
    assert _impact(np.array([True, False, False]), np.array([1.0, 5, 5])).value is None


def test_more_than_all_are_refused():
    with pytest.raises(InvalidInput):
        impact(5, 1, 1, n=4, total=1, squares=1)
