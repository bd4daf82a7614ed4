"""The words beside which private data stands: labels, titles, posts."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import NamedTuple

import ahocorasick_rs

from zhiyin.understand.privacy.name_forms import family_names
from zhiyin.understand.text.lists import read_rows


class Cue(NamedTuple):
    """One telling word at `[start, end)` of the joined text."""

    start: int
    end: int


@cache
def _automaton() -> tuple[ahocorasick_rs.AhoCorasick, list[str]]:
    pairs = {word: role for role, words in read_rows("private_cues.tsv") for word in words.split(" ")}
    suffixes = [word for word, role in pairs.items() if role == "short"]
    for suffix in suffixes:
        del pairs[suffix]
        pairs |= {name + suffix: pairs.get(name + suffix, "short") for name in family_names("frequent")}
    words = [word.replace("_", " ") for word in pairs]
    return ahocorasick_rs.AhoCorasick(words, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest), list(
        pairs.values()
    )


def find_cues(joined: str) -> dict[str, list[Cue]]:
    """Return the telling words by role (first column of `private_cues.tsv`), in order; no role has None."""
    automaton, roles = _automaton()
    cues: defaultdict[str, list[Cue]] = defaultdict(list)
    for pattern, start, end in automaton.find_matches_as_indexes(joined):
        cues[roles[pattern]].append(Cue(start, end))
    return cues
