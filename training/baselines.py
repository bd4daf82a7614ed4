"""What the analyser is held against: n-grams of signs with logistic regression, and SnowNLP."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier

Labels = npt.NDArray[np.int64]


class Ngrams:
    """TF-IDF over 1 to 3 signs, and a logistic regression for each thing asked; learns from `texts` alone."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True)
        self._learned: sparse.csr_matrix = self._vectors.fit_transform(texts)

    def vectors(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """The texts as `predict` takes them."""
        return self._vectors.transform(texts)

    def predict(self, unseen: sparse.csr_matrix, *, labels: Labels, is_rare: bool = False) -> Labels:
        """Labels of the unseen texts after learning `labels`; `is_rare` weighs rare ones up."""
        if len(np.unique(labels)) == 1:
            return np.full(unseen.shape[0], labels[0])
        weight = "balanced" if is_rare else None
        one = LogisticRegression(
            C=10.0, max_iter=300, solver="liblinear", class_weight=weight, random_state=0
        )
        model = OneVsRestClassifier(one) if len(np.unique(labels)) > 2 else one
        found: Labels = model.fit(self._learned, labels).predict(unseen)
        return found


def snownlp_is_positive(texts: Sequence[str]) -> npt.NDArray[np.bool_]:
    """What SnowNLP's shipped model says; about 7 ms a text of 60 signs."""
    from snownlp import SnowNLP

    return np.array([bool(text.strip()) and SnowNLP(text).sentiments > 0.5 for text in texts])


def sample(texts: Sequence[str], *, n: int) -> list[int]:
    """Places of up to `n` texts, the same every time, drawn by hash."""
    places = range(len(texts))
    return sorted(places, key=lambda place: hashlib.sha256(b"sample" + texts[place].encode()).digest())[:n]
