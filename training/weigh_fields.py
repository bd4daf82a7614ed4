"""Fits the weights by which complaint, praise and causes are told from all other fields.

python training/weigh_fields.py --data ../shared/data

Fitted on the open half of our own sentences and on the public rows of the open set; writes
data/lexicon/intent_weights.yaml and cause_weights.yaml. The blind half and the unseen rows take no part.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from measure_fields import PUBLIC, TAXONOMIES, Sentence, read_public, read_sentences
from train_causes import read_complaints, unread_odds
from zhiyin.understand.causes import VOTES, count_votes
from zhiyin.understand.fields import affirmed, find_emotions, find_needs, find_urgency
from zhiyin.understand.intents import EVIDENCE, Told, weigh_evidence
from zhiyin.understand.languages import detect_languages
from zhiyin.understand.lexicon import Kind, compile_lexicon
from zhiyin.understand.lexicon.files import CAUSES
from zhiyin.understand.polarity import load_polarity
from zhiyin.understand.privacy import find_private, staff_names
from zhiyin.understand.reading import read_batch
from zhiyin.understand.sentiment import settle
from zhiyin.understand.signals import find_signals, waited_texts
from zhiyin.understand.taxonomy import Taxonomy, load_taxonomy
from zhiyin.understand.text import fold_batch

Floats = npt.NDArray[np.float64]

FOLDER = Path(__file__).parents[1] / "src/zhiyin/understand/data/lexicon"
_INTENTS = ("complaint", "praise")
_STRICTNESS = 0.5
_CAUSE_PENALTY = 0.04


def read_evidence(texts: Sequence[str], *, taxonomy: Taxonomy, learned: Floats) -> tuple[Floats, Floats]:
    """Return the evidence for intents and the votes for causes, row for row.

    `learned` are log odds of causes by a model that has not read the texts.
    """
    folded = fold_batch(texts)
    lexicon, starts = compile_lexicon(taxonomy), folded.starts
    languages = np.array(detect_languages(folded), dtype="U4")
    found = read_batch(folded, languages=languages, lexicon=lexicon, model=load_polarity())
    hits, context = found.hits, found.context
    staff = staff_names(folded, find_private(folded))
    signals = find_signals(hits, context=context, starts=starts, joined=folded.joined, staff=staff)
    opinions, sentiments = found.judged.opinions, settle(found.texts)
    told = Told(
        opinions=opinions,
        sentiments=sentiments,
        emotions=find_emotions(hits, context=context, starts=starts, sentiments=sentiments),
        needs=find_needs(
            hits,
            context=context,
            starts=starts,
            taxonomy=taxonomy,
            table=lexicon.words,
            opinions=opinions,
            waited=waited_texts(signals),
        ),
        reasons=find_urgency(hits, context=context, starts=starts)[1],
        signals=signals,
    )
    wishes = affirmed(hits, kind=Kind.INTENT, context=context)
    evidence = weigh_evidence(hits, wishes=wishes, starts=starts, told=told)
    votes = count_votes(hits, starts=starts, taxonomy=taxonomy, told=told)
    return evidence, np.concatenate((votes, learned.clip(-3.0, 3.0)[:, :, None]), axis=2)


def fit_intents(evidence: Floats, sentences: Sequence[Sentence]) -> str:
    """Return the file of the weights of complaint and praise."""
    lines = [
        "# Weights of the evidence for complaint and praise, in log odds; made by training/weigh_fields.py."
    ]
    for intent in _INTENTS:
        truth = np.array([intent in one.labels["intents"] for one in sentences])
        model = LogisticRegression(C=_STRICTNESS, max_iter=2000).fit(evidence, truth)
        lines.append(f"{intent}: " + _mapping(("base", *EVIDENCE), [model.intercept_[0], *model.coef_[0]]))
    return "\n".join(lines) + "\n"


def fit_causes(votes: Floats, causes: npt.NDArray[np.int64]) -> str:
    """Return the file of the weights of the votes; one weight a vote, whichever cause it is for."""
    n_votes, n_rows = votes.shape[2], len(causes)

    def loss(weights: Floats) -> float:
        sums = votes @ weights[:n_votes] + weights[n_votes:]
        sums -= sums.max(axis=1, keepdims=True)
        chosen = sums[np.arange(n_rows), causes] - np.log(np.exp(sums).sum(axis=1))
        return float(-chosen.mean() + _CAUSE_PENALTY * (weights**2).sum() / n_rows)

    weights = minimize(loss, np.zeros(n_votes + len(CAUSES))).x
    return (
        "# Weights of the votes for a cause, in log odds; made by training/weigh_fields.py.\n"
        f"base: {_mapping(CAUSES, weights[n_votes:])}\nvotes: {_mapping(VOTES, weights[:n_votes])}\n"
    )


def _mapping(names: Sequence[str], values: Sequence[float]) -> str:
    return "{" + ", ".join(f"{name}: {value:.2f}" for name, value in zip(names, values, strict=True)) + "}"


def main() -> None:
    """Read, fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    own = [one for one in read_sentences() if not one.is_blind and "intents" in one.labels]
    sentences = sorted(
        [*own, *read_public(options.data, labels=PUBLIC["seen"])], key=lambda one: (one.source, one.text)
    )
    complaints = read_complaints(options.data)
    parts: list[tuple[Floats, Floats]] = []
    for source in sorted({one.source for one in sentences}):
        texts = [one.text for one in sentences if one.source == source]
        taxonomy = load_taxonomy(TAXONOMIES.get(source, "general"))
        parts.append(
            read_evidence(texts, taxonomy=taxonomy, learned=unread_odds(texts, complaints=complaints))
        )
    evidence, votes = (np.concatenate(column) for column in zip(*parts, strict=True))
    causes = np.array([next(map(CAUSES.index, one.labels["cause"]), -1) for one in sentences])
    (FOLDER / "intent_weights.yaml").write_text(fit_intents(evidence, sentences), encoding="utf-8")
    rows = np.flatnonzero(causes >= 0)
    (FOLDER / "cause_weights.yaml").write_text(fit_causes(votes[rows], causes[rows]), encoding="utf-8")


if __name__ == "__main__":
    main()
