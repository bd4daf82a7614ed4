"""Gathers what the cues of aspects learn from: labelled texts, written clauses, clauses read by lists."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse

from aspect_clauses import ClauseSet, read_clauses
from aspects import NOT_SPOKEN_OF, Labelled, car_posts, restaurant_reviews

WRITTEN = Path(__file__).parents[1] / "src/zhiyin/understand/data/written"
_WRITTEN_OF = {"restaurant": ("restaurants", "takeaway", "drinks"), "cars": ("cars",)}
OF_WRITTEN, OF_CLAUSES, OF_UNLABELLED = 1.0, 0.3, 0.1
"""Weights beside a labelled text: a written one, a clause of a labelled one, a clause read by word lists."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bag:
    """Texts as clauses, with truth (0 or 1) and weight for each text and aspect."""

    clauses: ClauseSet
    truth: Floats
    weight: Floats


def labelled_of(data: Path, taxonomy: str) -> tuple[Bag, list[Bag], list[str]]:
    """Return the labelled texts of the training half, the other bags, and the aspects."""
    labelled = _labelled(data, taxonomy)
    bag = _bag(labelled.texts, taxonomy=taxonomy, aspects=labelled.aspects)
    truth = (labelled.labels > NOT_SPOKEN_OF).astype(float)
    labels = Bag(clauses=bag.clauses, truth=truth, weight=np.ones_like(truth))
    others = [_written(taxonomy, aspects=labelled.aspects)]
    if taxonomy == "restaurant":
        texts = [row["content"] for row in _rows(data / "unlabelled/restaurant_reviews.csv")]
        read = _bag([text for text in texts if text.strip()], taxonomy=taxonomy, aspects=labelled.aspects)
        others.append(by_clause(read, weight=OF_UNLABELLED))
    return labels, others, labelled.aspects


def bags_of(labelled: Bag, is_in: npt.NDArray[np.bool_]) -> list[Bag]:
    """Return the chosen texts as a bag, and once more with each of their clauses as a text.

    A clause counts as speaking of an aspect if the word lists say so and the text's label agrees; clauses of
    a text that speaks of an aspect elsewhere count for nothing.
    """
    rows = is_in[labelled.clauses.text]
    clauses = labelled.clauses.take(rows)
    chosen = np.unique(clauses.text)
    texts = Bag(clauses=_renumber(clauses), truth=labelled.truth[chosen], weight=labelled.weight[chosen])
    of_text = labelled.truth[clauses.text]
    agreed = clauses.listed * of_text
    known = ((agreed > 0) | (of_text == 0)) * OF_CLAUSES
    return [texts, Bag(clauses=_one_each(clauses), truth=agreed, weight=known)]


def by_clause(bag: Bag, *, weight: float) -> Bag:
    """Return each clause as a text that speaks of what the word lists find in it."""
    listed = bag.clauses.listed.astype(float)
    return Bag(clauses=_one_each(bag.clauses), truth=listed, weight=np.full(listed.shape, weight))


def merge(bags: Sequence[Bag]) -> Bag:
    """Return the bags as one."""
    before = np.cumsum([0, *(len(bag.truth) for bag in bags)])
    return Bag(
        clauses=ClauseSet(
            text=np.concatenate([bag.clauses.text + n for bag, n in zip(bags, before, strict=False)]),
            ngrams=sparse.vstack([bag.clauses.ngrams for bag in bags]).tocsr(),
            listed=np.concatenate([bag.clauses.listed for bag in bags]),
            slack=np.concatenate([bag.clauses.slack for bag in bags]),
        ),
        truth=np.concatenate([bag.truth for bag in bags]),
        weight=np.concatenate([bag.weight for bag in bags]),
    )


def _labelled(data: Path, taxonomy: str) -> Labelled:
    folder = data / "aspects"
    if taxonomy == "cars":
        return car_posts(folder / "car_posts.csv", is_read=True)
    return restaurant_reviews(folder / "restaurant_reviews.csv", text_column="content", only_read=True)


def _bag(texts: list[str], *, taxonomy: str, aspects: list[str]) -> Bag:
    clauses = read_clauses(texts, taxonomy=taxonomy, aspects=aspects)
    empty = np.zeros((len(texts), len(aspects)))
    return Bag(clauses=clauses, truth=empty, weight=empty)


def _written(taxonomy: str, *, aspects: list[str]) -> Bag:
    """Return our own clauses; an aspect that the lists find and no label names counts for nothing."""
    rows = [row for name in _WRITTEN_OF[taxonomy] for row in _written_rows(WRITTEN / f"{name}.tsv")]
    bag = _bag([row["text"] for row in rows], taxonomy=taxonomy, aspects=aspects)
    truth = np.zeros((len(rows), len(aspects)))
    for number, row in enumerate(rows):
        for opinion in filter(None, (row["opinions"] or "").split(";")):
            aspect = opinion.split("|")[3]
            if aspect in aspects:
                truth[number, aspects.index(aspect)] = 1
    listed = np.zeros(truth.shape, dtype=bool)
    np.logical_or.at(listed, bag.clauses.text, bag.clauses.listed)
    chosen = np.unique(bag.clauses.text)
    weight = np.where(listed & (truth == 0), 0.0, OF_WRITTEN)
    return Bag(clauses=_renumber(bag.clauses), truth=truth[chosen], weight=weight[chosen])


def _renumber(clauses: ClauseSet) -> ClauseSet:
    text = np.unique(clauses.text, return_inverse=True)[1].astype(np.int64)
    return ClauseSet(text=text, ngrams=clauses.ngrams, listed=clauses.listed, slack=clauses.slack)


def _one_each(clauses: ClauseSet) -> ClauseSet:
    text = np.arange(len(clauses.text))
    return ClauseSet(text=text, ngrams=clauses.ngrams, listed=clauses.listed, slack=clauses.slack)


def _written_rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)
