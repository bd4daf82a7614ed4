import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from zhiyin.measure.telling import telling

COUNT = st.integers(0, 500)


@given(COUNT, COUNT, COUNT, COUNT)
def test_it_is_the_likelihood_ratio_of_scipy(here, other_here, there, other_there):
    assume(min(here + there, other_here + other_there, here + other_here, there + other_there) > 0)
    ours = telling(here, here + other_here, there, there + other_there)[0]
    theirs = chi2_contingency(
        [[here, there], [other_here, other_there]], correction=False, lambda_="log-likelihood"
    ).statistic
    assert abs(ours) == pytest.approx(theirs, abs=1e-6)
    assert (ours >= 0) == (here * (there + other_there) >= there * (here + other_here))


def test_nothing_tells_nothing():
    assert telling(0, 0, 0, 0).tolist() == [0.0]
    assert telling(0, 10, 0, 10).tolist() == [0.0]
