"""Fields told from phrases: emotions, intents, cause, needs, urgency; each a flat table by text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhiyin.understand.context import Context
from zhiyin.understand.contract import INTENTS, NEEDS
from zhiyin.understand.lexicon import Hits, Kind
from zhiyin.understand.lexicon.files import CAUSES
from zhiyin.understand.opinions import Opinions
from zhiyin.understand.sentiment import NEGATIVE, POSITIVE, Sentiments
from zhiyin.understand.taxonomy import Taxonomy

_COMPLAINT, _PRAISE, _QUESTION = (INTENTS.index(name) for name in ("complaint", "praise", "question"))
_COMPLAINT_BY_OPINION, _COMPLAINT_BY_SCORE = 0.8, 0.7
_CLEAR_SCORE = 0.5
_SURE_OPINION = 0.6
# A phrase that names a cause says more about it than the aspect of an opinion.
_PHRASE_WEIGHT = 1.5

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A table of (text, name, value), sorted by text, with one row for each text and name."""

    text: Ints
    name: Ints
    value: npt.NDArray[np.float32]


def strongest(text: Ints, *, name: Ints, value: npt.NDArray[np.float32]) -> Named:
    """Return for each text and name the row of the greatest value."""
    order = np.lexsort((-value, name, text))
    text, name, value = text[order], name[order], value[order]
    is_first = np.ones(len(text), dtype=bool)
    is_first[1:] = (text[1:] != text[:-1]) | (name[1:] != name[:-1])
    return Named(text=text[is_first], name=name[is_first], value=value[is_first])


def owners(hits: Hits, *, starts: Ints) -> Ints:
    """Return the text that each hit stands in."""
    return np.searchsorted(starts, hits.start, side="right") - 1


def asking_texts(hits: Hits, *, starts: Ints) -> Ints:
    """Return the texts that hold a phrase of a question, each once."""
    found = hits.of(Kind.INTENT)
    return np.unique(owners(found.take(np.flatnonzero(found.name == _QUESTION)), starts=starts))


def affirmed(hits: Hits, *, kind: Kind, context: Context) -> Hits:
    """Return the hits of a kind that no negation turns."""
    found = hits.of(kind)
    return found.take(np.flatnonzero(~context.is_negated(found)))


def find_emotions(hits: Hits, *, context: Context, starts: Ints) -> Named:
    """Return the emotions of each text with their strength."""
    found = affirmed(hits, kind=Kind.EMOTION, context=context)
    return strongest(owners(found, starts=starts), name=found.name.astype(np.int64), value=found.value)


def find_intents(
    hits: Hits,
    *,
    context: Context,
    starts: Ints,
    opinions: Opinions,
    sentiments: Sentiments,
    harmed: Ints,
) -> Named:
    """Return the intents of each text; complaint and praise also follow from opinions and sentiment.

    `harmed` are texts that tell of harm or a threat.
    """
    found = affirmed(hits, kind=Kind.INTENT, context=context)
    text, name = owners(found, starts=starts), found.name.astype(np.int64)
    # Thanks and "praise" in an angry text are sarcasm or courtesy.
    keep = np.flatnonzero((name != _PRAISE) | (sentiments.label[text] != NEGATIVE))
    derived = [(text[keep], name[keep], found.value[keep])]
    bad = np.unique(opinions.text[(opinions.polarity < 0) & (opinions.confidence >= _SURE_OPINION)])
    bad = bad[sentiments.score[bad] < _CLEAR_SCORE]
    harmed = harmed[sentiments.label[harmed] != POSITIVE]
    angry = np.flatnonzero((sentiments.label == NEGATIVE) & (sentiments.score < -_CLEAR_SCORE))
    happy = np.flatnonzero((sentiments.label == POSITIVE) & (sentiments.score > _CLEAR_SCORE))
    for members, intent, value in (
        (bad, _COMPLAINT, np.full(len(bad), _COMPLAINT_BY_OPINION)),
        (harmed, _COMPLAINT, np.full(len(harmed), _COMPLAINT_BY_SCORE)),
        (angry, _COMPLAINT, np.full(len(angry), _COMPLAINT_BY_SCORE)),
        (happy, _PRAISE, sentiments.confidence[happy] * 0.9),
    ):
        derived.append((members, np.full(len(members), intent), value.astype(np.float32)))
    texts, intents, values = (np.concatenate(column) for column in zip(*derived, strict=True))
    return strongest(texts, name=intents, value=values)


