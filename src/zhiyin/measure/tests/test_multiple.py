import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from zhiyin.errors import InvalidInput
from zhiyin.measure.multiple import false_discovery


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_adjusted_values_agree_with_statsmodels(p_values):
    ours = false_discovery(p_values)
    is_found, adjusted, *_ = multipletests(p_values, method="fdr_bh")
    assert ours.adjusted == pytest.approx(adjusted)
    near_limit = np.isclose(adjusted, 0.05)
    assert (ours.is_discovery == is_found)[~near_limit].all()


def test_the_worked_example_of_benjamini_and_hochberg_finds_four():
    published = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    published += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert false_discovery(published).is_discovery.sum() == 4


def test_what_was_not_tested_counts_for_nothing():
    with_gaps = false_discovery([0.01, np.nan, 0.04])
    assert with_gaps.adjusted[[0, 2]] == pytest.approx(false_discovery([0.01, 0.04]).adjusted)
    assert with_gaps.is_discovery.tolist() == [True, False, True]
    assert false_discovery([np.nan]).is_discovery.tolist() == [False]


def test_a_p_value_above_1_is_refused():
    with pytest.raises(InvalidInput):
        false_discovery([1.2])
