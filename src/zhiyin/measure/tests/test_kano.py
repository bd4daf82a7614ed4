import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.errors import InvalidInput
from zhiyin.measure.kano import kano
from zhiyin.measure.penalty_reward import penalty_reward

ANSWERS = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=80)
# Functional 1 to 5 downwards, dysfunctional 1 to 5 across, as in Berger et al. (1993).
PUBLISHED = ["QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"]


@pytest.mark.parametrize("functional", range(1, 6))
@pytest.mark.parametrize("dysfunctional", range(1, 6))
def test_each_pair_has_the_letter_of_the_published_table(functional, dysfunctional):
    found = kano([functional], [dysfunctional])
    assert found.counts[PUBLISHED[functional - 1][dysfunctional - 1]] == 1


PAIRS = {"A": (1, 3), "O": (1, 5), "M": (3, 5), "I": (3, 3), "R": (3, 1), "Q": (1, 1)}


def _answers(letters):
    return [PAIRS[one][0] for one in letters], [PAIRS[one][1] for one in letters]


@pytest.mark.parametrize(
    ("letters", "category"),
    [
        ("AAOOMMII", "must_be"),
        ("AAOOMII", "one_dimensional"),
        ("AAOII", "attractive"),
        ("AIIRR", "indifferent"),
        ("RRQ", "reverse"),
    ],
)
def test_ties_go_to_what_is_missed_most(letters, category):
    assert kano(*_answers(letters)).category == category


def test_better_and_worse_follow_their_formula():
    found = kano(*_answers("A" * 30 + "O" * 40 + "M" * 20 + "I" * 10 + "R" * 3 + "Q" * 2))
    assert (found.better.value, found.worse.value) == (0.7, -0.6)
    assert (found.better.n, found.n) == (100, 105)
    assert -1 <= found.worse.low < -0.6 < found.worse.high <= 0


def test_a_small_lead_is_not_clear_and_a_large_one_is():
    assert not kano(*_answers("A" * 30 + "O" * 28)).is_clear
    assert kano(*_answers("A" * 50 + "O" * 8)).is_clear


def test_gaps_are_left_out_and_counted():
    found = kano([1, np.nan, 2], [5, 5, np.nan])
    assert (found.n, found.n_left_out) == (1, 2)


def test_nobody_answering_has_no_category():
    found = kano([], [])
    assert (found.category, found.better.value, found.worse.value) == (None, None, None)


def test_an_answer_outside_the_scale_is_refused():
    with pytest.raises(InvalidInput, match="1 to 5"):
        kano([6], [1])


@given(ANSWERS)
def test_letters_add_up_to_the_pairs(pairs):
    found = kano([one for one, _ in pairs], [two for _, two in pairs])
    assert sum(found.counts.values()) == found.n == len(pairs)


def _reviews(n=4000, seed=0):
    """Cleanliness is taken for granted, surprise delights, taste does both, parking nothing."""
    random = np.random.default_rng(seed)
    said = random.choice([-1, 0, 1], size=(n, 4), p=[0.2, 0.6, 0.2])
    lift, fall = np.array([0.1, 0.9, 0.7, 0.0]), np.array([0.9, 0.1, 0.7, 0.0])
    stars = 3 + (said > 0) @ lift - (said < 0) @ fall + random.normal(scale=0.8, size=n)
    return said > 0, said < 0, stars


NAMES = ["clean", "surprise", "taste", "parking"]


def test_the_asymmetry_tells_the_kind_of_each_aspect():
    good, bad, stars = _reviews()
    found = penalty_reward(good, bad, stars, names=NAMES)
    assert [one.category for one in found.contrasts] == [
        "must_be",
        "attractive",
        "one_dimensional",
        "indifferent",
    ]


def test_coefficients_and_intervals_agree_with_statsmodels_hc1():
    good, bad, stars = _reviews(n=500)
    found = penalty_reward(good, bad, stars, names=NAMES)
    design = sm.add_constant(np.hstack([good, bad]).astype(float))
    model = sm.OLS(stars, design).fit(cov_type="HC1")
    low, high = model.conf_int()[1]
    assert (found.contrasts[0].reward.low, found.contrasts[0].reward.high) == pytest.approx((low, high))
    both = model.t_test(np.eye(9)[2] + np.eye(9)[6])
    assert found.contrasts[1].asymmetry.value == pytest.approx(both.effect[0])
    assert [found.contrasts[1].asymmetry.low] == pytest.approx([both.conf_int()[0][0]])
    assert found.base.value == pytest.approx(model.params[0])
    assert found.r_squared == pytest.approx(model.rsquared)


def test_counted_rows_equal_repeated_rows():
    good, bad, stars = _reviews(n=200)
    times = np.arange(200) % 4
    once = penalty_reward(good, bad, stars, names=NAMES, counts=times)
    again = penalty_reward(*(np.repeat(part, times, axis=0) for part in (good, bad, stars)), names=NAMES)
    for one, two in zip(once.contrasts, again.contrasts, strict=True):
        assert (one.reward.low, one.penalty.high) == pytest.approx((two.reward.low, two.penalty.high))


def test_an_aspect_that_nobody_blames_has_no_penalty_and_no_category():
    good, bad, stars = _reviews(n=300)
    bad[:, 2] = False
    taste = penalty_reward(good, bad, stars, names=NAMES).contrasts[2]
    assert (taste.penalty.value, taste.asymmetry.value, taste.category) == (None, None, None)
    assert taste.reward.value is not None


def test_too_few_voices_are_refused():
    with pytest.raises(InvalidInput, match="too few"):
        penalty_reward(np.eye(2), np.eye(2)[::-1], [1, 2], names=["a", "b"])
