"""Baselines by weekday, tails and what stands out together: against other libraries, and as properties."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from zhiyin.errors import InvalidInput
from zhiyin.measure.anomalies import _attained, count_band, count_tails, level_each, several_together
from zhiyin.measure.keyness import key_words
from zhiyin.measure.seasonal import Cells, expect, week_profile

POSITIVE = st.floats(0.01, 200)


def cells(rows, *, n_steps):
    """Rows of counts, newest past step first, as cells."""
    series, step = np.nonzero(rows)
    return Cells(series=series, step=step + 1, n=rows[series, step], n_series=len(rows), n_steps=n_steps)


@settings(deadline=None)
@given(st.integers(0, 80), POSITIVE, st.floats(0.3, 1e4))
def test_tails_are_those_of_scipys_negative_binomial(k, mu, r):
    tails = count_tails([k], expected=[mu], size=[r])
    law = stats.nbinom(r, r / (r + mu))
    assert tails.rise[0] == pytest.approx(law.sf(k - 1), rel=1e-7, abs=1e-300)
    assert tails.fall[0] == pytest.approx(law.cdf(k), rel=1e-7, abs=1e-300)


@settings(deadline=None)
@given(POSITIVE, st.floats(0.5, 1e4))
def test_the_band_holds_its_share(mu, r):
    low, high = count_band([mu], size=[r], share=0.99)
    law = stats.nbinom(r, r / (r + mu))
    assert law.cdf(low[0] - 1) <= 0.005 + 1e-9
    assert law.sf(high[0]) <= 0.005 + 1e-9


def test_a_margin_makes_both_tails_larger():
    near, far = (count_tails([20, 4], expected=[10, 10], size=[50, 50], margin=m) for m in (0, 0.2))
    assert (far.rise > near.rise).all()
    assert (far.fall > near.fall).all()


def test_what_is_not_above_nothing_is_refused():
    with pytest.raises(InvalidInput):
        count_tails([1], expected=[0.0], size=[1.0])
    with pytest.raises(InvalidInput):
        expect(cells(np.ones((1, 4)), n_steps=5), profile=[1.0], prior_mean=[0.0])
    with pytest.raises(InvalidInput):
        week_profile([1, 2], n_phases=5)
    with pytest.raises(InvalidInput):
        level_each(1.0, n_tests=0)


def test_a_known_weekly_rhythm_is_found_again():
    chance = np.random.default_rng(3)
    truth = np.array([0.5, 1.0, 1.0, 1.0, 1.0, 1.5, 1.0])
    steps = np.arange(1, 57)
    y = chance.poisson(400 * truth[steps % 7])
    assert week_profile(y, n_phases=7) == pytest.approx(truth / truth.mean(), abs=0.06)


def test_the_rate_of_a_plain_series_is_that_of_a_poisson_regression():
    chance = np.random.default_rng(5)
    rows = chance.poisson(30, (1, 56)).astype(float)
    found = expect(cells(rows, n_steps=57), profile=[1.0], prior_mean=[30.0], half_life_steps=1e9)
    model = sm.GLM(rows[0], np.ones(56), family=sm.families.Poisson()).fit()
    assert found.expected[0] == pytest.approx(np.exp(model.params[0]), rel=0.01)


def test_overdispersion_is_seen_where_there_is_some():
    chance = np.random.default_rng(7)
    calm, wild = chance.poisson(50, 56), chance.negative_binomial(4, 4 / 54, 56)
    found = expect(
        cells(np.stack([calm, wild]).astype(float), n_steps=57), profile=[1.0], prior_mean=[50.0, 50.0]
    )
    assert found.size[0] > 2 * found.size[1]


def test_one_terrible_week_does_not_become_the_ordinary():
    y = np.full((1, 56), 5.0)
    y[0, 10:17] = 90.0
    found = expect(cells(y, n_steps=57), profile=[1.0], prior_mean=[5.0])
    assert found.expected[0] < 0.6 * y.mean()


def test_nothing_heard_before_leaves_much_doubt():
    nothing = expect(cells(np.zeros((1, 56)), n_steps=57), profile=[1.0], prior_mean=[0.05])
    assert nothing.expected[0] < 0.05
    surer = count_tails([3], expected=nothing.expected, size=[1e9]).rise
    assert count_tails([3], expected=nothing.expected, size=nothing.size).rise > 5 * surer


@pytest.mark.parametrize("mean", [0.05, 0.6, 8.0, 120.0])
def test_false_alarms_stay_within_their_level(mean):
    chance = np.random.default_rng(11)
    y = chance.poisson(mean, (20_000, 57)).astype(float)
    found = expect(cells(y[:, 1:], n_steps=57), profile=[1.0], prior_mean=np.full(20_000, mean))
    tails = count_tails(y[:, 0], expected=found.expected, size=found.size)
    for level in (0.05, 0.01, 0.001):
        assert np.mean(tails.rise <= level) <= 1.35 * level + 3e-4
        assert np.mean(tails.fall <= level) <= 1.35 * level + 3e-4


def test_a_few_units_together_are_seen_and_chance_is_not():
    chance = np.random.default_rng(13)
    mu = np.full((300, 200), 0.1)
    y = chance.poisson(mu)
    size = np.full((300, 200), 1e9)
    assert np.mean(several_together(y, expected=mu, size=size) <= 0.05) <= 0.05
    y[:9, 0] += 2
    assert several_together(y, expected=mu, size=size)[0] < 1e-4


def test_units_that_are_unknown_do_not_count():
    y = np.array([[9.0], [0.0]])
    assert several_together(y, expected=np.array([[np.nan], [0.1]]), size=np.ones((2, 1)))[0] == 1.0


def test_of_phrases_in_the_same_texts_the_longest_is_told():
    now = [["sour", "sour syrup", "syrup"]] * 5
    assert [one.word for one in key_words(now, [["sweet"]] * 50)] == ["sour syrup"]
    assert key_words([], [["a"]]) == []


@settings(deadline=None)
@given(st.floats(0.001, 30), st.floats(0.3, 1e4))
def test_the_least_count_that_stands_out_is_that_of_scipy(mu, r):
    law = stats.nbinom(r, r / (r + mu))
    for level, (least, reached) in zip(
        (0.05, 0.01, 0.001), _attained(np.array([mu]), np.array([r])), strict=True
    ):
        assert reached[0] == pytest.approx(law.sf(least[0] - 1), rel=1e-6, abs=1e-12)
        assert reached[0] <= level + 1e-9
        assert least[0] == 1 or law.sf(least[0] - 2) > level - 1e-9
