"""What the speaker wants and why one complains, from phrases and from all that the other fields tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhiyin.understand.context import Context
from zhiyin.understand.contract import EMOTIONS, INTENTS, NEEDS, SIGNALS
from zhiyin.understand.fields import Named, affirmed, owners, strongest
from zhiyin.understand.lexicon import Hits, Kind
from zhiyin.understand.lexicon.files import CAUSES, urgency_reasons
from zhiyin.understand.opinions import Opinions
from zhiyin.understand.sentiment import NEGATIVE, POSITIVE, Sentiments
from zhiyin.understand.signals import Signals
from zhiyin.understand.taxonomy import Taxonomy

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_COMPLAINT, _PRAISE, _QUESTION = (INTENTS.index(name) for name in ("complaint", "praise", "question"))
_ASKING = tuple(
    INTENTS.index(name) for name in ("suggestion", "question", "purchase_interest", "cancel", "request_help")
)
_BAD_EMOTIONS = {"disappointment": 1.0, "anger": 1.0, "grievance": 1.0, "contempt": 0.8, "sadness": 0.4}
_GOOD_EMOTIONS = {"joy": 1.0, "gratitude": 1.0, "surprise": 0.2}
_BAD_SIGNALS = (
    "waited",
    "sent_around",
    "told_again",
    "no_way_to_person",
    "beside_the_point",
    "price_unfair",
    "hidden_charge",
    "leaving",
)
_GOOD_SIGNALS = ("returning", "recommends")
_NO_COMPLAINT = ("vulnerable_person", "waiting_now")
"""Reasons for haste that blame nobody."""
_ENOUGH = 0.8
_ENOUGH_BESIDE_ANOTHER_WISH = 1.5
_CLEAR_SCORE = 0.3
_SURE_OPINION = 0.6
_WEAK_QUESTION = 0.7

_CAUSE_OF_SIGNAL = {
    "waited": "service",
    "sent_around": "service",
    "told_again": "service",
    "no_way_to_person": "service",
    "beside_the_point": "service",
    "price_unfair": "expectation",
    "hidden_charge": "expectation",
}
_CAUSE_OF_NEED = {
    "timely": "service",
    "sincere": "service",
    "tailored": "service",
    "inviting": "service",
    "plain": "expectation",
    "visible_value": "expectation",
    "lasting": "product",
}
_CAUSE_OF_REASON = {
    "contamination": "product",
    "illness": "product",
    "fire": "product",
    "ignored": "service",
    "refund_open": "service",
}
_BY_SIGNAL, _BY_NEED, _BY_REASON = 1.2, 0.6, 1.2
# Where nothing tells, people and process are what is complained of most.
_PRIOR = {"service": 0.05}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the other fields tell of a batch."""

    opinions: Opinions
    sentiments: Sentiments
    emotions: Named
    needs: Named
    reasons: Named
    signals: Signals


def find_intents(hits: Hits, *, context: Context, starts: Ints, told: Told) -> Named:
    """Return the intents of each text; complaint and praise follow from all that is told, too."""
    found = affirmed(hits, kind=Kind.INTENT, context=context)
    text, name, value = owners(found, starts=starts), found.name.astype(np.int64), found.value
    bad, good = _weigh(text, name=name, told=told, n_texts=len(starts) - 1)
    asks = np.zeros(len(starts) - 1, dtype=bool)
    asks[text[np.isin(name, _ASKING) & (value >= _WEAK_QUESTION)]] = True
    is_bad = (bad >= np.where(asks, _ENOUGH_BESIDE_ANOTHER_WISH, _ENOUGH)) & (bad >= good)
    is_good = (good >= np.where(asks, _ENOUGH_BESIDE_ANOTHER_WISH, _ENOUGH)) & (good > bad)
    # What an angry text asks weakly, it does not ask (这也行吗), and its praise is sarcasm or courtesy.
    keep = np.flatnonzero(
        ~np.isin(name, (_COMPLAINT, _PRAISE))
        & ~((name == _QUESTION) & (value < _WEAK_QUESTION) & is_bad[text])
    )
    texts, names, values = [text[keep]], [name[keep]], [value[keep]]
    for members, intent, weight in ((is_bad, _COMPLAINT, bad), (is_good, _PRAISE, good)):
        rows = np.flatnonzero(members)
        texts.append(rows)
        names.append(np.full(len(rows), intent))
        values.append(np.minimum(0.5 + 0.15 * weight[rows], 0.98).astype(np.float32))
    return strongest(np.concatenate(texts), name=np.concatenate(names), value=np.concatenate(values))


