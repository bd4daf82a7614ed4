"""Which of the names found are those of people who serve: they stand beside a post."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

from zhiyin.understand.contract import PRIVATE_KINDS
from zhiyin.understand.privacy.spans import PrivateSpans
from zhiyin.understand.text import FoldedBatch
from zhiyin.understand.text.lists import read_rows

_NAME = PRIVATE_KINDS.index("name")
_REACH = 8


def staff_names(batch: FoldedBatch, private: PrivateSpans) -> NDArray[np.int64]:
    """Return start and end in the joined text, a row each, of names beside a post (客服小李, 姓赵的骑手)."""
    rows = np.flatnonzero(private.kind == _NAME)
    begins = batch.starts[private.text_index[rows]]
    spans = np.stack((private.start[rows] + begins, private.end[rows] + begins), axis=1).astype(np.int64)
    is_staff = [_is_beside_post(batch.joined, start, end) for start, end in spans.tolist()]
    beside_post: NDArray[np.int64] = spans[np.array(is_staff, dtype=bool)]
    return beside_post


def _is_beside_post(joined: str, start: int, end: int) -> bool:
    before, after = _posts()
    return bool(
        before.search(joined[max(start - _REACH, 0) : start]) or after.match(joined[end : end + _REACH])
    )


@cache
def _posts() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What ends before a name with a post, and what begins after one with it."""
    words = {
        word
        for row in read_rows("private_cues.tsv")
        if row[0] in ("post", "staff")
        for word in row[1].split()
    }
    posts = "|".join(re.escape(word) for word in sorted(words - {"老板", "司机"}, key=len, reverse=True))
    return (
        re.compile(rf"(?:{posts})(?:的|叫|姓|是|名|:|,)?[小阿老]?$"),
        re.compile(rf"(?:的(?:那个|这个|那位)?)?(?:{posts})"),
    )
