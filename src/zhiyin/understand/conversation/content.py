"""What a turn is about: weighted tokens, by which two turns are compared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from zhiyin.understand.conversation.cues import read_lists, read_weights

RARE = 4.5
"""Weight of a token that is not among the common ones."""
_COMMON = 3.0
"""Taken off the weights: the commonest pairs of signs say nothing."""
_FIGURE_WEIGHT = (0.0, 1.5, 4.0, 6.0)
_OPINION_WEIGHT = 3.0
_CONCEPT_WEIGHT = 5.0
_LATIN_WEIGHT = 3.0
_GRAMMAR, _JOINT = (
    frozenset(
        "的了是在我你您他她它们就都也要还又把被给和跟很太这那吗呢吧啊着过得地上下里个不没有说到去来能会"
    ),
    0.4,
)
"""Pairs with one of these signs mostly cut through two words."""
_ASKING, _ASKING_WEIGHT = "ask_", 1.5
_WORD_FLOOR = 0.5
# One class each: linear, whatever the text.
_RUNS = re.compile(r"[\u3400-\u9fff]+|[a-z][a-z']*|[0-9]+")
_ENDINGS = ("ing", "ed", "es", "e", "s", "ly")


def tokens_of(folded: str) -> list[str]:
    """Pairs of neighbouring Han signs, Latin words without their ending, and figures; as they stand."""
    found: list[str] = []
    for run in _RUNS.findall(folded):
        if "0" <= run[0] <= "9":
            found.append(run)
        elif run[0].isascii():
            found.append(_stem(run))
        else:
            found += [run[place : place + 2] for place in range(len(run) - 1)]
    return found


def content_of(folded: str, *, opinions: tuple[str, ...] = ()) -> dict[str, float]:
    """The tokens with what they say. Phrases that mean the same become one token, so that they agree."""
    weights = read_weights()
    content: dict[str, float] = {}
    rest = folded
    for concept, phrases in _concepts().items():
        said = [phrase for phrase in phrases if phrase in folded]
        if said:
            content[f"={concept}"] = _ASKING_WEIGHT if concept.startswith(_ASKING) else _CONCEPT_WEIGHT
        for phrase in said:
            rest = rest.replace(phrase, " ")
    for token in tokens_of(_without_fillers(rest)):
        if "0" <= token[0] <= "9":
            content[token] = _FIGURE_WEIGHT[min(len(token), 3)]
        elif token[0].isascii():
            content[token] = _LATIN_WEIGHT
        else:
            weight = weights.get(token, RARE + _COMMON) - _COMMON
            content[token] = weight * (_JOINT if _GRAMMAR.intersection(token) else 1.0)
    content |= {f"@{aspect}": _OPINION_WEIGHT for aspect in opinions}
    return {token: weight for token, weight in content.items() if weight >= _WORD_FLOOR}


def weight_of(content: Mapping[str, float]) -> float:
    """How much it says altogether."""
    return sum(content.values())


def shared_of(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """How much of it both say."""
    if len(other) < len(one):
        one, other = other, one
    return sum(weight for token, weight in one.items() if token in other)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _without_fillers(folded: str) -> str:
    for filler in _han_fillers():
        if filler in folded:
            folded = folded.replace(filler, " ")
    return " ".join(run for run in _RUNS.findall(folded) if run not in _latin_fillers())


@cache
def _han_fillers() -> list[str]:
    found = [one for one in read_lists("fillers.yaml")["fillers"] if not one.isascii()]
    return sorted(found, key=len, reverse=True)


@cache
def _latin_fillers() -> frozenset[str]:
    return frozenset(one for one in read_lists("fillers.yaml")["fillers"] if one.isascii())


@cache
def _concepts() -> dict[str, list[str]]:
    return read_lists("same_meaning.yaml")
