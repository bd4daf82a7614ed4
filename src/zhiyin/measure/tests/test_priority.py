import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.errors import InvalidInput
from zhiyin.measure.priority import quadrants, rank, rank_ranges, weight_of
from zhiyin.measure.spread import SpreadModel

WEIGHTS = st.lists(st.floats(0, 1e6), min_size=1, max_size=30)
PROBLEMS = st.lists(
    st.tuples(st.integers(1, 10_000), st.floats(0.01, 1), st.floats(0, 1), st.floats(0.5, 200)),
    min_size=1,
    max_size=20,
)
NINE_TO_ELEVEN = [SpreadModel(hearers=hearers) for hearers in (9, 10, 11)]


def test_the_worked_example_adds_up():
    # 40 people, three stars on average (half of the worst), none in public, ten hearers, one step.
    model = SpreadModel(hearers=10, hops=1)
    assert weight_of(40, harm_each=0.5, public_share=0, model=model).tolist() == [40 * 0.5 * 11]


@given(WEIGHTS)
def test_the_heaviest_is_first_and_places_agree_with_sorting(weights):
    places = rank(weights)
    assert places[int(np.argmax(weights))] == 1
    order = np.argsort(-np.asarray(weights), kind="stable")
    assert (np.diff(places[order]) >= 0).all()


@given(PROBLEMS)
def test_the_place_in_use_lies_within_the_range(problems):
    n, harm, public, days = (np.array(column, float) for column in zip(*problems, strict=True))
    ranges = rank_ranges(n, harm_each=harm, public_share=public, models=NINE_TO_ELEVEN, person_days=days)
    weights = weight_of(n, harm_each=harm, public_share=public, model=NINE_TO_ELEVEN[1])
    for place, found in zip(rank(weights / days), ranges, strict=True):
        assert found.best <= place <= found.worst


@given(PROBLEMS)
def test_hearers_alone_change_no_order_where_all_is_said_in_the_same_way(problems):
    n, harm, _, days = (np.array(column, float) for column in zip(*problems, strict=True))
    # Doubling and halving are exact, so that equals stay equals.
    models = [SpreadModel(hearers=hearers, hops=1) for hearers in (1, 3, 7)]
    ranges = rank_ranges(
        np.round(n),
        harm_each=np.round(harm * 8) / 8,
        public_share=0.0 * n,
        models=models,
        person_days=2 ** np.round(np.log2(days)),
    )
    assert all(one.best == one.worst for one in ranges)


@given(WEIGHTS)
def test_half_of_the_problems_are_heavy(weights):
    found = quadrants(weights, person_days=[1.0] * len(weights))
    assert sum(one == "do_now" for one in found) >= len(weights) / 2
    assert set(found) <= {"do_now", "on_the_side"}


def test_unknown_harm_comes_last_and_is_light():
    assert rank([float("nan"), 1, 2]).tolist() == [3, 2, 1]
    assert quadrants([float("nan"), 1, 2], person_days=[1, 1, 1])[0] == "on_the_side"


def test_ranges_need_a_model_and_days():
    with pytest.raises(InvalidInput):
        rank_ranges([1], harm_each=[1], public_share=[0], models=[])
    with pytest.raises(InvalidInput):
        rank_ranges([1], harm_each=[1], public_share=[0], models=NINE_TO_ELEVEN, person_days=[0])
    with pytest.raises(InvalidInput):
        weight_of(1, harm_each=-0.1, public_share=0, model=SpreadModel())
