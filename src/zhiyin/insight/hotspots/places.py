"""Names of places in texts: found by their endings, cut on the left by what texts themselves show."""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

LEAST_TEXTS = 3
"""A name that fewer texts hold is none that statistics could tell."""

_LONGEST = 10
_LEAST_STEM = 2
_LEAST_VARIETY = 2
_LEAST_SHARE = 0.4
_SIGNS = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]+")


def find_places(texts: Sequence[str]) -> dict[str, list[int]]:
    """Name of a place → numbers of the texts that hold it, each once; names of at least three texts.

    At each ending (小区, 路, 村 …) all strings of up to ten signs that end there are candidates. The name is
    the longest one that stands behind at least two different signs (accessor variety: H. Feng et al. (2004),
    Computational Linguistics 30(1):75–93) and in at least two fifths of the texts of the commonest
    candidate, so that 岳麓区梅溪湖路 stays whole where it is always written so. Errs on the side of a name
    too short. Linear in the signs of the texts.
    """
    found: list[list[Sequence[str]]] = [_candidates(text) for text in texts]
    n_texts: Counter[str] = Counter()
    before: dict[str, set[str]] = defaultdict(set)
    for spots in found:
        n_texts.update({name for spot in spots for name in spot})
        for spot in spots:
            for name, sign in _with_signs(spot):
                before[name].add(sign)
    places: dict[str, list[int]] = {}
    for number, spots in enumerate(found):
        for name in dict.fromkeys(_choose(spot, n_texts=n_texts, before=before) for spot in spots):
            if name:
                places.setdefault(name, []).append(number)
    return {name: numbers for name, numbers in places.items() if len(numbers) >= LEAST_TEXTS}


def _candidates(text: str) -> list[Sequence[str]]:
    """At each ending the strings that end there, the shortest first; `^` before one that begins a stretch."""
    rules = _rules()
    spots: list[Sequence[str]] = []
    for stretch in _SIGNS.finditer(text):
        words = stretch.group()
        for ending in rules.endings.finditer(words):
            first = max(0, ending.end() - _LONGEST)
            stem = words[first : ending.start()]
            spot = []
            for length in range(1, len(stem) + 1):
                name = words[ending.start() - length : ending.end()]
                if name[0] in rules.left_stops:
                    break
                if length >= _LEAST_STEM:
                    spot.append(name)
            if len(stem) >= _LEAST_STEM and stem[-1:] and not _is_generic(stem):
                spots.append(spot)
    return [spot for spot in spots if spot]


def _with_signs(spot: Sequence[str]) -> list[tuple[str, str]]:
    """Each candidate with the sign before it: the one that the next longer begins with, `^` for none."""
    return [(name, spot[place + 1][0] if place + 1 < len(spot) else "^") for place, name in enumerate(spot)]


def _choose(spot: Sequence[str], *, n_texts: Counter[str], before: Mapping[str, set[str]]) -> str:
    most = max(n_texts[name] for name in spot)
    fit = [
        name
        for name in spot
        if n_texts[name] >= max(LEAST_TEXTS, _LEAST_SHARE * most)
        # Where a name always begins its stretch, or ends at a stop sign, nothing longer is there.
        and (len(before[name]) >= _LEAST_VARIETY or "^" in before[name])
    ]
    return fit[-1] if fit else ""


def _is_generic(stem: str) -> bool:
    return any(stem.endswith(word) for word in _rules().generic)


class _Rules:
    def __init__(self, words: Mapping[str, Sequence[str] | str]) -> None:
        endings = sorted(words["suffixes"], key=len, reverse=True)
        self.endings = re.compile("|".join(map(re.escape, endings)))
        self.left_stops = frozenset(words["left_stops"])
        self.generic = tuple(words["generic"])


@cache
def _rules() -> _Rules:
    text = files("zhiyin.insight").joinpath("hotspots", "data", "places.toml").read_text("utf-8")
    return _Rules(tomllib.loads(text))
