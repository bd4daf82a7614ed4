"""Order numbers and their like: after a label, or of a form that the company has named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from zhiyin.errors import InvalidInput
from zhiyin.understand.privacy.cues import Cue
from zhiyin.understand.privacy.spans import Found

_LINK = r"(?:号码|编号|号|id|no\.?|number|是|为|is|[:;=/#(\[ ]){0,4}"
_NUMBER = re.compile(_LINK + r"([a-z0-9](?:[a-z0-9]|-(?=[a-z0-9])){4,39})")
_REACH = 56
_MIN_DIGITS = 4


def find_orders(joined: str, *, cues: Mapping[str, list[Cue]]) -> Iterator[Found]:
    """Yield what follows a label (订单号, order number …) and has at least four digits."""
    for cue in cues.get("order", ()):
        match = _NUMBER.match(joined, cue.end, cue.end + _REACH)
        if match is not None and sum(sign.isdecimal() for sign in match[1]) >= _MIN_DIGITS:
            yield Found(match.start(1), match.end(1), "order_number")


def find_own_orders(joined: str, *, patterns: Sequence[str]) -> Iterator[Found]:
    """Yield what the company's own patterns match, each match cut at the end of its text.

    Raises:
        InvalidInput: a pattern is no regular expression.
    """
    for pattern in patterns:
        try:
            compiled = re.compile(pattern, re.IGNORECASE)
        except re.error as error:
            raise InvalidInput(
                f"The order number pattern {pattern!r} is no regular expression ({error}).",
                next_step="Correct it in the settings.",
                field="order_number_patterns",
            ) from error
        for match in compiled.finditer(joined):
            end = joined.find("\n", match.start(), match.end())
            yield Found(match.start(), match.end() if end < 0 else end, "order_number")
