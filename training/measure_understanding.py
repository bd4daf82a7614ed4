"""Prints the figures of the model card, all of them on texts that neither model nor word lists have read.

python training/measure_understanding.py --data ../shared/data
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa

from aspects import car_posts, figures, predict, restaurant_reviews
from corpora import read_examples
from polarity_figures import measure_polarity
from train_polarity import prepare
from zhiyin.understand import Analyser

_POLARITIES = {"POS": 1, "NEU": 0, "NEG": -1}
_SIGNS = {"positive": 1, "neutral": 0, "negative": -1}


def measure_sentiment(data: Path) -> None:
    """Measure whole texts by text and by source, beside other methods."""
    for one in measure_polarity(prepare(read_examples(data))):
        write(f"sentiment, {one.split}, {one.source}, {one.method}", {"n": one.n, "macro_f1": one.macro_f1})


def measure_aspects(data: Path) -> None:
    """Measure restaurant and car aspects on the halves that were not read, and on ASAP."""
    folder, restaurant = data / "aspects", Analyser(taxonomy="restaurant")
    for name, column in (("restaurant_reviews", "content"), ("restaurant_reviews_asap", "reviewbody")):
        is_read_in_part = name == "restaurant_reviews"
        labelled = restaurant_reviews(folder / f"{name}.csv", text_column=column, only_unread=is_read_in_part)
        write(
            f"aspects, {name}",
            {"n": len(labelled.texts)} | figures(labelled.labels, predict(restaurant, labelled)),
        )
    labelled = car_posts(folder / "car_posts.csv")
    found = predict(Analyser(taxonomy="cars"), labelled)
    write("aspects, car_posts", {"n": len(labelled.texts)} | figures(labelled.labels, found))


def measure_opinions(data: Path) -> None:
    """Measure the opinions of sentences with gold triplets: found at all, and polarity where found."""
    path = data / "scoring_only" / "restaurant_opinions_dev.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    batch = pa.RecordBatch.from_pydict({"text": [row["text"] for row in rows]})
    found = Analyser(taxonomy="restaurant").analyse_batch(batch).column("opinions").to_pylist()
    truth, guess, n_gold = [], [], 0
    for row, opinions in zip(rows, found, strict=True):
        for gold in row["triplets"]:
            n_gold += 1
            begin, end = gold["opinion_span"][0], gold["opinion_span"][1] + 1
            near = [one for one in opinions if one["opinion"] and one["start"] < end and begin < one["end"]]
            if near:
                truth.append(_POLARITIES[gold["polarity"]])
                guess.append(_SIGNS[max(near, key=lambda one: one["confidence"])["polarity"]])
    right = np.array(truth) == np.array(guess)
    write(
        "opinions, restaurant_opinions_dev",
        {"n": n_gold, "found": len(truth) / n_gold, "polarity": right.mean()},
    )


def write(title: str, values: dict[str, float]) -> None:
    """Print one line of figures."""
    shown = "  ".join(
        f"{name}={value:.3f}" if name != "n" else f"n={value}" for name, value in values.items()
    )
    sys.stdout.write(f"{title}: {shown}\n")
    sys.stdout.flush()


def main() -> None:
    """Measure everything below the folder of the data sets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    measure_aspects(data)
    measure_opinions(data)
    measure_sentiment(data)


if __name__ == "__main__":
    main()
