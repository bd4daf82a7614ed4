"""What a candidate would change in the voices said last: counts of moves, and voices to look at."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import msgspec
import numpy as np

from zhiyin.listen.services.learning.report import ChangedVoice, Move
from zhiyin.understand.judging import NOT_FOUND, POLARITIES, TextReading, read_texts
from zhiyin.understand.polarity import PolarityModel
from zhiyin.understand.sentiment import LABELS
from zhiyin.understand.taxonomy import Taxonomy

N_VOICES = 10_000
_TEXTS_PER_CALL = 1_000
_EXAMPLES_PER_MOVE = 20
_MOST_EXAMPLES = 200

_Place = tuple[int, int, int, int]
"""Text, aspect, start and end of an opinion."""


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """How many voices would change, by which moves; `n_touched` counts those with other opinions too."""

    n_changed: int
    n_touched: int
    moves: list[Move]
    opinion_moves: list[Move]
    examples: list[ChangedVoice]


class _Tally:
    """Counts moves and keeps the first voices of each."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.examples: defaultdict[tuple[str, str], list[ChangedVoice]] = defaultdict(list)

    def add(self, one: ChangedVoice) -> None:
        move = (one.before, one.after)
        self.counts[move] += 1
        if len(self.examples[move]) < _EXAMPLES_PER_MOVE:
            self.examples[move].append(one)

    def moves(self) -> list[Move]:
        return [Move(before=old, after=new, n=n) for (old, new), n in self.counts.most_common()]

    def in_order(self) -> list[list[ChangedVoice]]:
        return [self.examples[move] for move, _n in self.counts.most_common()]


def compare_on_voices(
    voices: Sequence[tuple[str, str]],
    *,
    before: PolarityModel,
    after: PolarityModel,
    taxonomy: Taxonomy,
) -> Effect:
    """What would change in the labels and opinions of voices (id and masked text)."""
    whole, parts, touched = _Tally(), _Tally(), set[str]()
    for start in range(0, len(voices), _TEXTS_PER_CALL):
        part = voices[start : start + _TEXTS_PER_CALL]
        texts = [text or "" for _id, text in part]
        was, now = (read_texts(model, texts, taxonomy=taxonomy) for model in (before, after))
        for one in _changed_labels(part, was=was, now=now):
            whole.add(one)
            touched.add(one.feedback_id)
        for one in _changed_opinions(part, was=was, now=now, taxonomy=taxonomy):
            parts.add(one)
            touched.add(one.feedback_id)
    return Effect(
        n_changed=sum(whole.counts.values()),
        n_touched=len(touched),
        moves=whole.moves(),
        opinion_moves=parts.moves(),
        examples=_interleave([*whole.in_order(), *parts.in_order()])[:_MOST_EXAMPLES],
    )


def _changed_labels(
    voices: Sequence[tuple[str, str]], *, was: TextReading, now: TextReading
) -> list[ChangedVoice]:
    old, new = was.labels(), now.labels()
    return [
        ChangedVoice(feedback_id=voices[row][0], before=_name(int(old[row])), after=_name(int(new[row])))
        for row in np.flatnonzero(old != new).tolist()
    ]


def _changed_opinions(
    voices: Sequence[tuple[str, str]], *, was: TextReading, now: TextReading, taxonomy: Taxonomy
) -> list[ChangedVoice]:
    old, new = _opinions(was), _opinions(now)
    places = sorted(place for place in {*old, *new} if old.get(place) != new.get(place))
    return [
        ChangedVoice(
            feedback_id=voices[text][0],
            before=old.get((text, aspect, start, end), ""),
            after=new.get((text, aspect, start, end), ""),
            aspect=taxonomy.aspects[aspect].id,
            start=start,
            end=end,
        )
        for text, aspect, start, end in places
    ]


def _opinions(reading: TextReading) -> dict[_Place, str]:
    found, starts = reading.read.judged.opinions, reading.folded.starts
    begin = starts[found.text]
    places = zip(
        found.text.tolist(),
        found.aspect.tolist(),
        (found.start - begin).tolist(),
        (found.end - begin).tolist(),
        strict=True,
    )
    return {
        place: POLARITIES[polarity + 1]
        for place, polarity in zip(places, found.polarity.tolist(), strict=True)
    }


def _name(label: int) -> str:
    return LABELS[label] if label != NOT_FOUND else ""


def _interleave(some: list[list[ChangedVoice]]) -> list[ChangedVoice]:
    """One of each kind of change, then a second of each, so that the first twenty show them all."""
    longest = max(map(len, some), default=0)
    return [one[place] for place in range(longest) for one in some if place < len(one)]
