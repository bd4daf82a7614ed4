import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import quantile_test

from zhiyin.errors import InvalidInput
from zhiyin.measure.medians import median, medians

values = st.lists(st.integers(0, 60), min_size=1, max_size=200)


@given(values)
def test_the_median_is_that_of_numpy(sample):
    assert median(sample).value == np.median(sample)


@given(values.filter(lambda sample: len(sample) >= 6), st.sampled_from([0.8, 0.95, 0.99]))
def test_the_interval_is_that_of_scipy_and_holds_the_median(sample, confidence):
    ours = median(sample, confidence=confidence)
    theirs = quantile_test(sample, q=0, p=0.5).confidence_interval(confidence_level=confidence)
    if ours.low is None:
        assert np.isnan(theirs.low) or np.isnan(theirs.high)
        return
    assert ours.low <= ours.value <= ours.high
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high))


def test_the_ranks_are_those_of_the_published_table():
    # Order-statistic intervals of the median at 95 %: n = 10 → ranks 2 and 9, 20 → 6 and 15, 50 → 18 and 33.
    for n, low, high in [(6, 1, 6), (10, 2, 9), (20, 6, 15), (50, 18, 33), (100, 40, 61)]:
        found = median(np.arange(1, n + 1))
        assert (found.low, found.high) == (low, high), n


def test_five_values_have_no_interval_at_95_percent():
    found = median([1, 2, 3, 4, 5])
    assert (found.value, found.low, found.high, found.n) == (3.0, None, None, 5)


def test_nothing_has_no_median():
    assert median([]).value is None
    assert median([float("nan")]).n == 0


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 30), st.integers(1, 9)), max_size=60))
def test_many_samples_at_once_are_each_alone(rows):
    sample = np.array([row[0] for row in rows], dtype=np.int64)
    value, times = [row[1] for row in rows], [row[2] for row in rows]
    together = medians(value, times, sample=sample, n_samples=4)
    for number in range(4):
        own = np.repeat(np.array(value)[sample == number], np.array(times)[sample == number]) if rows else []
        alone = median(own)
        assert together[number] == alone


def test_the_interval_holds_the_true_median_19_times_in_20():
    random = np.random.default_rng(5)
    drawn = random.exponential(size=(2000, 25))
    sample = np.repeat(np.arange(2000), 25)
    found = medians(drawn.ravel(), np.ones(drawn.size), sample=sample, n_samples=2000)
    holds = np.mean((found.low <= np.log(2)) & (np.log(2) <= found.high))
    assert 0.94 <= holds <= 0.98


def test_a_value_that_is_no_number_is_refused():
    with pytest.raises(InvalidInput, match="no number"):
        medians([float("nan")], [1], sample=np.array([0]), n_samples=1)
