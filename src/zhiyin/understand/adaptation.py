"""Learns what people corrected, of whole texts and of opinions, on top of any polarity model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhiyin.understand.adapted import Adaptation, digest
from zhiyin.understand.contract import SentimentLabel
from zhiyin.understand.evidence import clauses_of
from zhiyin.understand.judging import Known, Place, TextReading, find_opinion, group_by_taxonomy, read_texts
from zhiyin.understand.polarity import PolarityModel
from zhiyin.understand.sentiment import LABELS, settle
from zhiyin.understand.taught import N_COLUMNS, OPINION, Taught, standing
from zhiyin.understand.teaching import Stretches, learn_stretches

MAX_SIGNS = 400
"""Of longer texts the beginning is learned from; a label of the whole says little of each part."""
ANCHOR = 0.3
"""Weight of a text that is to stay as it is."""
_LARGEST = 2**14
_LEAST = 0.05
"""Weights below would turn nothing, and cost time in every text."""

# Neither praise nor blame: the odds are drawn to even.
_PRAISE: dict[SentimentLabel, float] = {"positive": 1.0, "neutral": 0.5, "mixed": 0.5, "negative": 0.0}

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example(Known):
    """A label that people gave: of the text, or of the opinion from `place[0]` to before `place[1]`.

    `weight` 1 is that of one lesson; offsets are code points of the text.
    """

    weight: float = 1.0
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """Examples made ready for fits. `row` says where an example stands: of the texts, or of the opinions.

    Anchors are behind the examples and stay in every part.
    """

    texts: Stretches
    opinions: Stretches
    is_opinion: npt.NDArray[np.bool_]
    row: Ints

    def take(self, examples: Ints) -> Lessons:
        """Return the lessons of these examples alone, with every anchor."""
        of_opinions = self.is_opinion[examples]
        return Lessons(
            texts=_with_anchors(self.texts, rows=self.row[examples[~of_opinions]]),
            opinions=_with_anchors(self.opinions, rows=self.row[examples[of_opinions]]),
            is_opinion=of_opinions,
            row=np.where(of_opinions, np.cumsum(of_opinions), np.cumsum(~of_opinions)) - 1,
        )


def prepare(base: PolarityModel, examples: Sequence[Example], *, anchors: Sequence[Known] = ()) -> Lessons:
    """Return the lessons of examples; one that is not Chinese teaches nothing.

    `anchors` are texts that are to be read as the base reads them, whatever their label. About 1 s for
    10,000 short texts.
    """
    is_opinion = np.array([one.place is not None for one in examples], dtype=bool)
    kept = [Example(text=one.text, label=one.label, taxonomy=one.taxonomy, weight=ANCHOR) for one in anchors]
    whole = [one for one in examples if one.place is None]
    parts = [one for one in examples if one.place is not None]
    return Lessons(
        texts=_read_wholes(base, [*whole, *kept], n_ours=len(whole)),
        opinions=_read_parts(base, parts, anchors=kept),
        is_opinion=is_opinion,
        row=np.where(is_opinion, np.cumsum(is_opinion), np.cumsum(~is_opinion)) - 1,
    )


def fit(base: PolarityModel, lessons: Lessons, *, version: str) -> Adaptation:
    """Return what the lessons teach; no lesson leads to nothing. Deterministic."""
    text_slots, labels = learn_stretches(lessons.texts)
    opinion_slots, praise = learn_stretches(lessons.opinions)
    slots = np.union1d(text_slots, opinion_slots)
    weights = np.zeros((len(slots), N_COLUMNS))
    weights[np.searchsorted(slots, text_slots), :OPINION] = labels
    weights[np.searchsorted(slots, opinion_slots), OPINION] = praise
    scale = float(np.abs(weights).max(initial=0.0)) / _LARGEST or 1.0
    whole = np.rint(weights / scale).astype(np.int16)
    kept = np.flatnonzero(np.abs(weights).max(axis=1, initial=0.0) >= _LEAST)
    return Adaptation(
        version=version,
        base_version=base.version,
        base_digest=digest(base),
        taught=Taught(slots=slots[kept].astype(np.int32), weights=whole[kept], scale=scale),
    )


def _read_wholes(base: PolarityModel, examples: Sequence[Example], *, n_ours: int) -> Stretches:
    texts = [one.text[:MAX_SIGNS] for one in examples]
    odds, target = np.zeros((len(texts), len(LABELS))), np.zeros((len(texts), len(LABELS)))
    weight = np.array([one.weight for one in examples], dtype=np.float64)
    is_ours = np.arange(len(texts)) < n_ours
    for taxonomy, rows in group_by_taxonomy([one.taxonomy for one in examples]):
        reading = read_texts(base, [texts[row] for row in rows.tolist()], taxonomy=taxonomy)
        said = settle(reading.read.texts)
        odds[rows] = standing(said.label, confidence=said.confidence)
        wanted = [LABELS.index(examples[row].label) for row in rows.tolist()]
        target[rows, np.where(is_ours[rows], wanted, said.label)] = 1.0
        weight[rows] *= reading.is_chinese & (said.label >= 0)
    return Stretches(texts=texts, odds=odds, target=target, weight=weight, is_ours=is_ours)


def _read_parts(base: PolarityModel, examples: Sequence[Example], *, anchors: Sequence[Example]) -> Stretches:
    """Return the clauses of the opinions with the log odds that the base has for them."""
    clauses, odds = [one.text[slice(*(one.place or ()))] for one in examples], np.zeros(len(examples))
    weight = np.array([one.weight for one in examples], dtype=np.float64)
    for taxonomy, rows in group_by_taxonomy([one.taxonomy for one in examples]):
        texts = [examples[row].text for row in rows.tolist()]
        reading = read_texts(base, texts, taxonomy=taxonomy)
        weight[rows] *= reading.is_chinese
        said, told = _clauses(reading), _odds(reading)
        for place, row in enumerate(rows.tolist()):
            found = find_opinion(reading, text=place, at=examples[row].place or (0, 0))
            if found is not None:
                clauses[row], odds[row] = said[found], told[found]
    target = np.array([_PRAISE[one.label] for one in examples], dtype=np.float64)
    held = [_anchored(base, anchors=anchors)] if len(examples) else []
    return Stretches(
        texts=[*clauses, *(text for texts, _odds, _side in held for text in texts)],
        odds=np.concatenate([odds, *(some for _texts, some, _side in held)]),
        target=np.concatenate([target, *(side for _texts, _odds, side in held)]),
        weight=np.concatenate([weight, *(np.full(len(side), ANCHOR) for *_rest, side in held)]),
        is_ours=np.arange(len(examples) + sum(len(side) for *_rest, side in held)) < len(examples),
    )


def _anchored(base: PolarityModel, *, anchors: Sequence[Example]) -> tuple[list[str], Doubles, Doubles]:
    """Return the clauses of all opinions in the anchors, their log odds, and the side they are to keep."""
    clauses, odds, sides = list[str](), [np.zeros(0)], [np.zeros(0)]
    for taxonomy, rows in group_by_taxonomy([one.taxonomy for one in anchors]):
        reading = read_texts(base, [anchors[row].text for row in rows.tolist()], taxonomy=taxonomy)
        clauses += _clauses(reading)
        odds.append(_odds(reading))
        sides.append((reading.read.judged.opinions.polarity + 1) / 2)
    return clauses, np.concatenate(odds), np.concatenate(sides)


def _clauses(reading: TextReading) -> list[str]:
    """Return the words of the clause of each opinion."""
    judged = reading.read.judged
    begin, end, _n_signs = clauses_of(judged.pairs, events=judged.events, context=reading.read.context)
    joined = reading.folded.joined
    return [joined[first:last].strip("\n") for first, last in zip(begin.tolist(), end.tolist(), strict=True)]


def _odds(reading: TextReading) -> Doubles:
    """Return the log odds of praise of each opinion."""
    return reading.read.judged.evidence.odds().astype(np.float64)


def _with_anchors(given: Stretches, *, rows: Ints) -> Stretches:
    return given.take(np.concatenate((rows, np.flatnonzero(~given.is_ours))))
