"""What the speaker wants, from phrases and from all that the other fields tell."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from zhiyin.understand.context import Context
from zhiyin.understand.contract import EMOTIONS, INTENTS, SIGNALS
from zhiyin.understand.fields import Named, affirmed, owners, strongest
from zhiyin.understand.lexicon import Hits, Kind
from zhiyin.understand.lexicon.files import read_weights, urgency_reasons
from zhiyin.understand.opinions import Opinions
from zhiyin.understand.sentiment import MIXED, NONE, Sentiments
from zhiyin.understand.signals import Signals

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_COMPLAINT, _PRAISE, _QUESTION = (INTENTS.index(name) for name in ("complaint", "praise", "question"))
_REQUEST_HELP = INTENTS.index("request_help")
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
_SURE_OPINION = 0.6
_MOST_OPINIONS = 3
_WEAK_QUESTION = 0.7
_SAYS_IT, _BY_ITSELF = 0.9, 0.6
"""Words of this confidence (点赞, 我要投诉) decide by themselves, unless the text clearly does the other."""
EVIDENCE = (
    "complaining_words",
    "praising_words",
    "unmet_need",
    "met_need",
    "bad_signal",
    "good_signal",
    "blame",
    "bad_opinions",
    "good_opinions",
    "bad_score",
    "good_score",
    "bad_emotion",
    "good_emotion",
    "asks",
    "asks_for_help",
    "cause_named",
    "mixed",
)
"""What speaks for or against a complaint and praise; the names of the weights in the data file."""


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
    """Return the intents of each text; complaint and praise are weighed from all that is told.

    A text may complain and praise.
    """
    found = affirmed(hits, kind=Kind.INTENT, context=context)
    text, name, value = owners(found, starts=starts), found.name.astype(np.int64), found.value
    evidence = weigh_evidence(hits, wishes=found, starts=starts, told=told)
    complains, praises = (_share(evidence, of=intent) for intent in ("complaint", "praise"))
    said = np.flatnonzero(value >= _SAYS_IT)
    for share, other, intent in ((complains, praises, _COMPLAINT), (praises, complains, _PRAISE)):
        rows = np.unique(text[said[name[said] == intent]])
        share[rows] = np.where(other[rows] < 0.5, np.maximum(share[rows], _BY_ITSELF), share[rows])
    # What an angry text asks weakly, it does not ask (这也行吗).
    is_idle = (name == _QUESTION) & (value < _WEAK_QUESTION) & (complains >= 0.5)[text]
    keep = np.flatnonzero(~np.isin(name, (_COMPLAINT, _PRAISE)) & ~is_idle)
    texts, names, values = [text[keep]], [name[keep]], [value[keep]]
    for share, intent in ((complains, _COMPLAINT), (praises, _PRAISE)):
        rows = np.flatnonzero(share >= 0.5)
        texts.append(rows)
        names.append(np.full(len(rows), intent))
        values.append(np.minimum(share[rows], 0.98).astype(np.float32))
    return strongest(np.concatenate(texts), name=np.concatenate(names), value=np.concatenate(values))


def weigh_evidence(hits: Hits, *, wishes: Hits, starts: Ints, told: Told) -> Floats:
    """Return for each text what speaks for and against complaint and praise, a column for each of `EVIDENCE`.

    0 or 1, but for opinions (0 to 3) and the score (0 to 1). `wishes` are the affirmed hits of intents.
    """
    n_texts = len(starts) - 1
    text, name = owners(wishes, starts=starts), wishes.name
    opinions, needs, signals, sentiments = told.opinions, told.needs, told.signals, told.sentiments
    sure = opinions.confidence >= _SURE_OPINION
    score = np.where(sentiments.label == NONE, 0.0, np.nan_to_num(sentiments.score.astype(np.float64)))
    blames = ~np.isin(told.reasons.name, _places(_NO_COMPLAINT, of=urgency_reasons()))
    causes = hits.of(Kind.CAUSE)
    asks = np.isin(name, _ASKING) & (wishes.value >= _WEAK_QUESTION)
    return np.stack(
        (
            _told_by(text[name == _COMPLAINT], n_texts),
            _told_by(text[name == _PRAISE], n_texts),
            _told_by(needs.text[needs.value == 0], n_texts),
            _told_by(needs.text[needs.value == 1], n_texts),
            _told_by(signals.text[np.isin(signals.kind, _places(_BAD_SIGNALS, of=SIGNALS))], n_texts),
            _told_by(signals.text[np.isin(signals.kind, _places(_GOOD_SIGNALS, of=SIGNALS))], n_texts),
            _told_by(told.reasons.text[blames], n_texts),
            _counted(opinions.text[sure & (opinions.polarity < 0)], n_texts),
            _counted(opinions.text[sure & (opinions.polarity > 0)], n_texts),
            np.maximum(-score, 0),
            np.maximum(score, 0),
            _felt(told.emotions, weights=_BAD_EMOTIONS, n_texts=n_texts),
            _felt(told.emotions, weights=_GOOD_EMOTIONS, n_texts=n_texts),
            _told_by(text[asks], n_texts),
            _told_by(text[name == _REQUEST_HELP], n_texts),
            _told_by(owners(causes.take(np.flatnonzero(causes.value > 1)), starts=starts), n_texts),
            (sentiments.label == MIXED).astype(np.float64),
        ),
        axis=1,
    )


def _share(evidence: Floats, *, of: str) -> Floats:
    base, weights = _weights(of)
    share: Floats = 1 / (1 + np.exp(-(base + evidence @ weights)))
    # Where nothing at all is told, nothing is guessed.
    share[~evidence.any(axis=1)] = 0
    return share


@cache
def _weights(intent: str) -> tuple[float, Floats]:
    weights = read_weights("intent_weights")[intent]
    return weights["base"], np.array([weights[name] for name in EVIDENCE])


def _told_by(texts: Ints, n_texts: int) -> Floats:
    told = np.zeros(n_texts)
    told[texts] = 1
    return told


def _counted(texts: Ints, n_texts: int) -> Floats:
    return np.minimum(np.bincount(texts, minlength=n_texts), _MOST_OPINIONS).astype(np.float64)


def _felt(emotions: Named, *, weights: dict[str, float], n_texts: int) -> Floats:
    of_name = np.array([weights.get(name, 0.0) for name in EMOTIONS])
    sums = np.bincount(emotions.text, weights=of_name[emotions.name], minlength=n_texts)
    return np.minimum(sums, 1)


def _places(names: tuple[str, ...], *, of: tuple[str, ...]) -> list[int]:
    return [of.index(name) for name in names]
