"""Surfaces of one and two code points are found by look-up, wherever they stand."""

import numpy as np
import pytest

from zhiyin.understand.lexicon.short import index_short, is_short

SURFACES = ["菜", "好吃", "好", "吃饭", "😀", "很好吃", "ok", "a"]


def found(text):
    codes = np.array([ord(sign) for sign in text], dtype=np.uint32)
    surface, start, end = index_short(SURFACES).find(codes)
    return sorted((int(s), int(e), SURFACES[n]) for n, s, e in zip(surface.tolist(), start, end, strict=True))


def test_overlapping_surfaces_are_all_found():
    assert found("菜好吃饭") == [(0, 1, "菜"), (1, 2, "好"), (1, 3, "好吃"), (2, 4, "吃饭")]


def test_the_edges_of_the_text_hide_nothing():
    assert found("好") == [(0, 1, "好")]
    assert found("ok") == [(0, 2, "ok")]
    assert found("") == []


def test_signs_beyond_the_first_plane_are_left_to_the_automaton():
    assert not is_short("😀")
    assert found("😀\uffff好") == [(2, 3, "好")]


@pytest.mark.parametrize(("surface", "expected"), [("菜", True), ("好吃", True), ("很好吃", False)])
def test_only_one_or_two_signs_are_short(surface, expected):
    assert is_short(surface) is expected


def test_pairs_that_share_a_slot_are_all_found_and_nothing_else():
    draw = np.random.default_rng(4)
    signs = [chr(code) for code in range(0x4E00, 0x4E00 + 300)]
    pairs = sorted({"".join(draw.choice(signs, 2)) for _ in range(20_000)})
    look_up = index_short(pairs)
    assert look_up.n_steps > 0
    text = "".join(draw.choice(signs, 50_000))
    surface, start, _ = look_up.find(np.array([ord(sign) for sign in text], dtype=np.uint32))
    known = set(pairs)
    wanted = [(at, text[at : at + 2]) for at in range(len(text) - 1) if text[at : at + 2] in known]
    assert sorted(zip(start.tolist(), (pairs[one] for one in surface.tolist()), strict=True)) == wanted
