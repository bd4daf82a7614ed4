import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.errors import InvalidInput
from zhiyin.measure.importance_performance import Cross, importance_performance


def test_the_four_corners_have_the_published_names():
    found = importance_performance([4, 4, 1, 1], [1, 4, 1, 4], names=list("abcd"))
    assert [one.quadrant for one in found.places] == [
        "improve_first",
        "keep_up",
        "low_priority",
        "possible_overkill",
    ]
    assert (found.importance_line, found.performance_line) == pytest.approx((2.5, 2.5))


def test_the_median_is_not_drawn_by_one_extreme_attribute():
    importance, performance = [1, 2, 30], [1, 2, 3]
    by_mean = importance_performance(importance, performance, names=list("abc"))
    by_median = importance_performance(importance, performance, names=list("abc"), cross=Cross.MEDIAN)
    assert by_mean.places[1].quadrant == "possible_overkill"
    assert by_median.places[1].quadrant == "keep_up"


def test_an_attribute_without_figure_has_no_quadrant_and_moves_no_line():
    found = importance_performance([1, 3, np.nan], [2, 4, 100], names=list("abc"))
    assert found.places[2].quadrant is None
    assert found.performance_line == pytest.approx(3.0)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=10), st.floats(0.1, 10), st.floats(-5, 5))
def test_another_unit_leaves_the_quadrants_as_they_are(values, factor, shift):
    importance = np.round(values, 3)
    names = [str(place) for place in range(len(values))]
    here = importance_performance(importance, importance[::-1], names=names, cross=Cross.MEDIAN)
    there = importance_performance(
        importance * factor, importance[::-1] * factor, names=names, cross=Cross.MEDIAN
    )
    assert [one.quadrant for one in here.places] == [one.quadrant for one in there.places]


def test_unequal_lengths_are_refused():
    with pytest.raises(InvalidInput):
        importance_performance([1], [1, 2], names=["a"])
