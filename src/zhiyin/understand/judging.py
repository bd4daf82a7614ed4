"""What a model makes of texts whose labels are known, read as `Analyser` reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from zhiyin.understand.contract import SentimentLabel
from zhiyin.understand.languages import detect_languages
from zhiyin.understand.lexicon import compile_lexicon
from zhiyin.understand.lexicon.compile import Lexicon
from zhiyin.understand.polarity import PolarityModel
from zhiyin.understand.privacy import find_private
from zhiyin.understand.readable import make_readable
from zhiyin.understand.reading import BatchReading, read_batch
from zhiyin.understand.sentiment import LABELS, settle
from zhiyin.understand.taxonomy import Taxonomy, load_taxonomy
from zhiyin.understand.text import FoldedBatch, fold_batch
from zhiyin.understand.written import WrittenClause, taxonomy_of

POLARITIES = ("negative", "neutral", "positive")
NOT_FOUND = -1
"""No sentiment can be told, or no opinion is found at the labelled words."""
_TAXONOMIES_AT_HAND = 12

Ints = npt.NDArray[np.int64]
Place = tuple[int, int]
"""Where words begin and, not included, end in a text, in code points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A text with the label that people gave it, and the taxonomy to read it by."""

    text: str
    label: SentimentLabel
    taxonomy: Taxonomy


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was labelled and what was found, side by side; `group` is the index of the text.

    For texts the numbers index `LABELS`, for opinions `POLARITIES`; `NOT_FOUND` where there is nothing.
    """

    truth: Ints
    found: Ints
    group: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class TextReading:
    """A batch of one taxonomy as a model reads it."""

    folded: FoldedBatch
    is_chinese: npt.NDArray[np.bool_]
    read: BatchReading

    def labels(self) -> Ints:
        """Return the sentiment of each text, an index of `LABELS` or `NOT_FOUND`."""
        return settle(self.read.texts).label.astype(np.int64)


def read_texts(model: PolarityModel, texts: Sequence[str], *, taxonomy: Taxonomy) -> TextReading:
    """Return what the model reads in the texts."""
    whole = fold_batch(texts)
    languages = np.array(detect_languages(whole), dtype="U4")
    folded = make_readable(whole, private=find_private(whole)).batch
    read = read_batch(folded, languages=languages, lexicon=_lexicon(taxonomy), model=model)
    return TextReading(folded=folded, is_chinese=languages == "zh", read=read)


def group_by_taxonomy(taxonomies: Sequence[Taxonomy]) -> list[tuple[Taxonomy, Ints]]:
    """Return each taxonomy with the places where it stands."""
    places: dict[Taxonomy, list[int]] = {}
    for place, taxonomy in enumerate(taxonomies):
        places.setdefault(taxonomy, []).append(place)
    return [(taxonomy, np.array(some)) for taxonomy, some in places.items()]


def judge_texts(model: PolarityModel, known: Sequence[Known]) -> Judged:
    """Return the sentiment of whole texts as labelled and as the model has it."""
    found = np.full(len(known), NOT_FOUND)
    for taxonomy, rows in group_by_taxonomy([one.taxonomy for one in known]):
        texts = [known[row].text for row in rows.tolist()]
        found[rows] = read_texts(model, texts, taxonomy=taxonomy).labels()
    truth = np.array([LABELS.index(one.label) for one in known], dtype=np.int64)
    return Judged(truth=truth, found=found, group=np.arange(len(known)))


def judge_opinions(model: PolarityModel, clauses: Sequence[WrittenClause]) -> Judged:
    """Return the polarity of each labelled opinion, and of ours that shares most of its words."""
    truth, found, group = list[int](), list[int](), list[int]()
    for taxonomy, rows in group_by_taxonomy([written_taxonomy(one.industry) for one in clauses]):
        reading = read_texts(model, [clauses[row].text for row in rows.tolist()], taxonomy=taxonomy)
        opinions, starts = reading.read.judged.opinions, reading.folded.starts
        for place, row in enumerate(rows.tolist()):
            mine = np.flatnonzero(opinions.text == place)
            begin, end = opinions.start[mine] - starts[place], opinions.end[mine] - starts[place]
            for one in clauses[row].opinions:
                at = clauses[row].text.find(one.words)
                shared = np.minimum(end, at + len(one.words)) - np.maximum(begin, at)
                best = int(np.argmax(shared)) if len(shared) else -1
                is_met = best >= 0 and shared[best] > 0
                truth.append(POLARITIES.index(one.polarity))
                found.append(int(opinions.polarity[mine[best]]) + 1 if is_met else NOT_FOUND)
                group.append(row)
    return Judged(truth=np.array(truth), found=np.array(found), group=np.array(group))


def judge_places(model: PolarityModel, known: Sequence[Known], *, places: Sequence[Place]) -> Judged:
    """Return the polarity at each place of its text as labelled, and of our opinion that shares most signs.

    A `mixed` label counts as neutral.
    """
    found = np.full(len(known), NOT_FOUND)
    for taxonomy, rows in group_by_taxonomy([one.taxonomy for one in known]):
        reading = read_texts(model, [known[row].text for row in rows.tolist()], taxonomy=taxonomy)
        polarity = reading.read.judged.opinions.polarity
        for text, row in enumerate(rows.tolist()):
            best = find_opinion(reading, text=text, at=places[row])
            if best is not None:
                found[row] = polarity[best] + 1
    labels = ("neutral" if one.label == "mixed" else one.label for one in known)
    truth = np.array([POLARITIES.index(label) for label in labels], dtype=np.int64)
    return Judged(truth=truth, found=found, group=np.arange(len(known)))


def find_opinion(reading: TextReading, *, text: int, at: Place) -> int | None:
    """Return the opinion of the text that shares most signs with the place; None where none does."""
    opinions, start = reading.read.judged.opinions, int(reading.folded.starts[text])
    mine = np.flatnonzero(opinions.text == text)
    shared = np.minimum(opinions.end[mine] - start, at[1]) - np.maximum(opinions.start[mine] - start, at[0])
    best = int(np.argmax(shared)) if len(shared) else -1
    return int(mine[best]) if best >= 0 and shared[best] > 0 else None


@lru_cache(maxsize=_TAXONOMIES_AT_HAND)
def written_taxonomy(industry: str) -> Taxonomy:
    """Return the built-in taxonomy of written clauses of an industry."""
    return load_taxonomy(taxonomy_of(industry))


@lru_cache(maxsize=_TAXONOMIES_AT_HAND)
def _lexicon(taxonomy: Taxonomy) -> Lexicon:
    return compile_lexicon(taxonomy)
