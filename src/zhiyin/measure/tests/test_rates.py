import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2
from statsmodels.stats.rates import confint_poisson

from zhiyin.errors import InvalidInput
from zhiyin.measure.rates import rate


@given(st.integers(0, 5000), st.integers(1, 5000), st.sampled_from([0.8, 0.95, 0.99]))
def test_the_interval_is_that_of_statsmodels_and_of_the_chi_square_form(events, exposure, confidence):
    found = rate(events, exposure, confidence=confidence).one()
    low, high = confint_poisson(events, exposure, method="exact-c", alpha=1 - confidence)
    assert (found.low, found.high) == pytest.approx((100 * low, 100 * high), rel=1e-9, abs=1e-9)
    tail = (1 - confidence) / 2
    assert found.high == pytest.approx(50 * chi2.ppf(1 - tail, 2 * events + 2) / exposure)


def test_the_bounds_are_those_of_garwoods_table():
    # Garwood (1936), table 1, 95 %: 0 → 0 to 3.689, 1 → 0.0253 to 5.572, 10 → 4.795 to 18.39.
    found = rate([0, 1, 10], [1, 1, 1], per=1)
    assert found.low.round(4).tolist() == [0.0, 0.0253, 4.7954]
    assert found.high.round(3).tolist() == [3.689, 5.572, 18.39]


def test_more_events_than_exposure_are_more_than_100_per_100():
    assert rate(150, 100).one().value == 150.0


def test_without_exposure_there_is_no_rate():
    found = rate(3, 0).one()
    assert (found.value, found.low, found.high, found.n) == (None, None, None, 0)
    assert np.isnan(rate([3], [0]).low[0])


def test_a_negative_count_is_refused():
    with pytest.raises(InvalidInput, match="n_events"):
        rate(-1, 10)
