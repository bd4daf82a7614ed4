import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.weightstats import DescrStatsW

from zhiyin.errors import InvalidInput
from zhiyin.measure.means import mean, mean_from_moments, mean_from_sums, share_at_least

STARS = st.lists(st.integers(1, 5).map(float), min_size=2, max_size=300)


@given(STARS)
def test_students_interval_agrees_with_statsmodels(stars):
    ours = mean(stars)
    low, high = DescrStatsW(stars).tconfint_mean() if np.ptp(stars) else (stars[0], stars[0])
    assert (ours.low, ours.high) == pytest.approx((low, high), abs=1e-9)


@given(STARS)
def test_moments_give_the_same_as_the_values(stars):
    moments = mean_from_moments(np.mean(stars), np.var(stars, ddof=1), len(stars), bounds=(1, 5)).one()
    values = mean(stars, bounds=(1, 5))
    assert (moments.low, moments.value, moments.high) == pytest.approx(
        (values.low, values.value, values.high)
    )
    assert 1 <= moments.low <= moments.high <= 5


@given(STARS)
def test_sums_give_the_same_as_the_values(stars):
    sums = mean_from_sums(sum(stars), sum(star**2 for star in stars), len(stars)).one()
    values = mean(stars)
    assert (sums.low, sums.value, sums.high) == pytest.approx((values.low, values.value, values.high))


def test_one_answer_has_a_value_and_no_interval():
    assert (mean([4.0]).value, mean([4.0]).low, mean([4.0]).n) == (4.0, None, 1)


def test_no_answer_has_no_value():
    assert mean([]).value is None
    assert mean_from_moments(np.nan, np.nan, 0).one().value is None


def test_a_unit_exactly_at_the_mark_reaches_it():
    share = share_at_least([0.1 + 4.7, 4.79, np.nan, 5.0])
    assert (share.value, share.n) == (pytest.approx(2 / 3), 3)


def test_a_negative_variance_is_refused():
    with pytest.raises(InvalidInput):
        mean_from_moments(1, -1, 5)
