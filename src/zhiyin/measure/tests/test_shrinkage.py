import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from statsmodels.stats.meta_analysis import combine_effects

from zhiyin.errors import InvalidInput
from zhiyin.measure.shrinkage import shrink

FIGURES = arrays(float, 12, elements=st.floats(-100, 100))
VARIANCES = arrays(float, 12, elements=st.floats(0.1, 500))


@given(FIGURES, VARIANCES)
def test_between_variance_and_centre_agree_with_statsmodels(figures, variances):
    ours = shrink(figures, variances)
    theirs = combine_effects(figures, variances, method_re="chi2")
    assert ours.between_variance == pytest.approx(max(0, theirs.tau2), abs=1e-6)
    if theirs.tau2 > 0:
        assert ours.centre == pytest.approx(theirs.mean_effect_re, abs=1e-6)


@given(FIGURES, VARIANCES)
def test_every_figure_moves_towards_the_centre_and_not_past_it(figures, variances):
    found = shrink(figures, variances)
    assert (np.abs(found.value - found.centre) <= np.abs(figures - found.centre) + 1e-9).all()
    assert ((found.value - found.centre) * (figures - found.centre) >= -1e-9).all()


def test_the_less_certain_of_two_equal_figures_moves_more():
    found = shrink([50, 50, 0, 10, -10], [1, 400, 1, 1, 1])
    assert abs(found.value[1] - found.centre) < abs(found.value[0] - found.centre)


def test_shrinking_guesses_the_truth_better_than_the_raw_figures():
    random = np.random.default_rng(3)
    truth = random.normal(20, 10, 300)
    variances = random.uniform(20, 600, 300)
    raw = random.normal(truth, np.sqrt(variances))
    error = np.mean((shrink(raw, variances).value - truth) ** 2)
    assert error < 0.5 * np.mean((raw - truth) ** 2)


def test_unknown_figures_stay_unknown():
    found = shrink([1.0, np.nan, 3.0], [1.0, 1.0, 1.0])
    assert np.isnan(found.value[1])
    assert found.centre == pytest.approx(2.0)
    assert np.isnan(shrink([np.nan], [1.0]).centre)


def test_a_variance_of_0_is_refused():
    with pytest.raises(InvalidInput):
        shrink([1.0], [0.0])
