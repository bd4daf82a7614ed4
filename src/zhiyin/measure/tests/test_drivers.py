"""Relative weights and Shapley shares against independent computations."""

from itertools import combinations
from math import factorial

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.outliers_influence import variance_inflation_factor

from zhiyin.errors import InvalidInput
from zhiyin.measure.drivers import drivers
from zhiyin.measure.relative_weights import relative_weights
from zhiyin.measure.shapley import shapley_shares


def _people(seed, *, n=300, p=4, noise=1.0, common=0.7):
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, p)) + common * random.normal(size=(n, 1))
    return x, x @ np.linspace(1.0, -0.2, p) + noise * random.normal(size=n)


def _johnson_by_svd(x, y):
    """Johnson's own route: the orthonormal matrix nearest to the standardised predictors, by SVD."""
    z = (x - x.mean(0)) / np.sqrt(((x - x.mean(0)) ** 2).sum(0))
    outcome = (y - y.mean()) / np.sqrt(((y - y.mean()) ** 2).sum())
    left, _, right = np.linalg.svd(z, full_matrices=False)
    nearest = left @ right
    beta = nearest.T @ outcome
    loadings = nearest.T @ z
    return (loadings**2).T @ beta**2


def _r_squared(x, y, members):
    return sm.OLS(y, sm.add_constant(x[:, list(members)])).fit().rsquared if members else 0.0


def _shapley_by_regressions(x, y):
    p = x.shape[1]
    found = np.zeros(p)
    for j in range(p):
        others = [k for k in range(p) if k != j]
        for size in range(p):
            weight = factorial(size) * factorial(p - size - 1) / factorial(p)
            for members in combinations(others, size):
                found[j] += weight * (_r_squared(x, y, (*members, j)) - _r_squared(x, y, members))
    return found


@pytest.mark.parametrize("seed", range(5))
def test_relative_weights_agree_with_the_singular_value_decomposition(seed):
    x, y = _people(seed)
    found = drivers(x, y, names=list("abcd"), n_resamples=200)
    assert [one.weight.value for one in found.drivers] == pytest.approx(_johnson_by_svd(x, y), abs=1e-9)


@pytest.mark.parametrize("seed", range(2))
def test_shapley_shares_agree_with_all_regressions(seed):
    x, y = _people(seed)
    found = drivers(x, y, names=list("abcd"), n_resamples=200)
    shares = [one.shapley.value for one in found.drivers]
    assert shares == pytest.approx(_shapley_by_regressions(x, y), abs=1e-9)
    # The two methods answer the same question: they stay close to each other (Johnson 2000).
    assert shares == pytest.approx([one.weight.value for one in found.drivers], abs=0.03)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12))
def test_weights_and_shares_add_up_to_r_squared(seed, p):
    x, y = _people(seed, n=60, p=p)
    correlations = np.corrcoef(np.column_stack([x, y]).T)
    among, outer = correlations[:p, :p], correlations[:p, p]
    expected = _r_squared(x, y, range(p))
    for parts in (relative_weights(among, outer), shapley_shares(among, outer)):
        assert parts.sum() == pytest.approx(expected, abs=1e-9)
        assert parts.min() >= -1e-12


def test_orthogonal_predictors_weigh_their_squared_correlation():
    outer = np.array([0.5, 0.3, -0.2])
    for parts in (relative_weights(np.eye(3), outer), shapley_shares(np.eye(3), outer)):
        assert parts == pytest.approx(outer**2)


def test_coefficients_and_inflation_agree_with_statsmodels():
    x, y = _people(3)
    found = drivers(x, y, names=list("abcd"), n_resamples=400)
    model = sm.OLS(y, sm.add_constant(x)).fit()
    assert found.r_squared.value == pytest.approx(model.rsquared, abs=1e-12)
    assert [one.coefficient.value for one in found.drivers] == pytest.approx(model.params[1:], abs=1e-9)
    expected = [variance_inflation_factor(sm.add_constant(x), place) for place in range(1, 5)]
    assert [one.inflation for one in found.drivers] == pytest.approx(expected, rel=1e-9)


def test_bootstrap_intervals_of_coefficients_come_near_those_of_theory():
    x, y = _people(5, n=800)
    found = drivers(x, y, names=list("abcd"))
    for one, (low, high) in zip(
        found.drivers, sm.OLS(y, sm.add_constant(x)).fit().conf_int()[1:], strict=True
    ):
        width = high - low
        assert one.coefficient.low == pytest.approx(low, abs=0.15 * width)
        assert one.coefficient.high == pytest.approx(high, abs=0.15 * width)


