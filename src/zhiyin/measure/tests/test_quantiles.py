"""Quantiles: where they stand, and how far they may be off."""

from __future__ import annotations

import numpy as np
import pytest

from zhiyin.errors import InvalidInput
from zhiyin.measure.quantiles import quantile


def test_nine_of_ten_do_not_exceed_it():
    values = [5.0, 1.0, 9.0, 3.0, 7.0, 2.0, 8.0, 4.0, 6.0, 10.0]
    found = quantile(values, 0.9)
    assert (found.value, found.high, found.n) == (9.0, None, 10)


def test_nothing_is_said_of_nothing_and_gaps_are_left_out():
    assert quantile([], 0.5).value is None
    assert quantile([1.0, float("nan"), 3.0], 0.5).n == 2


def test_the_interval_holds_the_true_value_as_often_as_it_says():
    chance = np.random.default_rng(5)
    hits = 0
    for _ in range(400):
        found = quantile(chance.exponential(size=120), 0.9)
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= np.log(10) <= found.high
    assert hits / 400 >= 0.93


@pytest.mark.parametrize("share", [0.0, 1.0, -1.0])
def test_a_share_outside_is_refused(share: float):
    with pytest.raises(InvalidInput):
        quantile([1.0], share)
