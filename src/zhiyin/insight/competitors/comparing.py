"""What a text says when it sets us beside a competitor: better, worse or alike, and in which aspect."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Outcome = Literal["better", "worse", "alike", "unclear"]

_ENDS = re.compile(r"[。！？!?；;，,\n…~～]")
_NEAR = 24  # code points after the name within which a judgement is of it
_BEFORE = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An opinion in the text, from `start` to before `end`."""

    aspect: str
    aspect_name: str
    polarity: str
    term: str
    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One naming of a competitor. `outcome` is ours; `aspects` (id → name) are those of the same clause."""

    outcome: Outcome
    aspects: Mapping[str, str]
    words: Sequence[str]
    start: int
    end: int


def find_names(text: str, names: Sequence[str]) -> list[tuple[int, int]]:
    """Where one of the names stands (folded case), from start to end; a Latin name as a whole word."""
    folded = text.casefold()
    if len(folded) != len(text):  # a sign that folds into two would move all offsets
        folded = text.lower() if len(text.lower()) == len(text) else text
    found: list[tuple[int, int]] = []
    for name in sorted({name.casefold() for name in names if name}, key=len, reverse=True):
        place = folded.find(name)
        while place >= 0:
            end = place + len(name)
            is_taken = any(start < end and place < stop for start, stop in found)
            if not is_taken and not _cuts_word(folded, start=place, end=end):
                found.append((place, end))
            place = folded.find(name, end)
    return sorted(found)


def compare(text: str, *, span: tuple[int, int], opinions: Sequence[Said]) -> Comparison:
    """What the clause around the competitor's name says of us against it.

    The rules are phrases of `comparisons.toml`: what stands before the name, what between it and the
    judgement, and the judgement itself. Where none fits the outcome is `unclear`: errs on saying nothing.
    """
    first, last = _clause(text, span)
    before = text[max(first, span[0] - _BEFORE) : span[0]].casefold()
    after = text[span[1] : min(last, span[1] + _NEAR)].casefold()
    if not after.strip() and before.rstrip().endswith(_rules()["opening"]):
        last = _clause(text, (last + 1, last + 1))[1]  # 比起X，这里好多了
        after = text[span[1] + 1 : last].casefold()
    inside = [one for one in opinions if one.start < last and one.end > first]
    # 茶 in 喜茶 is no tea: an opinion whose thing is a part of the name counts only where none other does.
    name = text[span[0] : span[1]]
    own = [one for one in inside if not (one.term and one.term in name)] or inside
    return Comparison(
        outcome=_outcome(before, after),
        aspects={one.aspect: one.aspect_name for one in own},
        words=tuple(dict.fromkeys(one.word for one in own if one.word)),
        start=span[0],
        end=span[1],
    )


def is_unnamed(words: str) -> bool:
    """Whether it means somebody else without saying who, as 隔壁那家."""
    folded = words.casefold()
    return any(word in folded for word in _rules()["unnamed"])


def _outcome(before: str, after: str) -> Outcome:
    rules = _rules()
    lead = before.rstrip()
    if lead.endswith(rules["behind"]):
        return "worse"
    if lead.endswith(rules["beside"]) and any(word in after for word in rules["alike"]):
        return "alike"
    if lead.endswith(rules["level"]):
        return "alike"
    if lead.endswith(rules["against"]):
        judged = _judge(after, before) or (_judge(before) if "than" in lead or "compared" in lead else 0)
        return {1: "better", -1: "worse"}.get(judged, "unclear")  # type: ignore[return-value]
    if any(word in after for word in rules["of_them"]):
        return {1: "worse", -1: "better"}.get(_judge(after, before), "unclear")  # type: ignore[return-value]
    return "unclear"


def _judge(words: str, before: str = "") -> int:
    """1 for praise, −1 for blame, 0 for neither: the first word that judges, turned round by a "not".

    High is good but for prices, which stand in the words or `before`; low the other way round.
    """
    rules = _rules()
    if (height := next((sign for sign in words if sign in "高低"), "")) and height == words.strip()[:1]:
        is_price = any(word in before for word in rules["price"])
        return 1 if (height == "高") != is_price else -1
    found = [
        (place, -len(word), sign)
        for sign, key in ((1, "good"), (-1, "bad"))
        for word in rules[key]
        if (place := words.find(word)) >= 0
    ]
    if not found:
        return 0
    place, _, sign = min(found)
    is_turned = words[:place].rstrip().endswith(rules["not"])
    # 好贵, 好慢: "so", not "good".
    if sign == 1 and words[place] == "好" and words[place + 1 : place + 2] in rules["bad"]:
        sign = -1
    return -sign if is_turned else sign


def _clause(text: str, span: tuple[int, int]) -> tuple[int, int]:
    before = [found.end() for found in _ENDS.finditer(text, 0, span[0])]
    after = _ENDS.search(text, span[1])
    return (before[-1] if before else 0), (after.start() if after else len(text))


def _cuts_word(text: str, *, start: int, end: int) -> bool:
    def is_latin(place: int) -> bool:
        return 0 <= place < len(text) and text[place].isascii() and text[place].isalnum()

    return (is_latin(start) and is_latin(start - 1)) or (is_latin(end - 1) and is_latin(end))


@cache
def _rules() -> Mapping[str, tuple[str, ...]]:
    text = files("zhiyin.insight").joinpath("competitors", "data", "comparisons.toml").read_text("utf-8")
    return {key: tuple(words) for key, words in tomllib.loads(text).items()}
