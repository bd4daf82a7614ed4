"""Order numbers and their like: after a label, or of a form that the company has named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from zhiyin.errors import InvalidInput
from zhiyin.understand.privacy.cues import Cue
from zhiyin.understand.privacy.spans import Found
from zhiyin.understand.text import fold_batch

_LINK = r"(?:号码|编号|号|id|no\.?|number|是|为|is|[:;=/#(\[ ]){0,4}"
_NUMBER = re.compile(_LINK + r"([a-z0-9](?:[a-z0-9]|-(?=[a-z0-9])){4,39})")
_REACH = 56
_MIN_DIGITS = 4

_PLACES = {"#": "[0-9]", "@": "[a-z]", "?": "[a-z0-9]"}
_MIN_PLACES, _MAX_SIGNS, _MAX_PATTERNS = 4, 40, 50


def find_orders(joined: str, *, cues: Mapping[str, list[Cue]]) -> Iterator[Found]:
    """Yield what follows a label (订单号, order number …) and has at least four digits."""
    for cue in cues.get("order", ()):
        match = _NUMBER.match(joined, cue.end, cue.end + _REACH)
        if match is not None and sum(sign.isdecimal() for sign in match[1]) >= _MIN_DIGITS:
            yield Found(match.start(1), match.end(1), "order_number")


def compile_patterns(masks: Sequence[str]) -> re.Pattern[str] | None:
    """Return what finds the company's own numbers, None where it has named none.

    In a mask `#` stands for a digit, `@` for a letter, `?` for either, and any other sign for itself,
    without regard to capitals. A mask has a fixed length, so that nothing can backtrack.

    Raises:
        InvalidInput: a mask has fewer than four places, is longer than 40 signs, or there are over 50.
    """
    if not masks:
        return None
    if len(masks) > _MAX_PATTERNS:
        raise _unusable(f"There are {len(masks)} patterns; {_MAX_PATTERNS} are the most.")
    forms = "|".join(_compile_mask(mask) for mask in sorted(masks, key=len, reverse=True))
    return re.compile(rf"(?<![a-z0-9])(?:{forms})(?![a-z0-9])")


def _compile_mask(mask: str) -> str:
    n_places = sum(sign in _PLACES for sign in mask)
    if n_places < _MIN_PLACES:
        raise _unusable(f"The pattern {mask!r} has {n_places} of the places # @ ?; it needs {_MIN_PLACES}.")
    if len(mask) > _MAX_SIGNS:
        raise _unusable(f"The pattern {mask[:12]!r}… has {len(mask)} signs; {_MAX_SIGNS} are the most.")
    if "\n" in mask:
        raise _unusable(f"The pattern {mask!r} goes over more than one line.")
    folded = fold_batch([mask]).joined[: len(mask)]
    return "".join(_PLACES.get(sign) or re.escape(plain) for sign, plain in zip(mask, folded, strict=True))


def _unusable(reason: str) -> InvalidInput:
    return InvalidInput(
        reason,
        next_step="Write # for a digit, @ for a letter, ? for either: XZ##########.",
        field="private_patterns",
    )


def find_own_orders(joined: str, *, patterns: re.Pattern[str] | None) -> Iterator[Found]:
    """Yield what the company's own patterns match."""
    if patterns is not None:
        for match in patterns.finditer(joined):
            yield Found(match.start(), match.end(), "order_number")