def find_causes(
    hits: Hits, *, starts: Ints, taxonomy: Taxonomy, opinions: Opinions, intents: Named
) -> npt.NDArray[np.int64]:
    """Return for each text the place of its cause in `CAUSES`, -1 where it is no complaint or none shows."""
    n_texts, n_causes = len(starts) - 1, len(CAUSES)
    of_aspect = np.array([CAUSES.index(aspect.cause) if aspect.cause else -1 for aspect in taxonomy.aspects])
    cause = of_aspect[opinions.aspect]
    rows = np.flatnonzero((opinions.polarity < 0) & (cause >= 0))
    found = hits.of(Kind.CAUSE)
    keys = np.concatenate(
        (opinions.text[rows] * n_causes + cause[rows], owners(found, starts=starts) * n_causes + found.name)
    )
    weights = np.concatenate((opinions.confidence[rows], np.full(len(found), _PHRASE_WEIGHT)))
    votes = np.bincount(keys, weights=weights, minlength=n_texts * n_causes).reshape(n_texts, n_causes)
    is_complaint = np.zeros(n_texts, dtype=bool)
    is_complaint[intents.text[intents.name == _COMPLAINT]] = True
    return np.where(is_complaint & (votes.max(axis=1) > 0), votes.argmax(axis=1), -1)


def find_needs(
    hits: Hits, *, context: Context, starts: Ints, taxonomy: Taxonomy, opinions: Opinions, waited: Ints
) -> Named:
    """Return the needs of each text, value 1 met and 0 unmet; unmet wins.

    `waited` are texts that tell of a wait.
    """
    found = hits.of(Kind.NEED)
    is_turned = context.is_negated(found)
    is_open = context.is_hypothetical(found, open_only=False)
    unmet = np.where(is_turned, found.value, 1 - found.value)
    rows = np.flatnonzero(~(is_open & (unmet == 0)))
    need = np.array([NEEDS.index(aspect.need) if aspect.need else -1 for aspect in taxonomy.aspects])
    of_opinion = need[opinions.aspect]
    judged = np.flatnonzero(
        (of_opinion >= 0) & (opinions.polarity != 0) & (opinions.confidence >= _SURE_OPINION)
    )
    table = strongest(
        np.concatenate((owners(found, starts=starts)[rows], opinions.text[judged], waited)),
        name=np.concatenate(
            (found.name[rows], of_opinion[judged], np.full(len(waited), NEEDS.index("timely")))
        ).astype(np.int64),
        value=np.concatenate((unmet[rows], opinions.polarity[judged] < 0, np.ones(len(waited)))).astype(
            np.float32
        ),
    )
    return Named(text=table.text, name=table.name, value=1 - table.value)


def find_urgency(hits: Hits, *, context: Context, starts: Ints) -> tuple[npt.NDArray[np.int8], Named]:
    """Return the level of each text, and its reasons with their levels."""
    found = affirmed(hits, kind=Kind.URGENCY, context=context)
    is_open = context.is_hypothetical(found, open_only=True)
    found = found.take(np.flatnonzero(~is_open | (found.value < 2)))
    table = strongest(owners(found, starts=starts), name=found.name.astype(np.int64), value=found.value)
    level = np.zeros(len(starts) - 1, dtype=np.int8)
    np.maximum.at(level, table.text, table.value.astype(np.int8))
    return level, table
