"""Numbers spelled in words: one three eight …, yi san ba …; and addresses with a spelled at."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping

from zhiyin.understand.privacy.cues import Cue
from zhiyin.understand.privacy.spans import Found

_ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_PINYIN = ("ling", "yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu")
_ALSO = {"oh": 0, "yao": 1, "liang": 2}
_DIGITS = {word: digit for words in (_ENGLISH, _PINYIN) for digit, word in enumerate(words)} | _ALSO
# Longer words first, so that none is taken for the beginning of another.
_WORD = "|".join(sorted(_DIGITS, key=len, reverse=True))
_SPELLED = re.compile(rf"(?<![a-z])(?:(?:{_WORD})[ ,.-]{{1,3}}){{6,19}}(?:{_WORD})(?![a-z])")
_AT = re.compile(
    r"(?<![a-z0-9._-])[a-z0-9._-]{2,32} ?[(\[](?:at|@)[)\]] ?[a-z0-9-]{1,32}(?:\.[a-z0-9-]{2,16}){1,3}"
    r"|(?<![a-z0-9._-])[a-z0-9._-]{2,32} at [a-z0-9-]{1,32} dot [a-z]{2,8}(?![a-z])"
)


def find_spelled(joined: str, *, cues: Mapping[str, list[Cue]]) -> Iterator[Found]:
    """Yield phones of seven digits or more that are spelled in words, and e-mail addresses without "@"."""
    if "spelled_at" in cues:
        yield from (Found(match.start(), match.end(), "email") for match in _AT.finditer(joined))
    if "spelled" in cues:
        for match in _SPELLED.finditer(joined):
            if not _is_counting([_DIGITS[word] for word in re.findall(_WORD, match[0])]):
                yield Found(match.start(), match.end(), "phone")


def _is_counting(digits: list[int]) -> bool:
    """Whether somebody counts, up or down: one two three four five six seven."""
    steps = {after - before for before, after in itertools.pairwise(digits)}
    return steps in ({1}, {-1})