def test_the_interval_of_a_weight_holds_the_true_weight_about_as_often_as_it_says():
    truth = drivers(*_people(0, n=200_000), names=list("abcd"), n_resamples=200).drivers[0].weight.value
    hits = 0
    for seed in range(60):
        weight = drivers(*_people(seed + 1, n=150), names=list("abcd"), n_resamples=300).drivers[0].weight
        hits += weight.low <= truth <= weight.high
    assert 50 <= hits <= 60  # 57 expected


def test_people_counted_in_rows_weigh_as_many_rows():
    x, y = _people(7, n=40)
    times = np.arange(40) % 3
    found = drivers(x, y, names=list("abcd"), counts=times, n_resamples=200)
    repeated = drivers(np.repeat(x, times, axis=0), np.repeat(y, times), names=list("abcd"), n_resamples=200)
    assert found == repeated


def test_many_rows_are_drawn_in_blocks_with_the_same_spread(monkeypatch):
    x, y = _people(11, n=30_000, p=2)
    in_blocks = drivers(x, y, names=list("ab")).drivers[0].coefficient
    low, high = sm.OLS(y, sm.add_constant(x)).fit().conf_int()[1]
    assert in_blocks.high - in_blocks.low == pytest.approx(high - low, rel=0.12)


def test_the_same_data_have_the_same_interval():
    x, y = _people(1)
    assert drivers(x, y, names=list("abcd"), n_resamples=200) == drivers(
        x, y, names=list("abcd"), n_resamples=200
    )


def test_rows_with_a_gap_are_left_out_and_counted():
    x, y = _people(2, n=50)
    x[3, 1] = y[4] = np.nan
    found = drivers(x, y, names=list("abcd"), n_resamples=200)
    assert (found.n, found.n_left_out) == (48, 2)


def test_columns_that_cannot_speak_are_left_out_with_the_reason():
    x, y = _people(2, n=50)
    x[:, 1] = 3.0
    x[:30, 2] = np.nan
    found = drivers(x, y, names=list("abcd"), n_resamples=200)
    assert [(one.name, one.reason) for one in found.left_out] == [("b", "constant"), ("c", "mostly_missing")]
    assert (found.n, [one.name for one in found.drivers]) == (50, ["a", "d"])


def test_a_column_given_twice_shares_its_weight_and_is_told_as_collinear():
    x, y = _people(4, p=2)
    once = drivers(x, y, names=list("ab"), n_resamples=200)
    twice = drivers(np.column_stack([x, x[:, 0]]), y, names=list("abc"), n_resamples=200)
    assert twice.r_squared.value == pytest.approx(once.r_squared.value)
    assert twice.drivers[0].weight.value == pytest.approx(twice.drivers[2].weight.value)
    assert [one.is_collinear for one in twice.drivers] == [True, False, True]
    assert sum(one.shapley.value for one in twice.drivers) == pytest.approx(once.r_squared.value)


def test_a_rare_predictor_that_a_sample_lacks_has_no_weight_there():
    x = np.zeros((40, 2))
    x[0, 0] = 1.0
    x[:20, 1] = 1.0
    found = drivers(x, np.arange(40.0), names=list("ab"))
    assert found.drivers[0].weight.low == 0.0


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (np.ones((20, 1)), np.arange(20.0), "No predictor is left"),
        (np.arange(20.0).reshape(-1, 1), np.ones(20), "The outcome is the same"),
        (np.arange(3.0).reshape(-1, 1), np.arange(3.0), "3 complete rows are too few"),
        (np.arange(4.0).reshape(-1, 2), np.arange(2.0), "fitting lengths"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_words(x, y, message):
    with pytest.raises(InvalidInput, match=message):
        drivers(x, y, names=["a"])


def test_shapley_of_thirteen_predictors_is_refused():
    with pytest.raises(InvalidInput, match="too many"):
        shapley_shares(np.eye(13), np.zeros(13))


def test_thirteen_predictors_have_weights_without_shapley():
    x, y = _people(1, p=13)
    found = drivers(x, y, names=[str(place) for place in range(13)], n_resamples=200)
    assert found.drivers[0].shapley is None
    assert sum(one.weight.value for one in found.drivers) == pytest.approx(found.r_squared.value, abs=1e-9)
