import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.errors import InvalidInput
from zhiyin.measure.health import Observed, change_of, health

ages = st.floats(0, 4000)
observed = st.builds(
    Observed,
    moods=st.lists(st.tuples(ages, st.floats(-1, 1)), max_size=20),
    troubles=st.lists(ages, max_size=10),
    active=st.lists(ages, max_size=20),
    orders=st.lists(st.tuples(ages, st.floats(0, 1e6)), max_size=20),
)


@given(observed)
def test_the_score_and_its_parts_stay_between_0_and_100(seen):
    found = health(seen)
    if found is not None:
        assert 0 <= found.score <= 100.000001
        assert all(0 <= part <= 100.000001 for part in found.parts.values())
        assert sum(found.weights.values()) == pytest.approx(1)


@given(observed, observed)
def test_the_parts_of_a_change_sum_to_it(earlier, later):
    before, now = health(earlier), health(later)
    if before is None or now is None:
        return
    change = change_of(now, before=before)
    assert sum(change.parts.values()) == pytest.approx(change.points, abs=1e-6)
    assert change.points == pytest.approx(now.score - before.score)


def test_a_complaint_lowers_health_and_time_heals():
    happy = Observed(moods=[(10, 0.8)])
    fresh = health(Observed(moods=[(10, 0.8)], troubles=[0]))
    old = health(Observed(moods=[(10, 0.8)], troubles=[360]))
    assert fresh.score < old.score < health(happy).score


def test_who_stays_away_longer_than_usual_loses_rhythm():
    usual = health(Observed(active=[5, 15, 25, 35]))
    late = health(Observed(active=[40, 50, 60, 70]))
    assert usual.parts["rhythm"] == 100
    assert late.parts["rhythm"] == pytest.approx(12.5)


def test_spending_as_before_is_the_middle():
    found = health(Observed(orders=[(10, 100), (200, 100)]))
    assert found.parts["spending"] == pytest.approx(50)


def test_nothing_known_is_no_score_and_no_failure():
    assert health(Observed()) is None


def test_an_age_in_the_future_is_refused():
    with pytest.raises(InvalidInput):
        health(Observed(troubles=[-1]))
