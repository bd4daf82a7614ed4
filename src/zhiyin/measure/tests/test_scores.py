import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.errors import InvalidInput
from zhiyin.measure.scores import ces, csat, nps


def test_nps_counts_promoters_minus_detractors():
    answers = [10] * 50 + [8] * 30 + [4] * 20
    score = nps(answers)
    assert score.value == pytest.approx(30)
    assert score.n == 100
    assert score.low < 30 < score.high


@given(st.lists(st.integers(0, 10), min_size=1, max_size=200))
def test_nps_stays_in_its_range(answers):
    score = nps(answers)
    assert -100 <= score.low <= score.value <= score.high <= 100


def test_missing_answers_are_left_out():
    assert nps([10, float("nan"), 0]).n == 2
    assert csat([5, float("nan")]).n == 1
    assert nps([]).value is None


def test_csat_is_the_share_of_the_two_highest_steps():
    assert csat([5, 4, 3, 2, 1]).value == 0.4
    assert csat([7, 6, 5], best=7).value == pytest.approx(2 / 3)
    assert csat([5, 4, 3], n_boxes=1).value == pytest.approx(1 / 3)


def test_effort_asked_either_way_gives_the_same_score():
    agreement = [7, 6, 2, 4]
    assert ces(agreement, high_is_easy=True) == ces([8 - a for a in agreement], high_is_easy=False)
    assert ces(agreement, high_is_easy=True).mean.value == 4.75


@pytest.mark.parametrize("call", [lambda: nps([11]), lambda: csat([0]), lambda: ces([8], high_is_easy=True)])
def test_an_answer_outside_the_scale_is_refused(call):
    with pytest.raises(InvalidInput, match="outside the scale"):
        call()
