"""Signs are told by look-up, also those beyond the first plane, which are none of any set."""

import numpy as np

from zhiyin.understand.text.signs import are_any_of


def told(text, signs):
    return are_any_of(np.array([ord(sign) for sign in text], dtype=np.uint32), signs).tolist()


def test_only_the_signs_named_are_told():
    assert told("不好吃没有", "不没") == [True, False, False, True, False]


def test_no_signs_are_no_trouble():
    assert told("", "不") == []


def test_signs_beyond_the_first_plane_are_none_of_them():
    assert told("😀\U00024e0d\uffff", "不") == [False, False, False]
