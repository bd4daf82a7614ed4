"""Scores aspects found against labelled reviews: spoken of or not, and with which polarity."""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sklearn.metrics import f1_score

from zhiyin.understand import Analyser

NOT_SPOKEN_OF = -2
_SIGNS = {"positive": 1, "neutral": 0, "negative": -1}
_ONE_SIDED = 1 / 3
_SUBJECTS = {
    "动力": "power",
    "价格": "price",
    "油耗": "fuel",
    "操控": "handling",
    "配置": "configuration",
    "舒适性": "comfort",
    "安全性": "safety",
    "内饰": "interior",
    "外观": "exterior",
    "空间": "space",
}

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """Texts with a label for each aspect: 1, 0, -1, or `NOT_SPOKEN_OF`."""

    texts: list[str]
    aspects: list[str]
    labels: Ints


def used_for_lists(text: str) -> bool:
    """Tell whether a text was read to improve the word lists (half, by hash); figures are of the others."""
    return int(hashlib.sha256(text.strip().encode()).hexdigest()[:8], 16) % 2 == 0


def restaurant_reviews(
    path: Path, *, text_column: str, only_unread: bool = False, only_read: bool = False
) -> Labelled:
    """Return the reviews of a file with one column an aspect: one half, or all."""
    left_out = {True: only_unread, False: only_read}
    rows = [row for row in _rows(path) if not left_out[used_for_lists(row[text_column])]]
    groups = ("location_", "service_", "price_", "environment_", "dish_")
    columns = [name for name in rows[0] if name.startswith(groups)]
    return Labelled(
        texts=[row[text_column] for row in rows],
        aspects=[name.replace("traffic_convenience", "traffic") for name in columns],
        labels=np.array([[int(row[name]) for name in columns] for row in rows]),
    )


def car_posts(path: Path, *, is_read: bool = False) -> Labelled:
    """Return the read or the unread half of the posts on cars."""
    texts: dict[str, str] = {}
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in _rows(path):
        if used_for_lists(row["content"]) == is_read:
            texts[row["content_id"]] = row["content"]
            found[row["content_id"]][_SUBJECTS[row["subject"]]] = int(row["sentiment_value"])
    aspects = list(_SUBJECTS.values())
    labels = [[found[post].get(aspect, NOT_SPOKEN_OF) for aspect in aspects] for post in texts]
    return Labelled(texts=list(texts.values()), aspects=aspects, labels=np.array(labels))


def predict(analyser: Analyser, labelled: Labelled) -> Ints:
    """Return the analyser's labels in the same form; several opinions of an aspect are weighed."""
    batch = pa.RecordBatch.from_pydict({"text": labelled.texts})
    places = {aspect: place for place, aspect in enumerate(labelled.aspects)}
    labels = np.full_like(labelled.labels, NOT_SPOKEN_OF)
    for row, opinions in enumerate(analyser.analyse_batch(batch).column("opinions").to_pylist()):
        sides: defaultdict[int, dict[int, float]] = defaultdict(lambda: {1: 0.0, 0: 0.0, -1: 0.0})
        for one in opinions:
            if one["aspect"] in places:
                sides[places[one["aspect"]]][_SIGNS[one["polarity"]]] += one["confidence"]
        for place, weights in sides.items():
            labels[row, place] = _side(weights)
    return labels


def _side(weights: dict[int, float]) -> int:
    total = weights[1] + weights[-1]
    balance = (weights[1] - weights[-1]) / total if total else 0.0
    return int(np.sign(balance)) if abs(balance) > _ONE_SIDED else 0


def figures(truth: Ints, found: Ints) -> dict[str, float]:
    """Return means over the aspects: F1 "spoken of", its two-class form, and macro-F1 of the four classes."""
    columns = range(truth.shape[1])
    spoken, heard = truth > NOT_SPOKEN_OF, found > NOT_SPOKEN_OF
    both = spoken & heard
    classes = [NOT_SPOKEN_OF, -1, 0, 1]
    return {
        "spoken_of_f1": float(np.mean([f1_score(spoken[:, at], heard[:, at]) for at in columns])),
        "spoken_of_macro_f1": float(
            np.mean([f1_score(spoken[:, at], heard[:, at], average="macro") for at in columns])
        ),
        "four_class_macro_f1": float(
            np.mean(
                [
                    f1_score(truth[:, at], found[:, at], average="macro", labels=classes, zero_division=0)
                    for at in columns
                ]
            )
        ),
        "polarity_accuracy_where_both": float((truth == found)[both].mean()),
    }


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)
