"""Bursts: real growth is found, chance is not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from zhiyin.errors import InvalidInput
from zhiyin.measure.bursts import find_bursts


@given(now=st.integers(0, 60), before=st.integers(0, 400), growth=st.floats(1, 4))
def test_the_p_value_is_that_of_the_exact_binomial_test(now, before, growth):
    found = find_bursts(now, 500, before, 6_000, least_growth=growth)
    share = growth * 500 / (growth * 500 + 6_000)
    n = now + before
    expected = binomtest(now, n, share, alternative="greater").pvalue if n else 1.0
    assert found.p_value[0] == pytest.approx(expected, rel=1e-9, abs=1e-300)


def test_words_of_steady_use_are_hardly_ever_bursts():
    rng = np.random.default_rng(3)
    rates = rng.gamma(0.5, 0.004, 20_000)
    n_found = 0
    for _ in range(20):
        found = find_bursts(rng.poisson(rates * 500), 500, rng.poisson(rates * 6_000), 6_000)
        n_found += int(found.is_burst.sum())
    assert n_found == 0


def test_a_word_that_grew_fivefold_is_found_among_thousands():
    rng = np.random.default_rng(4)
    rates = rng.gamma(0.5, 0.004, 5_000)
    now, before = rng.poisson(rates * 2_000), rng.poisson(rates * 24_000)
    now[0], before[0] = 60, 120
    found = find_bursts(now, 2_000, before, 24_000)
    assert found.is_burst[0]
    assert found.growth[0] == pytest.approx(6.0, rel=0.02)


def test_no_counts_give_no_bursts():
    assert find_bursts([], 10, [], 100).is_burst.tolist() == []


@pytest.mark.parametrize(("all_now", "all_before", "growth"), [(0, 10, 2), (10, 0, 2), (10, 10, 0.5)])
def test_what_cannot_be_compared_is_refused(all_now, all_before, growth):
    with pytest.raises(InvalidInput):
        find_bursts([1], all_now, [1], all_before, least_growth=growth)
