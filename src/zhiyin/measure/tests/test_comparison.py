import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from zhiyin.measure.comparison import changes, difference
from zhiyin.measure.net_sentiment import net_sentiment
from zhiyin.measure.proportions import proportion

COUNT = st.integers(1, 400)


@given(COUNT, COUNT, st.data())
def test_for_shares_it_is_newcombes_interval(n_now, n_before, data):
    x_now, x_before = (data.draw(st.integers(0, n)) for n in (n_now, n_before))
    ours = difference(proportion(x_now, n_now), proportion(x_before, n_before))
    theirs = confint_proportions_2indep(x_now, n_now, x_before, n_before, method="newcomb")
    assert (ours.low[0], ours.high[0]) == pytest.approx(theirs, abs=1e-6)


@given(COUNT, COUNT, st.data())
def test_the_p_value_is_small_exactly_where_the_interval_leaves_out_0(n_now, n_before, data):
    x_now, x_before = (data.draw(st.integers(0, n)) for n in (n_now, n_before))
    found = difference(proportion(x_now, n_now), proportion(x_before, n_before))
    excludes = found.low[0] > 1e-12 or found.high[0] < -1e-12
    assert (found.p_value[0] < 0.05 - 1e-12) <= excludes
    assert excludes <= (found.p_value[0] < 0.05 + 1e-12)


def test_many_chance_differences_are_not_called_real():
    random = np.random.default_rng(7)
    plus = random.binomial(200, 0.5, size=(2, 400))
    now, before = (net_sentiment(p, 200 - p, np.full(400, 200)) for p in plus)
    real = [change for change in changes(now, before) if change.verdict != "no_real_change"]
    assert len(real) <= 2


def test_a_side_without_answers_makes_the_change_unknown():
    change = changes(net_sentiment(5, 1, 9), net_sentiment(0, 0, 0))[0]
    assert (change.verdict, change.value, change.n_before) == ("unknown", None, 0)
