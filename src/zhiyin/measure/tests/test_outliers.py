import numpy as np
import pytest

from zhiyin.measure.outliers import net_score_outliers


def draw(random, shares, sizes):
    drawn = np.array([random.multinomial(n, p) for n, p in zip(sizes, shares, strict=True)])
    return drawn[:, 0], drawn[:, 1], np.asarray(sizes)


def test_units_that_are_alike_do_not_stand_out():
    random = np.random.default_rng(5)
    sizes = random.integers(1, 300, 300)
    found = net_score_outliers(*draw(random, [(0.6, 0.3, 0.1)] * 300, sizes))
    assert found.is_out.sum() <= 3


def test_a_truly_bad_unit_is_found_among_many():
    random = np.random.default_rng(6)
    shares = [(0.6, 0.3, 0.1)] * 299 + [(0.2, 0.7, 0.1)]
    found = net_score_outliers(*draw(random, shares, [120] * 300))
    assert found.is_out[-1]
    assert found.is_out.sum() <= 3
    assert found.value[-1] < found.expected[-1] < found.common


def test_a_unit_of_three_bad_mentions_does_not_stand_out():
    found = net_score_outliers([600, 0, 300], [300, 3, 150], [1000, 3, 500])
    assert not found.is_out[1]


def test_mentions_of_few_voices_weigh_as_few():
    plus, minus, n = [60, 20], [30, 60], [100, 100]
    assert net_score_outliers(plus, minus, n).is_out.all()
    assert not net_score_outliers(plus, minus, n, n_independent=[4, 4]).is_out.any()


@pytest.mark.parametrize(
    "counts", [([5], [1], [9]), ([5, 5], [0, 0], [5, 5]), ([], [], []), ([0, 0], [0, 0], [0, 0])]
)
def test_where_nothing_can_be_compared_nothing_stands_out(counts):
    assert not net_score_outliers(*counts).is_out.any()
