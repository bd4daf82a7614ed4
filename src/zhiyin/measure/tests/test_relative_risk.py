import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact
from scipy.stats.contingency import relative_risk as scipy_relative_risk

from zhiyin.errors import InvalidInput
from zhiyin.measure.relative_risk import relative_risk


@given(st.integers(1, 40), st.integers(0, 100), st.integers(1, 40), st.integers(0, 100))
def test_ratio_and_interval_agree_with_scipy(a, others_in, c, others_out):
    m, n = a + others_in, c + others_out
    ours = relative_risk(a, m, c, n).ratio.one()
    theirs = scipy_relative_risk(a, m, c, n)
    assert ours.value == pytest.approx(theirs.relative_risk)
    interval = theirs.confidence_interval(0.95)
    assert (ours.low, ours.high) == pytest.approx((interval.low, interval.high))


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))
def test_the_p_value_is_twice_the_smaller_tail_of_fishers_test(a, b, c, d):
    if not (a + c and a + b and c + d):
        return
    table = [[a, b], [c, d]]
    smaller = min(fisher_exact(table, alternative=side).pvalue for side in ("less", "greater"))
    found = relative_risk(a, a + b, c, c + d).p_value[0]
    assert found == pytest.approx(min(1.0, 2 * smaller), abs=1e-9)


def test_without_a_case_on_one_side_the_ratio_is_finite_and_the_interval_wide():
    found = relative_risk([0, 5], [50, 50], [5, 0], [50, 50]).ratio
    assert found.high[0] > 1 > found.low[0] > 0
    assert np.isfinite(found.value).all()


def test_groups_without_people_or_cases_say_nothing():
    found = relative_risk([0, 0], [0, 10], [3, 0], [10, 10])
    assert np.isnan([found.ratio.value, found.p_value]).all()


def test_more_cases_than_people_are_refused():
    with pytest.raises(InvalidInput):
        relative_risk(3, 2, 0, 5)
