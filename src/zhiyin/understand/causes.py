"""Why one complains: promised or hoped otherwise, the thing itself, or people, process and time."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from zhiyin.understand.cause_model import load_causes
from zhiyin.understand.contract import INTENTS, NEEDS, SIGNALS
from zhiyin.understand.fields import Named, owners
from zhiyin.understand.intents import Told
from zhiyin.understand.lexicon import Hits, Kind
from zhiyin.understand.lexicon.files import CAUSES, read_weights, urgency_reasons
from zhiyin.understand.taxonomy import Taxonomy

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_COMPLAINT = INTENTS.index("complaint")
_STRONG_WORD = 1.0
_MOST_VOTES = 3.0
_SUREST = 3.0
"""Log odds of n-grams count up to so much."""
_CLEAR = 1.2
"""A cause that the other votes put so far ahead needs no n-grams."""
_OF_SIGNAL = {
    "waited": "service",
    "sent_around": "service",
    "told_again": "service",
    "no_way_to_person": "service",
    "beside_the_point": "service",
    "price_unfair": "expectation",
    "hidden_charge": "expectation",
}
_OF_NEED = {
    "timely": "service",
    "sincere": "service",
    "tailored": "service",
    "inviting": "service",
    "plain": "expectation",
    "visible_value": "expectation",
    "lasting": "product",
}
_OF_REASON = {
    "contamination": "product",
    "illness": "product",
    "fire": "product",
    "ignored": "service",
    "refund_open": "service",
}
VOTES = (
    "bad_opinion",
    "opinion",
    "strong_word",
    "weak_word",
    "signal",
    "unmet_need",
    "reason",
    "trade",
    "learned",
)
"""What votes for a cause.

`trade` is the share of the taxonomy's aspects that are of it, `learned` are the log odds of `CauseModel`.
"""


def find_causes(
    hits: Hits,
    *,
    codes: npt.NDArray[np.uint32],
    starts: Ints,
    taxonomy: Taxonomy,
    intents: Named,
    told: Told,
) -> Ints:
    """Return for each text the place of its cause in `CAUSES`, -1 where it is no complaint.

    `codes` are the signs of the texts.
    """
    weights = read_weights("cause_weights")
    votes = weights["votes"]
    sums = count_votes(hits, starts=starts, taxonomy=taxonomy, told=told) @ np.array(
        [votes[name] for name in VOTES[:-1]]
    )
    sums += np.array([weights["base"][name] for name in CAUSES])
    complaints = np.unique(intents.text[intents.name == _COMPLAINT])
    # The others are clear; to read their n-grams would cost time and change little.
    ranked = np.sort(sums[complaints], axis=1)
    doubtful = complaints[ranked[:, -1] - ranked[:, -2] < _CLEAR]
    if len(doubtful):
        odds = load_causes().odds(codes, starts=starts, rows=doubtful)
        sums[doubtful] += votes[VOTES[-1]] * odds.clip(-_SUREST, _SUREST)
    causes = np.full(len(starts) - 1, -1)
    causes[complaints] = sums[complaints].argmax(axis=1)
    return causes


def count_votes(hits: Hits, *, starts: Ints, taxonomy: Taxonomy, told: Told) -> Floats:
    """Return how often each of `VOTES` but the last speaks for each cause: texts × causes × votes, 0 to 3."""
    n_texts = len(starts) - 1
    words, opinions, needs = hits.of(Kind.CAUSE), told.opinions, told.needs
    owner, is_strong = owners(words, starts=starts), words.value > _STRONG_WORD
    of_aspect = np.array([CAUSES.index(aspect.cause) if aspect.cause else -1 for aspect in taxonomy.aspects])
    of_opinion = of_aspect[opinions.aspect]
    is_bad, is_unmet = opinions.polarity < 0, needs.value == 0
    trade = np.bincount(of_aspect[of_aspect >= 0], minlength=len(CAUSES)) / max(len(of_aspect), 1)
    return np.stack(
        (
            _votes(opinions.text[is_bad], of_opinion[is_bad], opinions.confidence[is_bad], n_texts=n_texts),
            _votes(opinions.text, of_opinion, n_texts=n_texts),
            _votes(owner[is_strong], words.name[is_strong], n_texts=n_texts),
            _votes(owner[~is_strong], words.name[~is_strong], n_texts=n_texts),
            _votes(told.signals.text, _table("signal")[told.signals.kind], n_texts=n_texts),
            _votes(needs.text[is_unmet], _table("need")[needs.name[is_unmet]], n_texts=n_texts),
            _votes(told.reasons.text, _table("reason")[told.reasons.name], n_texts=n_texts),
            np.broadcast_to(trade, (n_texts, len(CAUSES))),
        ),
        axis=2,
    )


def _votes(
    text: Ints,
    cause: npt.NDArray[np.integer],
    weight: npt.NDArray[np.float32] | None = None,
    *,
    n_texts: int,
) -> Floats:
    rows = np.flatnonzero(cause >= 0)
    keys = text[rows] * len(CAUSES) + cause[rows]
    weights = None if weight is None else weight[rows]
    sums = np.bincount(keys, weights=weights, minlength=n_texts * len(CAUSES))
    return np.minimum(sums.reshape(n_texts, len(CAUSES)), _MOST_VOTES)


@cache
def _table(of: str) -> Ints:
    """Return for each signal, need or reason the place of its cause, -1 for none."""
    names, causes = {
        "signal": (SIGNALS, _OF_SIGNAL),
        "need": (NEEDS, _OF_NEED),
        "reason": (urgency_reasons(), _OF_REASON),
    }[of]
    return np.array([CAUSES.index(causes[name]) if name in causes else -1 for name in names])
