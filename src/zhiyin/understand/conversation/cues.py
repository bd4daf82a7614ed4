"""The phrases of conversations, found in all turns at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import ahocorasick_rs
import msgspec
import numpy as np

from zhiyin.understand.conversation.model import Cue, HeardTurn, Speaker
from zhiyin.understand.text import fold_batch

ASKS = "asks:"
"""Before the name of what is asked for, in the kinds of phrases from `slots.yaml`."""
OTHER_WORD = "other_word"
_LONGEST_OTHER = 6
_FOLDER = Path(__file__).parents[1] / "data" / "conversation"


def hear(texts: Sequence[str], *, speakers: Sequence[Speaker]) -> list[HeardTurn]:
    """The turns folded, with the phrases that stand in them, in order of place. Linear in the signs."""
    if not texts:
        return []
    batch = fold_batch(texts)
    automaton, kinds, lengths = _automaton()
    found: list[list[Cue]] = [[] for _ in texts]
    hits = automaton.find_matches_as_indexes(batch.joined, overlapping=True)
    table = np.array(hits, dtype=np.int64).reshape(-1, 3)
    owners = np.searchsorted(batch.starts, table[:, 1], side="right") - 1
    for (phrase, start, end), owner in zip(table.tolist(), owners.tolist(), strict=True):
        if lengths[phrase] and _cuts_word(batch.joined, start=start, end=end):
            continue
        begin = int(batch.starts[owner])
        found[owner] += [Cue(kind=kind, start=start - begin, end=end - begin) for kind in kinds[phrase]]
    starts = batch.starts.tolist()
    return [
        HeardTurn(
            speaker=speakers[row],
            folded=batch.joined[starts[row] : starts[row + 1] - 1],
            cues=_in_order(found[row]),
        )
        for row in range(len(texts))
    ]


def _in_order(cues: list[Cue]) -> list[Cue]:
    """The phrases by place, without those that stand inside another word by chance."""
    ends = {cue.start: cue.end for cue in cues if cue.kind == OTHER_WORD}
    kept = [cue for cue in cues if not (ends and _stands_inside(cue, ends=ends))]
    return sorted(kept, key=lambda cue: (cue.start, -cue.end))


def _stands_inside(cue: Cue, *, ends: Mapping[int, int]) -> bool:
    return any(
        ends.get(start, 0) >= cue.end and (start, ends[start]) != (cue.start, cue.end)
        for start in range(cue.start - _LONGEST_OTHER, cue.start + 1)
    )


def _cuts_word(joined: str, *, start: int, end: int) -> bool:
    """Whether a phrase of Latin letters begins or ends inside a longer word."""
    before, after = joined[start - 1 : start], joined[end : end + 1]
    return (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha())


@cache
def _automaton() -> tuple[ahocorasick_rs.AhoCorasick, list[list[str]], list[bool]]:
    """The automaton, and for each phrase its kinds and whether it is bounded by Latin letters."""
    kinds_of: dict[str, list[str]] = {}
    asked = {f"{ASKS}{slot}": phrases for slot, phrases in read_lists("slots.yaml").items()}
    for kind, phrases in (read_lists("cues.yaml") | asked).items():
        for phrase in phrases:
            kinds_of.setdefault(phrase.lower(), []).append(kind)
    phrases = list(kinds_of)
    is_latin = [phrase[0].isascii() and phrase[0].isalpha() for phrase in phrases]
    automaton = ahocorasick_rs.AhoCorasick(
        phrases, implementation=ahocorasick_rs.Implementation.ContiguousNFA
    )
    return automaton, [kinds_of[phrase] for phrase in phrases], is_latin


@cache
def read_lists(name: str) -> dict[str, list[str]]:
    """The lists of phrases in a data file of this room, by kind."""
    return msgspec.yaml.decode((_FOLDER / name).read_bytes(), type=dict[str, list[str]])


@cache
def read_weights() -> dict[str, float]:
    """How much each common token says; what is not listed says `content.RARE`."""
    lines = (_FOLDER / "token_weights.tsv").read_text(encoding="utf-8").split("\n")
    pairs = (line.split("\t") for line in lines if line and not line.startswith("# "))
    return {token: float(weight) for token, weight in pairs}
