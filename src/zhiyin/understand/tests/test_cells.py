"""Clause cells: packed lanes sum as whole numbers do, and no neighbour in the batch changes an answer."""

import numpy as np
import pytest

from zhiyin.understand.cells import (
    LANES,
    LONGEST,
    LONGEST_SUMMED,
    N_KINDS,
    ClauseCells,
    blend,
    pack,
    share_of,
    split,
    unpack,
)
from zhiyin.understand.clauses import classify
from zhiyin.understand.polarity import load_polarity, text_ngrams
from zhiyin.understand.text import fold_batch

BITS = 10
N_LANES = 2 * LANES
N_CELLS = N_LANES - 3 - 2 * N_KINDS


@pytest.fixture(scope="module")
def cells():
    draw = np.random.default_rng(3)
    table = draw.integers(-127, 128, (1 << BITS, N_LANES)).astype(np.int8)
    table[0] = 0
    return ClauseCells(
        bits=BITS,
        packed=pack(table, slots=np.arange(1 << BITS), bits=BITS),
        scale=np.full(N_LANES, 0.002),
        bias=draw.normal(size=N_CELLS),
        lean=draw.normal(size=N_LANES - N_CELLS),
        weights=draw.normal(size=(3 * N_CELLS, 2)),
        intercept=np.array([0.1, -0.2]),
    )


def read(cells, texts):
    batch = fold_batch(texts)
    slots = text_ngrams(batch.codes, bits=BITS)
    return cells.read(slots, bits=BITS, classes=classify(batch.codes), is_end=batch.codes == ord("\n"))


def by_hand(cells, text):
    table, batch = unpack(cells.packed).astype(np.int64), fold_batch([text])
    codes, is_end = batch.codes, batch.codes == ord("\n")
    begins, _ = split(classify(codes), is_end=is_end)
    clauses = [[] for _ in begins]
    for slots, order in text_ngrams(codes, bits=BITS):
        for place, slot in enumerate(slots):
            weights = table[slot] * (np.arange(N_LANES) < (N_LANES if order <= LONGEST_SUMMED else N_CELLS))
            clauses[np.searchsorted(begins, place + order - 1, side="right") - 1].append(weights)
    totals = np.array([np.sum(rows, axis=0) for rows in clauses])
    signs = np.diff(np.append(begins, len(codes)))
    sums = cells.scale[:N_CELLS] * totals[:, :N_CELLS] / np.sqrt(signs)[:, None]
    found = np.tanh(cells.bias + sums)
    pooled = np.concatenate((found.sum(0) / np.sqrt(len(found)), found.max(0), found.min(0)))
    odds = cells.intercept + pooled @ cells.weights
    length = np.sqrt(max(len(codes) - 1, 1))
    whole = cells.lean + cells.scale[N_CELLS:] * totals[:, N_CELLS:].sum(0) / length
    odds[1] += whole[0]
    told = blend(whole[2 : 2 + N_KINDS], kinds=whole[2 + N_KINDS : -1])
    return np.concatenate((odds, told, (whole[1], share_of(whole[-1]))))


@pytest.mark.parametrize(
    "text", ["好", "菜好吃，但是上菜慢！等了四十分钟", "慢" * 200, "a b c", "，，，", ""]
)
def test_packed_lanes_say_what_plain_sums_say(cells, text):
    assert np.allclose(read(cells, [text])[0], by_hand(cells, text), atol=2e-3)


def test_a_place_in_the_batch_changes_no_bit(cells):
    texts = ["味道不错，下次还来", "", "太慢", "等了很久很久。" * 40, "好"]
    together = read(cells, texts)
    assert all(np.array_equal(read(cells, [text])[0], row) for text, row in zip(texts, together, strict=True))


def test_the_heaviest_weights_do_not_overflow_a_lane():
    table = np.full((1 << BITS, N_LANES), 127, dtype=np.int8)
    table[0] = 0
    heavy = ClauseCells(
        bits=BITS,
        packed=pack(table, slots=np.arange(1 << BITS), bits=BITS),
        scale=np.ones(N_LANES),
        bias=np.zeros(N_CELLS),
        lean=np.zeros(N_LANES - N_CELLS),
        weights=np.zeros((3 * N_CELLS, 2)),
        intercept=np.zeros(2),
    )
    n_signs = 10 * LONGEST
    [[_, judging, *_]] = read(heavy, ["很" * n_signs])
    n_ngrams = LONGEST_SUMMED * n_signs - 3
    assert judging == pytest.approx(127 * n_ngrams / np.sqrt(n_signs))


def test_no_clause_is_longer_than_a_lane_can_sum():
    codes = fold_batch(["长" * 300, "短，" * 3]).codes
    begins, first = split(classify(codes), is_end=codes == ord("\n"))
    assert np.diff(np.append(begins, len(codes))).max() <= LONGEST
    assert begins[first].tolist() == [0, 301]


def test_a_text_of_no_known_kind_is_left_to_what_all_texts_taught():
    praise = (np.array([2.0, 2.0, 2.0]), np.array([-2.0, -2.0, -2.0]))
    said, share = blend(praise, kinds=(np.array([-30.0, 30.0, 30.0]), np.array([-30.0, -30.0, 30.0])))
    assert np.allclose(said, [0, 2, 0])
    assert np.allclose(share, [0, 1, 1])


def test_packing_loses_nothing():
    table = np.random.default_rng(1).integers(-127, 128, (16, 8)).astype(np.int8)
    assert np.array_equal(unpack(pack(table, slots=np.arange(16), bits=4)), table)


def test_flat_talk_judges_less_than_blame_and_praise():
    texts = ["点了中杯少糖", "请问几点关门", "太难吃了，再也不来", "非常满意，五星好评"]
    batch = fold_batch(texts)
    asked, told, blame, praise = load_polarity().read(batch.codes, classes=classify(batch.codes)).judging
    assert max(asked, told) < min(blame, praise)
