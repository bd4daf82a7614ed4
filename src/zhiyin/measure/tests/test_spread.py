import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.errors import InvalidInput
from zhiyin.measure.spread import SpreadModel, reach

SHARES = st.floats(0, 1)
MODELS = st.builds(
    SpreadModel,
    hearers=st.floats(0, 30),
    share_telling=SHARES,
    retelling=st.floats(0, 0.9),
    hops=st.integers(1, 6),
    public_factor=st.floats(0, 10),
)


def test_nine_to_eleven_hearers_are_ten_to_twelve_people_with_the_unhappy_one():
    found = [float(reach(0, model=SpreadModel(hearers=h, hops=1))[0]) for h in (9, 10, 11)]
    assert found == [10, 11, 12]


@given(MODELS, SHARES)
def test_nobody_is_reached_by_fewer_than_the_unhappy_one(model, share):
    assert reach(share, model=model)[0] >= 1


@given(MODELS)
def test_the_chain_is_the_geometric_series(model):
    d, k = model.retelling, model.hops
    assert model.chain == pytest.approx((1 - d**k) / (1 - d))


@given(MODELS, SHARES, SHARES)
def test_the_reach_is_linear_in_the_share_that_is_public(model, one, other):
    middle = reach((one + other) / 2, model=model)
    assert middle == pytest.approx((reach(one, model=model) + reach(other, model=model)) / 2)


@given(st.floats(0, 30), st.floats(0, 30), SHARES)
def test_more_hearers_never_reach_fewer(one, other, share):
    low, high = sorted((one, other))
    assert reach(share, model=SpreadModel(hearers=low)) <= reach(share, model=SpreadModel(hearers=high))


def test_nobody_telling_leaves_the_unhappy_one_alone():
    assert reach([0, 0.4, 1], model=SpreadModel(share_telling=0)).tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    "wrong",
    [{"hearers": -1}, {"hearers": float("nan")}, {"share_telling": 1.1}, {"retelling": 1.0}, {"hops": 0}],
)
def test_a_number_out_of_range_is_refused_by_its_name(wrong):
    with pytest.raises(InvalidInput, match=next(iter(wrong))):
        SpreadModel(**wrong)


def test_a_share_out_of_range_is_refused():
    with pytest.raises(InvalidInput):
        reach(np.array([0.2, 1.2]), model=SpreadModel())
