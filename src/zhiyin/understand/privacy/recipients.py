"""Names beside an address or a phone number, as on a parcel: 中山路12号3栋，王小明收，138…"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from zhiyin.understand.privacy.name_forms import families, is_name
from zhiyin.understand.privacy.spans import Found
from zhiyin.understand.text import FoldedBatch

_REACH = 8
_BEFORE_PHONE = re.compile(r"(?:^|[,.;:\n /|])([㐀-鿿]{2,3})[, :/|]{0,2}$")
_AFTER_ADDRESS = re.compile(r"[, /|]{0,2}([㐀-鿿]{2,3}?)(收|[, :/|]{0,2}(?=[0-9])|(?=\n))")
_FOR = "收"


def find_recipients(batch: FoldedBatch, *, found: Iterable[Found]) -> Iterator[Found]:
    """Yield the names of those to whom an address or a phone number among `found` belongs."""
    joined = batch.joined
    for one in found:
        if one.kind == "phone":
            window = joined[max(0, one.start - _REACH) : one.start]
            match = _BEFORE_PHONE.search(window)
            if match and is_name(match[1]):
                begin = one.start - len(window)
                yield Found(begin + match.start(1), begin + match.end(1), "name")
        elif one.kind == "address":
            match = _AFTER_ADDRESS.match(joined, one.end)
            # 高兴收 is a name though 高兴 is a word.
            if match and (is_name(match[1]) or (match[2] == _FOR and _opens_as_name(match[1]))):
                yield Found(match.start(1), match.end(1), "name")


def _opens_as_name(run: str) -> bool:
    return run[0] in families()
