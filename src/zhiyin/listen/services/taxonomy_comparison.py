"""What another taxonomy would make of the same texts: who speaks of an aspect more, less, otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec
import pyarrow as pa

from zhiyin.listen.services.learning.in_use import get_model_file
from zhiyin.understand.batches import make_batch_function
from zhiyin.understand.taxonomy import Taxonomy

Way = Literal["gained", "lost", "turned"]
_ROWS_PER_CALL = 1_000
_EXAMPLES = 3
_MOST_EXAMPLES = 90


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """One opinion: aspect, polarity and span in the masked text."""

    aspect: str
    polarity: str
    start: int
    end: int


class ChangedVoice(msgspec.Struct, frozen=True, kw_only=True):
    """A voice that would be understood otherwise: what was and would be said of `aspect`."""

    feedback_id: str
    aspect: str
    way: Way
    before: list[Mark]
    after: list[Mark]


class AspectEffect(msgspec.Struct, frozen=True, kw_only=True):
    """Voices that speak of an aspect before and after; `n_turned` speak of it both times, but otherwise.

    `positive` and `negative` count voices with such an opinion, before and after.
    """

    aspect: str
    zh: str
    en: str
    n_before: int
    n_after: int
    n_gained: int
    n_lost: int
    n_turned: int
    positive: tuple[int, int]
    negative: tuple[int, int]

    @property
    def n_changed(self) -> int:
        """Voices in which anything about the aspect would change."""
        return self.n_gained + self.n_lost + self.n_turned


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Over so many voices: those changed, each aspect, the most changed first, and voices to look at."""

    n_voices: int
    n_changed: int
    aspects: list[AspectEffect]
    examples: list[ChangedVoice]


@dataclass(slots=True)
class _Tally:
    """Of one aspect; lists hold the number before and the number after."""

    n_voices: list[int] = field(default_factory=lambda: [0, 0])
    ways: dict[Way, int] = field(default_factory=lambda: {"gained": 0, "lost": 0, "turned": 0})
    positive: list[int] = field(default_factory=lambda: [0, 0])
    negative: list[int] = field(default_factory=lambda: [0, 0])


def compare_taxonomies(
    voices: Sequence[tuple[str, str]],
    *,
    before: Taxonomy,
    after: Taxonomy,
    tell: Callable[[int], None] = lambda _n: None,
) -> Comparison:
    """What `after` would make of voices (id and masked text), compared with `before`.

    An aspect that was merged counts as the one that took it in, before and after. About 10,000 short
    voices a second; `tell` is called with the number done.
    """
    heirs = after.heirs()
    model = get_model_file()
    old, new = (make_batch_function(taxonomy=one, model=model) for one in (before, after))
    tallies: defaultdict[str, _Tally] = defaultdict(_Tally)
    examples: defaultdict[tuple[str, Way], list[ChangedVoice]] = defaultdict(list)
    n_changed = 0
    for begin in range(0, len(voices), _ROWS_PER_CALL):
        part = voices[begin : begin + _ROWS_PER_CALL]
        batch = pa.record_batch({"text": pa.array([text for _id, text in part], pa.string())})
        pairs = zip(part, _marks(old(batch), heirs=heirs), _marks(new(batch), heirs={}), strict=True)
        for (feedback_id, _text), was, now in pairs:
            changed = _count(tallies, was=was, now=now)
            n_changed += bool(changed)
            for aspect, way in changed:
                if len(examples[aspect, way]) < _EXAMPLES:
                    examples[aspect, way].append(
                        _example(feedback_id, aspect=aspect, way=way, was=was, now=now)
                    )
        tell(min(begin + _ROWS_PER_CALL, len(voices)))
    aspects = _effects(tallies, before=before, after=after)
    # Beside the aspects that changed most stand the voices that show why.
    order = {effect.aspect: place for place, effect in enumerate(aspects)}
    chosen = sorted((one for some in examples.values() for one in some), key=lambda one: order[one.aspect])
    return Comparison(
        n_voices=len(voices), n_changed=n_changed, aspects=aspects, examples=chosen[:_MOST_EXAMPLES]
    )


def _marks(understood: pa.RecordBatch, *, heirs: dict[str, str]) -> Iterator[list[Mark]]:
    for opinions in understood.column("opinions").to_pylist():
        yield [
            Mark(
                aspect=heirs.get(one["aspect"], one["aspect"]),
                polarity=one["polarity"],
                start=one["start"],
                end=one["end"],
            )
            for one in opinions
        ]


def _count(tallies: defaultdict[str, _Tally], *, was: list[Mark], now: list[Mark]) -> list[tuple[str, Way]]:
    """Counts one voice; the aspects about which it would say something else."""
    before, after = _sides(was), _sides(now)
    for place, sides in enumerate((before, after)):
        for aspect, polarities in sides.items():
            tally = tallies[aspect]
            tally.positive[place] += "positive" in polarities
            tally.negative[place] += "negative" in polarities
            tally.n_voices[place] += 1
    changed: list[tuple[str, Way]] = [
        (aspect, "lost" if aspect not in after else "gained" if aspect not in before else "turned")
        for aspect in before.keys() | after.keys()
        if before.get(aspect) != after.get(aspect)
    ]
    for aspect, way in changed:
        tallies[aspect].ways[way] += 1
    return changed


def _sides(marks: list[Mark]) -> dict[str, set[str]]:
    sides: dict[str, set[str]] = {}
    for mark in marks:
        sides.setdefault(mark.aspect, set()).add(mark.polarity)
    return sides


def _effects(tallies: dict[str, _Tally], *, before: Taxonomy, after: Taxonomy) -> list[AspectEffect]:
    """The most changed first, then the most spoken of; without those of which nobody speaks."""
    named = {one.id: one for one in (*before.aspects, *after.aspects)}
    found = [
        AspectEffect(
            aspect=aspect,
            zh=named[aspect].zh,
            en=named[aspect].en,
            n_before=tally.n_voices[0],
            n_after=tally.n_voices[1],
            n_gained=tally.ways["gained"],
            n_lost=tally.ways["lost"],
            n_turned=tally.ways["turned"],
            positive=(tally.positive[0], tally.positive[1]),
            negative=(tally.negative[0], tally.negative[1]),
        )
        for aspect, tally in tallies.items()
    ]
    return sorted(found, key=lambda one: (-one.n_changed, -one.n_after, one.aspect))


def _example(feedback_id: str, *, aspect: str, way: Way, was: list[Mark], now: list[Mark]) -> ChangedVoice:
    return ChangedVoice(
        feedback_id=feedback_id,
        aspect=aspect,
        way=way,
        before=[mark for mark in was if mark.aspect == aspect],
        after=[mark for mark in now if mark.aspect == aspect],
    )
