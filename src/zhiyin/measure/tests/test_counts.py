import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.errors import InvalidInput
from zhiyin.measure.counts import count_change


def test_twice_as_many_of_many_is_a_rise_and_half_a_fall():
    assert count_change(200, 100).verdict == "rise"
    assert count_change(100, 200).verdict == "fall"
    assert count_change(2, 1).verdict == "no_real_change"


def test_without_anything_before_nothing_is_said():
    assert count_change(9, 0).value is None
    assert count_change(0, 0).verdict == "unknown"


def test_a_negative_count_is_refused():
    with pytest.raises(InvalidInput):
        count_change(-1, 3)


@given(now=st.integers(0, 10**7), before=st.integers(1, 10**7))
def test_the_interval_holds_the_change_and_the_verdict_follows_it(now, before):
    change = count_change(now, before)
    assert change.low <= change.value + 1e-9
    assert change.high is None or change.value <= change.high + 1e-9
    assert (change.verdict == "rise") is (change.low > 0)
    assert (change.verdict == "fall") is (change.high is not None and change.high < 0)
