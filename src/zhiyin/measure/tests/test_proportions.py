import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from statsmodels.stats.proportion import proportion_confint

from zhiyin.errors import InvalidInput
from zhiyin.measure.proportions import proportion


@st.composite
def counts_of(draw):
    n = draw(st.integers(1, 5000))
    return draw(st.integers(0, n)), n


@given(counts_of(), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_wilson_agrees_with_scipy_and_statsmodels(pair, confidence):
    x, n = pair
    ours = proportion(x, n, confidence=confidence).one()
    theirs = binomtest(x, n).proportion_ci(confidence, method="wilson")
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    assert (ours.low, ours.high) == pytest.approx(
        proportion_confint(x, n, alpha=1 - confidence, method="wilson"), abs=1e-9
    )


@given(counts_of())
def test_the_interval_holds_the_share_and_stays_within_0_and_1(pair):
    x, n = pair
    share = proportion(x, n).one()
    assert 0 <= share.low <= share.value <= share.high <= 1
    assert share.high > share.low


def test_nothing_of_nothing_has_no_share():
    nothing = proportion(0, 0).one()
    assert (nothing.value, nothing.low, nothing.high, nothing.n) == (None, None, None, 0)


def test_many_shares_at_once_equal_one_by_one():
    together = proportion([1, 5, 0], [3, 5, 9])
    assert list(together) == [proportion(*pair).one() for pair in ((1, 3), (5, 5), (0, 9))]


@pytest.mark.parametrize(("x", "n"), [(-1, 4), (5, 4), (np.nan, 4)])
def test_impossible_counts_are_refused(x, n):
    with pytest.raises(InvalidInput):
        proportion(x, n)
