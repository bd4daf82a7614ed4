"""Agreement of labels, and whether a change in it is real."""

import numpy as np
import pytest

from zhiyin.measure.agreement import compare_agreement


def test_figures_are_those_reckoned_by_hand():
    found = compare_agreement([0, 0, 0, 1, 1, 2], before=[0, 0, 1, 1, -1, 2], after=[0] * 6, n_labels=4)
    # F1 of the labels given: 2·2/(3+2), 2·1/(2+2), 1; label 3 was never given.
    assert found.before.macro_f1.value == pytest.approx((0.8 + 0.5 + 1) / 3)
    assert found.before.share_right.value == pytest.approx(4 / 6)
    assert found.after.macro_f1.value == pytest.approx((6 / 9) / 3)
    assert found.share_right.value == pytest.approx(-1 / 6)


def test_the_same_labels_are_no_change_and_many_better_ones_are_a_rise():
    truth = np.tile([0, 1, 2], 100)
    worse = np.where(np.arange(300) % 5 == 0, 0, truth)
    same = compare_agreement(truth, before=worse, after=worse, n_labels=3)
    assert (same.macro_f1.value, same.macro_f1.low, same.macro_f1.verdict) == (0, 0, "no_real_change")
    better = compare_agreement(truth, before=worse, after=truth, n_labels=3)
    assert better.macro_f1.verdict == better.share_right.verdict == "rise"
    assert better.macro_f1.low < better.macro_f1.value < better.macro_f1.high
    assert compare_agreement(truth, before=truth, after=worse, n_labels=3).macro_f1.verdict == "fall"


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    dice, n_in = np.random.default_rng(7), 0
    for _ in range(200):
        truth = dice.integers(0, 2, 200)
        found = np.where(dice.random(200) < 0.8, truth, 1 - truth)
        share = compare_agreement(truth, before=found, after=found, n_labels=2).before.share_right
        n_in += share.low <= 0.8 <= share.high
    assert n_in >= 180


def test_of_nothing_and_of_one_item_nothing_is_claimed():
    assert compare_agreement([], before=[], after=[], n_labels=3).macro_f1.verdict == "unknown"
    one = compare_agreement([1], before=[0], after=[1], n_labels=3)
    assert (one.share_right.value, one.share_right.low, one.share_right.verdict) == (1.0, None, "unknown")
