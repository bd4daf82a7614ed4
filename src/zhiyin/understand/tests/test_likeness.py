"""Near agreement is what sets of runs say, however many pairs are asked for."""

import random

import numpy as np

from zhiyin.understand.copies import kept_signs
from zhiyin.understand.likeness import agree
from zhiyin.understand.text import fold_batch

SIGNS = "菜好吃但是上得慢等了四十分钟问三次没人理店员热情环境干净价钱贵下回还来"


def changed(text, *, draw, n_changes):
    signs = list(text)
    for _ in range(n_changes):
        place = draw.randrange(len(signs))
        signs[place : place + draw.randint(0, 1)] = draw.choice(SIGNS)
    return "".join(signs)


def made_pairs(*, n_pairs, n_signs, seed=1):
    draw = random.Random(seed)
    for _ in range(n_pairs):
        text = "".join(draw.choices(SIGNS, k=draw.randint(24, n_signs)))
        yield text, changed(text, draw=draw, n_changes=draw.randint(0, 1 + len(text) // 8))


def by_hand(one, other):
    ours, theirs = ({text[at : at + 4] for at in range(len(text) - 3)} for text in (one, other))
    n_runs = sorted((len(one), len(other)))
    return n_runs[0] - 3 >= 0.7 * (n_runs[1] - 3) and len(ours & theirs) >= 0.7 * len(ours | theirs)


def found_of(pairs):
    kept = kept_signs(fold_batch([text for pair in pairs for text in pair]))
    ours, theirs = np.arange(0, 2 * len(pairs), 2), np.arange(1, 2 * len(pairs), 2)
    return agree(kept.runs, ours, theirs).tolist()


def test_pairs_agree_where_their_sets_of_runs_do():
    pairs = list(made_pairs(n_pairs=2_000, n_signs=90))
    wanted = [min(map(len, pair)) >= 24 and by_hand(*pair) for pair in pairs]
    assert found_of(pairs) == wanted
    assert 300 < sum(wanted) < 1_700


def test_long_texts_are_compared_a_portion_at_a_time():
    pairs = list(made_pairs(n_pairs=250, n_signs=6_000, seed=2))
    assert sum(len(one) + len(other) for one, other in pairs) > 2 << 19
    assert found_of(pairs) == [by_hand(*pair) for pair in pairs]


def test_a_text_without_runs_agrees_with_nothing():
    assert found_of([("", ""), ("很好吃", "很好吃"), (SIGNS, "很好吃")]) == [False, False, False]


def test_no_pairs_are_no_trouble():
    assert found_of([]) == []
