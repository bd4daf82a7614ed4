"""Trains the small model that tells the cause of a complaint by n-grams, the same way every time.

    python training/train_causes.py --data ../shared/data --output causes.npz

Multinomial regression over the blamed things of our written clauses (each aspect of a taxonomy has a cause),
the open half of our labelled sentences and the public rows of the open set. Its log odds are one of the votes
that `weigh_fields.py` weighs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from measure_fields import PUBLIC, Sentence, read_public, read_sentences
from train_subjects import count_ngrams
from zhiyin.understand.lexicon.files import CAUSES
from zhiyin.understand.subjects import BITS
from zhiyin.understand.taxonomy import load_taxonomy
from zhiyin.understand.written import WrittenClause, is_kept_back, read_written, taxonomy_of

Floats = npt.NDArray[np.float64]

STRICTNESS = 4.0
PUBLIC_WEIGHT = 3.0
FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaints:
    """Texts that complain with the place of their cause in `CAUSES` and what each weighs."""

    texts: list[str]
    cause: npt.NDArray[np.int64]
    weight: Floats


def read_complaints(data: Path) -> Complaints:
    """Return the complaints to learn from."""
    rows = [
        (one.text, _cause_of(one), 1.0)
        for one in read_written()
        if not is_kept_back(one.text) and _cause_of(one) >= 0
    ]
    own = [one for one in read_sentences() if not one.is_blind and one.labels.get("cause")]
    rows += [(one.text, labelled_cause(one), 1.0) for one in own]
    public = [one for one in read_public(data, labels=PUBLIC["seen"]) if one.labels["cause"]]
    rows += [(one.text, labelled_cause(one), PUBLIC_WEIGHT) for one in public]
    return Complaints(
        texts=[text for text, _, _ in rows],
        cause=np.array([cause for _, cause, _ in rows]),
        weight=np.array([weight for _, _, weight in rows]),
    )


def labelled_cause(sentence: Sentence) -> int:
    """Return the place of a sentence's cause, -1 for none."""
    return next((CAUSES.index(cause) for cause in sentence.labels["cause"]), -1)


@cache
def _causes_of_aspects(taxonomy: str) -> dict[str, int]:
    return {one.id: CAUSES.index(one.cause) for one in load_taxonomy(taxonomy).aspects if one.cause}


def _cause_of(clause: WrittenClause) -> int:
    """Return the cause of most things that a clause blames, -1 where it blames none."""
    causes = _causes_of_aspects(taxonomy_of(clause.industry))
    blamed = Counter(
        causes[one.aspect] for one in clause.opinions if one.polarity == "negative" and one.aspect in causes
    )
    return min(blamed, key=lambda cause: (-blamed[cause], cause)) if blamed else -1


def fit(
    ngram_counts: sparse.csr_matrix, complaints: Complaints, rows: npt.NDArray[np.int64]
) -> LogisticRegression:
    """Return the regression of the complaints `rows`."""
    return LogisticRegression(C=STRICTNESS, max_iter=500, tol=1e-4).fit(
        ngram_counts[rows], complaints.cause[rows], sample_weight=complaints.weight[rows]
    )


def unread_odds(texts: Sequence[str], *, complaints: Complaints) -> Floats:
    """Return the log odds of each cause by models that have not read the text, a row a text."""
    learned, asked = count_ngrams(complaints.texts), count_ngrams(texts)
    fold_of_learned = np.array([fold_of(text) for text in complaints.texts])
    fold_of_asked = np.array([fold_of(text) for text in texts])
    odds = np.zeros((len(texts), len(CAUSES)))
    for number in range(FOLDS):
        kept = np.flatnonzero(fold_of_asked == number)
        model = fit(learned, complaints, np.flatnonzero(fold_of_learned != number))
        odds[kept] = model.decision_function(asked[kept])
    return odds


def fold_of(text: str) -> int:
    """Return the part of the cross-validation that a text belongs to."""
    return hashlib.sha256(text.encode()).digest()[1] % FOLDS


def main() -> None:
    """Read, fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    complaints = read_complaints(options.data)
    model = fit(count_ngrams(complaints.texts), complaints, np.arange(len(complaints.texts)))
    scale = float(np.abs(model.coef_).max() / 127)
    table = np.rint(model.coef_.T / scale).astype(np.int8)
    slots = np.flatnonzero(table.any(axis=1))
    about = {
        "slots": 1 << BITS,
        "scale": round(scale, 6),
        "bias": [round(float(one), 4) for one in model.intercept_],
    }
    gaps = np.diff(slots, prepend=0).astype(np.uint16)
    np.savez_compressed(options.output, about=np.array(json.dumps(about)), gaps=gaps, values=table[slots])


if __name__ == "__main__":
    main()