def _weigh(text: Ints, *, name: Ints, told: Told, n_texts: int) -> tuple[Floats, Floats]:
    """Return how much speaks for a complaint, and for praise, in each text; each kind of sign counts once."""
    opinions, sentiments, needs, signals = told.opinions, told.sentiments, told.needs, told.signals
    sure = opinions.confidence >= _SURE_OPINION
    blames = ~np.isin(told.reasons.name, _places(_NO_COMPLAINT, of=urgency_reasons()))
    bad = _counted(
        n_texts,
        (text[name == _COMPLAINT], 1.0),
        (needs.text[needs.value == 0], 0.8),
        (signals.text[np.isin(signals.kind, _places(_BAD_SIGNALS, of=SIGNALS))], 0.8),
        (told.reasons.text[blames], 0.8),
        (opinions.text[sure & (opinions.polarity < 0)], 0.8),
        (np.flatnonzero((sentiments.label == NEGATIVE) & (sentiments.score < -_CLEAR_SCORE)), 0.8),
    )
    good = _counted(
        n_texts,
        (text[name == _PRAISE], 0.8),
        (needs.text[needs.value == 1], 0.8),
        (signals.text[np.isin(signals.kind, _places(_GOOD_SIGNALS, of=SIGNALS))], 0.8),
        (opinions.text[sure & (opinions.polarity > 0)], 0.5),
        (np.flatnonzero((sentiments.label == POSITIVE) & (sentiments.score > _CLEAR_SCORE)), 0.8),
    )
    for weights, sums in ((_BAD_EMOTIONS, bad), (_GOOD_EMOTIONS, good)):
        for emotion, weight in weights.items():
            sums[told.emotions.text[told.emotions.name == EMOTIONS.index(emotion)]] += weight
    return bad, good


def _counted(n_texts: int, *signs: tuple[Ints, float]) -> Floats:
    sums = np.zeros(n_texts)
    for texts, weight in signs:
        sums[np.unique(texts)] += weight
    return sums


def _places(names: tuple[str, ...], *, of: tuple[str, ...]) -> list[int]:
    return [of.index(name) for name in names]


def find_causes(
    hits: Hits, *, starts: Ints, taxonomy: Taxonomy, intents: Named, told: Told
) -> npt.NDArray[np.int64]:
    """Return for each text the place of its cause in `CAUSES`, -1 where it is no complaint."""
    n_texts, n_causes = len(starts) - 1, len(CAUSES)
    found, opinions = hits.of(Kind.CAUSE), told.opinions
    of_aspect = np.array([CAUSES.index(aspect.cause) if aspect.cause else -1 for aspect in taxonomy.aspects])
    bad = np.flatnonzero(opinions.polarity < 0)
    unmet = np.flatnonzero(told.needs.value == 0)
    votes = [
        (opinions.text[bad], of_aspect[opinions.aspect[bad]], opinions.confidence[bad]),
        (owners(found, starts=starts), found.name, found.value),
        _votes(told.signals.text, told.signals.kind, of=SIGNALS, causes=_CAUSE_OF_SIGNAL, weight=_BY_SIGNAL),
        _votes(
            told.needs.text[unmet], told.needs.name[unmet], of=NEEDS, causes=_CAUSE_OF_NEED, weight=_BY_NEED
        ),
        _votes(
            told.reasons.text,
            told.reasons.name,
            of=urgency_reasons(),
            causes=_CAUSE_OF_REASON,
            weight=_BY_REASON,
        ),
    ]
    text, cause, weight = (np.concatenate(column) for column in zip(*votes, strict=True))
    rows = np.flatnonzero(cause >= 0)
    keys = text[rows] * n_causes + cause[rows]
    sums = np.zeros((n_texts, n_causes)) + [_PRIOR.get(name, 0.0) for name in CAUSES]
    sums += np.bincount(keys, weights=weight[rows], minlength=n_texts * n_causes).reshape(n_texts, n_causes)
    is_complaint = np.zeros(n_texts, dtype=bool)
    is_complaint[intents.text[intents.name == _COMPLAINT]] = True
    return np.where(is_complaint, sums.argmax(axis=1), -1)


def _votes(
    text: Ints, name: Ints, *, of: tuple[str, ...], causes: dict[str, str], weight: float
) -> tuple[Ints, Ints, npt.NDArray[np.float32]]:
    table = np.array([CAUSES.index(causes[one]) if one in causes else -1 for one in of])
    return text, table[name], np.full(len(text), weight, dtype=np.float32)
