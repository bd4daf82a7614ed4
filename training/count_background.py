"""Counts which n-grams are common among customers' words, so that corrections do not turn on them.

    python training/count_background.py --data ../shared/data

Writes `src/zhiyin/understand/models/background.npz`: hashes of n-grams and in how many of a thousand texts
each stands. It holds no text. The same data give the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).parent))

from corpora import held_out
from zhiyin.understand.polarity import text_ngrams
from zhiyin.understand.taught import BITS
from zhiyin.understand.text import fold_batch

OUT = Path(__file__).parents[1] / "src/zhiyin/understand/models/background.npz"
SOURCES = (
    ("sentiment/shopping.csv", "review"),
    ("sentiment/takeaway.csv", "review"),
    ("places/hotel_reviews.csv", "text"),
    ("places/scenic_reviews.csv", "text"),
    ("unlabelled/electronics_reviews.csv", "sentence"),
    ("unlabelled/restaurant_reviews.csv", "content"),
    ("aspects/car_posts.csv", "content"),
)
MOST_TEXTS = 8_000
LEAST_SHARE = 0.0005
LONGEST = 200
"""Of longer texts the beginning: a share is of texts of a length that people write."""


def read_texts(path: Path, *, column: str) -> Iterator[str]:
    """Yield each text of the column once, but those kept back."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        seen: set[str] = set()
        for row in csv.DictReader(file):
            text = (row[column] or "").strip()
            if text and text not in seen and not held_out(text):
                seen.add(text)
                yield text[:LONGEST]


def count(texts: list[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the n-grams of the texts and in how many each stands."""
    batch = fold_batch(texts)
    owners = batch.owners()
    found = []
    for slots, order in text_ngrams(batch.codes, bits=BITS):
        real = np.flatnonzero(slots)
        found.append(np.unique(slots[real] * len(texts) + owners[real + order - 1]) // len(texts))
    return np.unique(np.concatenate(found), return_counts=True)


def main() -> None:
    """Count and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    slots, n, n_texts = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), 0
    for name, column in SOURCES:
        texts = list(read_texts(data / name, column=column))[:MOST_TEXTS]
        n_texts += len(texts)
        for start in range(0, len(texts), 1_000):
            more, many = count(texts[start : start + 1_000])
            slots, place = np.unique(np.concatenate((slots, more)), return_inverse=True)
            n = np.bincount(place, weights=np.concatenate((n, many)), minlength=len(slots)).astype(np.int64)
        sys.stderr.write(f"{name}: {len(texts):,} texts\n")
    common = n / n_texts >= LEAST_SHARE
    per_mille = (1000 * n[common] / n_texts).astype(np.float16)
    write(slots[common].astype(np.uint32), per_mille)
    sys.stderr.write(f"{common.sum():,} of {len(slots):,} n-grams of {n_texts:,} texts\n")


def write(slots: npt.NDArray[np.uint32], per_mille: npt.NDArray[np.float16]) -> None:
    """Write the file; no time stands in it."""
    with zipfile.ZipFile(OUT, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in (("gaps", np.diff(slots, prepend=np.uint32(0))), ("per_mille", per_mille)):
            buffer = io.BytesIO()
            np.save(buffer, array)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), buffer.getvalue())


if __name__ == "__main__":
    main()
