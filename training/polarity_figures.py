"""Macro-F1 of the polarity of whole texts: ours beside TF-IDF with logistic regression and SnowNLP.

All on the same splits: a fifth of the texts kept back by hash, and each source kept back whole. Electronics,
of which there are 320 texts, by cross-validation in five parts too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from snownlp import SnowNLP

from corpora import Example, fold_of, held_out
from train_polarity import Prepared, train
from zhiyin.understand import Analyser
from zhiyin.understand.polarity import PolarityModel

SOURCES = ("shopping", "takeaway", "electronics")
SNOWNLP_TEXTS = 1_000
BATCH = 5_000
_N_PARTS = 5
_LABELS = {"positive": 1, "negative": -1}

Ints = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Macro-F1 of a method on the texts of a source; `split` says what the method had not seen."""

    split: str
    source: str
    method: str
    n: int
    macro_f1: float


def measure_polarity(prepared: Prepared) -> Iterator[Figure]:
    """Yield the figures of every split, source and method; about ten minutes, most of it TF-IDF."""
    examples = prepared.examples
    sources = np.array([one.source for one in examples])
    is_sided = np.array([one.importance > 0 for one in examples])
    is_out = np.array([held_out(one.text) for one in examples])
    kept_in = np.flatnonzero(~is_out)
    model = train(prepared, rows=kept_in)
    for source in SOURCES:
        here = (sources == source) & is_sided
        rows = np.flatnonzero(here & is_out)
        yield from _compare(
            "texts kept back",
            source,
            [examples[row] for row in rows],
            model=model,
            known=[examples[row] for row in np.flatnonzero(here & ~is_out)],
        )
        others = np.flatnonzero((sources != source) & ~((sources == "written") & is_out))
        rows = np.flatnonzero(here)
        yield from _compare(
            "source kept back",
            source,
            [examples[row] for row in rows],
            model=train(prepared, rows=others),
            known=[examples[row] for row in others if is_sided[row]],
        )
    yield from _electronics_in_parts(prepared, sources=sources)
    yield car_posts(prepared, model=model)


def _compare(
    split: str, source: str, unseen: list[Example], *, model: PolarityModel, known: list[Example]
) -> Iterator[Figure]:
    texts = [one.text for one in unseen]
    truth = np.array([one.is_positive for one in unseen])
    scores = {"zhiyin": scores_of(model, texts)[0], "tfidf": tfidf_odds(known, texts)}
    for method, found in scores.items():
        yield _figure(split, source, method, truth=truth, found=found)
    some = slice(0, None, max(1, len(texts) // SNOWNLP_TEXTS))
    yield _figure(split, source, "snownlp", truth=truth[some], found=snownlp_odds(texts[some]))


def _figure(split: str, source: str, method: str, *, truth: npt.NDArray[np.bool_], found: Doubles) -> Figure:
    macro_f1 = float(f1_score(truth, found > 0, average="macro"))
    return Figure(split=split, source=source, method=method, n=len(truth), macro_f1=macro_f1)


def _electronics_in_parts(prepared: Prepared, *, sources: npt.NDArray[np.str_]) -> Iterator[Figure]:
    examples = prepared.examples
    mine = np.flatnonzero(sources == "electronics")
    part = np.array([fold_of(examples[row].text, n_folds=_N_PARTS) for row in mine])
    ours, theirs = np.zeros(len(mine)), np.zeros(len(mine))
    everything = np.ones(len(examples), dtype=bool)
    for number in range(_N_PARTS):
        out, known = mine[part == number], everything.copy()
        known[out] = False
        texts = [examples[row].text for row in out]
        ours[part == number] = scores_of(train(prepared, rows=np.flatnonzero(known)), texts)[0]
        theirs[part == number] = tfidf_odds([examples[row] for row in mine[part != number]], texts)
    truth = np.array([examples[row].is_positive for row in mine])
    for method, found in {"zhiyin": ours, "tfidf": theirs}.items():
        yield _figure("five parts", "electronics", method, truth=truth, found=found)


def car_posts(prepared: Prepared, *, model: PolarityModel) -> Figure:
    """Return macro-F1 of -1, 0 and 1 for the kept-back posts that say one thing of all their subjects."""
    posts = [
        one
        for one in prepared.examples
        if one.source == "cars" and held_out(one.text) and (one.importance > 0 or not one.is_judging)
    ]
    truth = [(1 if one.is_positive else -1) if one.is_judging else 0 for one in posts]
    found = scores_of(model, [one.text for one in posts], taxonomy="cars")[1]
    return Figure(
        split="texts kept back",
        source="car posts, three classes",
        method="zhiyin",
        n=len(posts),
        macro_f1=float(f1_score(truth, found, average="macro")),
    )


def scores_of(model: PolarityModel, texts: list[str], *, taxonomy: str = "general") -> tuple[Doubles, Ints]:
    """Return the whole analyser's score of each text, 0 for none, and its label as -1, 0 or 1."""
    analyser, found = Analyser(model=model, taxonomy=taxonomy), []
    for begin in range(0, len(texts), BATCH):
        batch = pa.RecordBatch.from_pydict({"text": texts[begin : begin + BATCH]})
        found += analyser.analyse_batch(batch).column("sentiment").to_pylist()
    scores = np.array([one["score"] if one else 0.0 for one in found])
    labels = np.array([_LABELS.get(one["label"], 0) if one else 0 for one in found])
    return scores, labels


def tfidf_odds(known: list[Example], texts: list[str]) -> Doubles:
    """Return the log odds of a logistic regression over TF-IDF of 1 to 3 signs."""
    words = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2)
    seen = words.fit_transform([one.text for one in known])
    model = LogisticRegression(C=10, max_iter=300).fit(seen, [one.is_positive for one in known])
    odds: Doubles = model.decision_function(words.transform(texts))
    return odds


def snownlp_odds(texts: list[str]) -> Doubles:
    """Return SnowNLP's sentiment less one half."""
    return np.array([SnowNLP(text).sentiments - 0.5 if text.strip() else 0.0 for text in texts])
