import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.errors import InvalidInput
from zhiyin.measure.harm import harm, severity

STARS = st.floats(1, 5)
PEOPLE = st.integers(0, 100_000)


@given(STARS, PEOPLE)
def test_severity_lies_between_0_and_1(stars, n):
    assert 0 <= severity(stars, n)[0] <= 1


@given(PEOPLE, STARS, PEOPLE)
def test_more_people_or_fewer_stars_never_harm_less(people, stars, rated):
    here = harm(people, mean_stars=stars, n_rated=rated)[0]
    assert harm(people + 1, mean_stars=stars, n_rated=rated)[0] >= here
    assert harm(people, mean_stars=max(1, stars - 0.5), n_rated=rated)[0] >= here


def test_without_ratings_only_the_people_count():
    assert harm([10, 30], mean_stars=[np.nan, np.nan], n_rated=[0, 0]).tolist() == [5.0, 15.0]


def test_stars_outside_the_scale_are_refused():
    with pytest.raises(InvalidInput):
        severity(6, 3)
