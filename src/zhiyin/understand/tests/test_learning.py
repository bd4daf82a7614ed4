"""Learning: weights find the side of texts, from nothing or on top of what stands already."""

import numpy as np
import pytest

from zhiyin.understand.learning import Labels, count_ngrams, fit_logistic, learn, quantise
from zhiyin.understand.text import fold_batch

PRAISE = ["味道很好", "服务很好，喜欢", "很好吃", "喜欢这里", "真的很好", "环境很好我喜欢"]
BLAME = ["味道太差", "服务太差，失望", "太难吃", "失望透顶", "真的太差", "环境太差我失望"]
TEXTS = [*PRAISE, *BLAME]
SIDES = np.repeat([1.0, 0.0], 6)


def odds_of(model, texts):
    batch = fold_batch(texts)
    sums = model.prefix_sums(batch.codes)
    return model.log_odds(sums[batch.starts[1:] - 1] - sums[batch.starts[:-1]], n_signs=batch.lengths)


@pytest.fixture(scope="module")
def learned():
    counts, signs = count_ngrams(TEXTS, bits=16)
    labels = Labels(praise=SIDES, importance=np.ones(12))
    return learn(counts, signs=signs, labels=labels, inverse_penalty=10.0)


def test_unseen_texts_of_known_words_are_told_apart(learned):
    model = quantise(learned, version="x", bits=16)
    praise, blame = odds_of(model, ["饭菜很好", "饭菜太差"])
    assert praise > 0.5 > -0.5 > blame


def test_no_weight_stands_at_the_slot_that_is_no_ngram(learned):
    assert learned.table[0] == 0
    assert quantise(learned, version="x", bits=16).table[0] == 0


def test_texts_without_weight_teach_nothing(learned):
    counts, signs = count_ngrams([*TEXTS, *TEXTS], bits=16)
    labels = Labels(praise=np.append(SIDES, 1 - SIDES), importance=np.repeat([1.0, 0.0], 12))
    again = learn(counts, signs=signs, labels=labels, inverse_penalty=10.0)
    assert np.allclose(again.table, learned.table)


def test_what_a_model_knows_already_needs_no_weights():
    counts, _ = count_ngrams(TEXTS, bits=16)
    labels = Labels(praise=SIDES, importance=np.ones(12))
    weights, _ = fit_logistic(counts, labels=labels, inverse_penalty=1.0, offset=40 * (SIDES - 0.5))
    anew, _ = fit_logistic(counts, labels=labels, inverse_penalty=1.0)
    assert np.abs(weights).max() < 1e-3 < np.abs(anew).max()
