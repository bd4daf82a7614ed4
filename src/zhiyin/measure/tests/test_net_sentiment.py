import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multinomial

from zhiyin.errors import InvalidInput
from zhiyin.measure.net_sentiment import net_score, net_sentiment


@st.composite
def mentions(draw):
    plus, minus, neutral = (draw(st.integers(0, 2000)) for _ in range(3))
    return plus, minus, max(1, plus + minus + neutral)


@given(mentions())
def test_the_interval_holds_the_score_within_its_range(counts):
    score = net_sentiment(*counts).one()
    assert -100 <= score.low <= score.value <= score.high <= 100
    assert score.high > score.low


@given(mentions())
def test_swapping_good_and_bad_mirrors_the_score(counts):
    plus, minus, n = counts
    score, mirrored = net_sentiment(plus, minus, n).one(), net_sentiment(minus, plus, n).one()
    assert (mirrored.low, mirrored.value, mirrored.high) == pytest.approx(
        (-score.high, -score.value, -score.low), abs=1e-9
    )


def test_with_many_answers_the_interval_is_that_of_the_multinomial_variance():
    plus, minus, n = 400_000, 250_000, 1_000_000
    score = net_sentiment(plus, minus, n).one()
    p, m = plus / n, minus / n
    half = 100 * 1.959964 * np.sqrt((p + m - (p - m) ** 2) / n)
    assert (score.low, score.high) == pytest.approx((15 - half, 15 + half), abs=1e-3)


@pytest.mark.parametrize("shares", [(0.5, 0.3, 0.2), (0.7, 0.1, 0.2), (0.2, 0.6, 0.2), (0.34, 0.33, 0.33)])
@pytest.mark.parametrize("n", [8, 20, 40])
def test_a_95_percent_interval_holds_the_truth_about_95_times_of_100(shares, n):
    """The exact coverage, summed over every possible sample."""
    plus, minus = (axis.ravel() for axis in np.mgrid[0 : n + 1, 0 : n + 1])
    keep = plus + minus <= n
    plus, minus = plus[keep], minus[keep]
    weight = multinomial.pmf(np.stack([plus, minus, n - plus - minus], axis=-1), n, shares)
    found = net_score(plus, minus, np.full(plus.shape, n))
    truth = 100 * (shares[0] - shares[1])
    coverage = weight[(found.low <= truth) & (truth <= found.high)].sum()
    assert 0.925 <= coverage <= 0.99


def test_mentions_by_fewer_voices_are_less_certain():
    alone = net_sentiment(60, 20, 100).one()
    shared = net_sentiment(60, 20, 100, n_voices=25).one()
    assert shared.value == alone.value
    assert shared.n == 100
    assert shared.high - shared.low > 1.7 * (alone.high - alone.low)


def test_more_for_and_against_than_there_are_is_refused():
    with pytest.raises(InvalidInput):
        net_sentiment(3, 3, 5)
