"""Unit scores: drawn to the mean where little was said, told apart where much was."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.errors import InvalidInput
from zhiyin.measure.shrinkage import shrink
from zhiyin.measure.unit_scores import Said, score_units


def _voices(n_of_unit, means, *, seed=7):
    """Voices around the mean of their unit; the first half of them speak of the only group, alike."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(len(means)), n_of_unit)
    score = np.clip(np.asarray(means, float)[unit] + rng.normal(0, 0.8, len(unit)), 0, 5)
    return unit, score


def _nothing():
    return Said(voice=np.array([], np.int64), group=np.array([], np.int64), score=np.array([]))


def test_the_overall_score_is_the_shrunken_mean():
    unit, score = _voices([400, 400, 400, 5], [3.0, 4.0, 4.5, 2.0])
    found = score_units(unit, score, np.ones(len(unit)), said=_nothing(), n_units=4, n_groups=1)
    raw = np.array([score[unit == one].mean() for one in range(4)])
    within = sum(((score[unit == one] - raw[one]) ** 2).sum() for one in range(4)) / (len(unit) - 4)
    expected = shrink(raw, within / np.bincount(unit)).value
    np.testing.assert_allclose(found.overall, expected, rtol=1e-12)
    assert found.n.tolist() == [400, 400, 400, 5]


def test_a_unit_with_few_voices_is_drawn_further_than_one_with_many():
    unit, score = _voices([300] * 10 + [4], [4.0, 4.1, 4.2, 4.3, 4.4, 4.4, 4.5, 4.5, 4.3, 4.2, 1.0])
    found = score_units(unit, score, np.ones(len(unit)), said=_nothing(), n_units=11, n_groups=1)
    raw = score[unit == 10].mean()
    assert found.overall[10] - raw > 0.1
    assert abs(found.overall[0] - score[unit == 0].mean()) < 0.05


def test_what_is_said_of_a_group_tells_units_apart():
    unit, score = _voices([200] * 6, [4.2] * 6)
    speaks = np.flatnonzero(np.arange(len(unit)) % 2 == 0)
    praised = np.where(unit[speaks] < 3, 4.8, 2.2)
    said = Said(voice=speaks, group=np.zeros(len(speaks), np.int64), score=praised)
    found = score_units(unit, score, np.ones(len(unit)), said=said, n_units=6, n_groups=2)
    assert found.groups[:3, 0].min() > found.groups[3:, 0].max() + 1
    assert np.isnan(found.groups[:, 1]).all()  # nobody spoke of the second


def test_a_group_that_few_speak_of_lies_near_the_whole_however_much_they_complain():
    unit, score = _voices([500] * 5, [4.4] * 5)
    few = np.arange(0, len(unit), 50)
    said = Said(voice=few, group=np.zeros(len(few), np.int64), score=np.full(len(few), 2.0))
    found = score_units(unit, score, np.ones(len(unit)), said=said, n_units=5, n_groups=1)
    assert np.abs(found.groups[:, 0] - found.overall).max() < 0.1


def test_a_unit_where_nobody_speaks_of_a_group_is_expected_to_be_as_its_whole():
    unit, score = _voices([300] * 4, [4.6, 4.0, 4.0, 4.2])
    speaks = np.flatnonzero((unit > 0) & (np.arange(len(unit)) % 3 == 0))
    said = Said(voice=speaks, group=np.zeros(len(speaks), np.int64), score=score[speaks])
    found = score_units(unit, score, np.ones(len(unit)), said=said, n_units=4, n_groups=1)
    assert found.groups[0, 0] == pytest.approx(found.overall[0], abs=0.05)


def test_weights_must_be_above_zero():
    with pytest.raises(InvalidInput):
        score_units([0], [4], [0], said=_nothing(), n_units=1, n_groups=1)


@given(
    scores=st.lists(st.floats(0, 5), min_size=2, max_size=30),
    factor=st.floats(0.1, 10),
)
def test_scores_lie_between_the_least_and_the_best_and_know_no_unit_of_weight(scores, factor):
    unit = np.arange(len(scores)) % 3
    weights = np.linspace(0.5, 1, len(scores))
    one, other = (
        score_units(unit, scores, weights * by, said=_nothing(), n_units=3, n_groups=1)
        for by in (1.0, factor)
    )
    np.testing.assert_allclose(one.overall, other.overall, atol=1e-9)
    assert min(scores) - 1e-9 <= one.overall.min() <= one.overall.max() <= max(scores) + 1e-9
