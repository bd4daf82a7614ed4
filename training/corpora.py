"""Reads the public data sets into labelled examples, and says which texts are kept back."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from zhiyin.understand.written import read_written

HELD_OUT_TENTHS = 2
WRITTEN = "written"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One labelled text: whether it judges at all, and if so, whether it is praise.

    `importance` weighs the side it takes in training (0: it takes none), `judging_importance` that it judges.
    """

    source: str
    text: str
    is_positive: bool
    importance: float = 1.0
    is_judging: bool = True
    judging_importance: float = 0.1


def held_out(text: str) -> bool:
    """Tell whether a text is kept back: two tenths, by the hash of the text, so that copies stay together."""
    return _number(text) % 10 < HELD_OUT_TENTHS


def fold_of(text: str, *, n_folds: int) -> int:
    """Return which of the folds a text belongs to, by another part of its hash."""
    return _number(text) // 10 % n_folds


def _number(text: str) -> int:
    return int(hashlib.sha256(text.strip().encode()).hexdigest()[:8], 16)


def read_examples(data: Path) -> list[Example]:
    """Return every example below `data`, in a fixed order."""
    return [example for example in _all(data) if example.text.strip()]


def _all(data: Path) -> Iterator[Example]:
    for row in _rows(data / "sentiment/shopping.csv"):
        yield Example(source="shopping", text=row["review"], is_positive=row["label"] == "1")
    for row in _rows(data / "sentiment/takeaway.csv"):
        yield Example(source="takeaway", text=row["review"], is_positive=row["label"] == "1", importance=2.0)
    for row in _rows(data / "sentiment/electronics.csv"):
        yield Example(
            source="electronics", text=row["sentence"], is_positive=row["label"] == "Positive", importance=3.0
        )
    yield from _car_posts(data / "aspects/car_posts.csv")
    yield from _cosmetics(data / "aspects")
    yield from _written()


def _car_posts(path: Path) -> Iterator[Example]:
    """Yield the posts; those that take both sides, or one on a part of their subjects, have none to learn."""
    sides: dict[str, set[str]] = {}
    texts: dict[str, str] = {}
    for row in _rows(path):
        sides.setdefault(row["content_id"], set()).add(row["sentiment_value"])
        texts[row["content_id"]] = row["content"]
    for post, values in sides.items():
        is_one_sided = values in ({"1"}, {"-1"})
        yield Example(
            source="cars",
            text=texts[post],
            is_positive=values == {"1"},
            importance=1.0 if is_one_sided else 0.0,
            is_judging=values != {"0"},
            judging_importance=2.0 if is_one_sided else 1.0,
        )


def _written() -> Iterator[Example]:
    """Yield the clauses written and labelled for this project."""
    for clause in read_written():
        yield Example(
            source=WRITTEN,
            text=clause.text,
            is_positive=clause.polarity == "positive",
            importance=1.0 if clause.polarity in {"positive", "negative"} else 0.0,
            is_judging=clause.polarity != "neutral",
            judging_importance=1.0,
        )


def _cosmetics(folder: Path) -> Iterator[Example]:
    """Yield the judgements on cosmetics, each with the words of its clause."""
    texts = {row["id"]: row["Reviews"] for row in _rows(folder / "cosmetics_reviews.csv")}
    for row in _rows(folder / "cosmetics_opinions.csv"):
        if row["Polarities"] not in {"正面", "负面"} or not row["O_start"].strip():
            continue
        text = texts[row["id"]]
        begin, end = int(row["O_start"]), int(row["O_end"])
        if row["A_start"].strip():
            begin, end = min(begin, int(row["A_start"])), max(end, int(row["A_end"]))
        yield Example(
            source="cosmetics",
            text=text[begin:end],
            is_positive=row["Polarities"] == "正面",
            importance=0.3,
            judging_importance=0.0,
        )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)
