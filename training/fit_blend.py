"""Prints the weights of the blend in `sentiment.py` that a logistic regression gives to unseen texts.

    python training/fit_blend.py --data ../shared/data

The model learns from six tenths of the texts; two others fit the blend; the tenths of the report are not
touched. What the shipped constants give more to the judging words than this, they give for the sentences of
our suite of phenomena, which are shorter and trickier than reviews.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from corpora import Example, read_examples
from train_polarity import prepare, train
from zhiyin.understand.clauses import classify
from zhiyin.understand.languages import detect_languages
from zhiyin.understand.lexicon import compile_lexicon
from zhiyin.understand.polarity import PolarityModel
from zhiyin.understand.reading import read_batch
from zhiyin.understand.taxonomy import load_taxonomy
from zhiyin.understand.text import fold_batch

LEARNS_FROM, FITS_FROM = 4, 2
BATCH = 4_000
PARTS = ("sum", "cells", "kind", "balance (of its shipped weight)")
_SUREST = 4.0
_FEW_SIGNS = 20.0

Doubles = npt.NDArray[np.float64]


def tenth(text: str) -> int:
    """Return the tenth that a text belongs to, by its hash."""
    return int(hashlib.sha256(text.strip().encode()).hexdigest()[:8], 16) % 10


def features(model: PolarityModel, texts: list[str]) -> Doubles:
    """Return for each text what the sum of n-grams, the cells, its kind and the judging words say of it."""
    lexicon, found = compile_lexicon(load_taxonomy("general")), []
    for begin in range(0, len(texts), BATCH):
        folded = fold_batch(texts[begin : begin + BATCH])
        languages = np.array(detect_languages(folded), dtype="U4")
        read = read_batch(folded, languages=languages, lexicon=lexicon, model=model)
        said = model.read(folded.codes, classes=classify(folded.codes))
        starts, n_signs = folded.starts, folded.lengths
        whole = said.sums[starts[1:] - 1] - said.sums[starts[:-1]]
        summed = model.log_odds(whole, n_signs=n_signs).clip(-_SUREST, _SUREST)
        shrunk = np.where(read.texts.n_words > 0, n_signs / (n_signs + _FEW_SIGNS), 1.0)
        columns = (summed * shrunk, said.praise * shrunk, said.by_kind, read.texts.balance)
        found.append(np.stack(columns, axis=1))
    return np.concatenate(found)


def main() -> None:
    """Train, fit and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    examples: list[Example] = read_examples(parser.parse_args().data)
    prepared, tenths = prepare(examples), np.array([tenth(one.text) for one in examples])
    model = train(prepared, rows=np.flatnonzero(tenths >= LEARNS_FROM))
    is_sided = np.array([one.importance > 0 for one in examples])
    rows = np.flatnonzero((tenths >= FITS_FROM) & (tenths < LEARNS_FROM) & is_sided)
    seen = features(model, [examples[row].text for row in rows])
    praise = [examples[row].is_positive for row in rows]
    fitted = LogisticRegression(fit_intercept=False).fit(seen, praise)
    weights = zip(PARTS, fitted.coef_[0], strict=True)
    sys.stdout.write("".join(f"{name}\t{weight:.2f}\n" for name, weight in weights))


if __name__ == "__main__":
    main()
