"""Fields told from phrases: emotions, needs, urgency; each a flat table by text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhiyin.understand.context import Context
from zhiyin.understand.contract import EMOTIONS, INTENTS, NEEDS
from zhiyin.understand.lexicon import Hits, Kind
from zhiyin.understand.lexicon.files import IN_BAD_WORDS, urgency_reasons
from zhiyin.understand.lexicon.words import WordTable
from zhiyin.understand.opinions import Opinions
from zhiyin.understand.sentiment import NEGATIVE, POSITIVE, Sentiments
from zhiyin.understand.taxonomy import Taxonomy

_NAMES, _VALUES = 64, 4096
_QUESTION = INTENTS.index("question")
_WISHES = tuple(INTENTS.index(name) for name in ("suggestion", "question", "request_help"))
_GRATITUDE = EMOTIONS.index("gratitude")
_HEARTFELT = 0.8
"""Gratitude from this strength on is meant; below it 谢谢 may only close a request."""
_CLOSING = 10
"""So near the end of a text, in signs, thanks close it."""
_SURE_OPINION = 0.9
_BY_WORD = tuple(NEEDS.index(name) for name in ("timely", "plain"))
"""Needs that an opinion tells of only in words of their own: 物流不错 does not say that it was quick."""
_NOT_BY_OPINION = tuple(NEEDS.index(name) for name in ("lasting", "delightful", "expressive"))
"""A good thing need not last, nor is it more than was hoped for."""
CHILD_WORDS = "child_words"
"""No reason of its own: harm told of in one sentence with such a word is harm to a child."""
_TO_CHILDREN = ("injury", "illness", "fire")

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A table of (text, name, value), sorted by text, with one row for each text and name."""

    text: Ints
    name: Ints
    value: npt.NDArray[np.float32]


def strongest(text: Ints, *, name: Ints, value: npt.NDArray[np.float32]) -> Named:
    """Return for each text and name the row of the greatest value."""
    # One key sorts faster than three columns; values are 0 to 3, to three decimals.
    order = np.argsort((text * _NAMES + name) * _VALUES - (value * 1000).astype(np.int64))
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


def texts_of(hits: Hits, *, kind: Kind, starts: Ints) -> Ints:
    """Return the texts that hold a hit of a kind."""
    return np.unique(owners(hits.of(kind), starts=starts))


def affirmed(hits: Hits, *, kind: Kind, context: Context) -> Hits:
    """Return the hits of a kind that no negation turns."""
    found = hits.of(kind)
    return found.take(np.flatnonzero(~context.is_negated(found)))


def find_emotions(hits: Hits, *, context: Context, starts: Ints, sentiments: Sentiments) -> Named:
    """Return the emotions of each text with their strength.

    Some signs, as "!!!", are an emotion in bad words only, some in good ones; thanks that close a request
    are none.
    """
    found = affirmed(hits, kind=Kind.EMOTION, context=context)
    found = found.take(np.flatnonzero(~context.is_hypothetical(found, open_only=True)))
    text, name, value = owners(found, starts=starts), found.name.astype(np.int64), found.value
    wanted = np.array([0, NEGATIVE, POSITIVE])[name // IN_BAD_WORDS]
    keep = (name < IN_BAD_WORDS) | (sentiments.label[text] == wanted)
    name = name % IN_BAD_WORDS
    closes = starts[text + 1] - found.end <= _CLOSING
    asks = np.zeros(len(starts) - 1, dtype=bool)
    wishes = hits.of(Kind.INTENT)
    asks[owners(wishes.take(np.flatnonzero(np.isin(wishes.name, _WISHES))), starts=starts)] = True
    keep &= ~((name == _GRATITUDE) & (value < _HEARTFELT) & asks[text] & closes)
    rows = np.flatnonzero(keep)
    return strongest(text[rows], name=name[rows], value=value[rows])


def find_needs(
    hits: Hits,
    *,
    context: Context,
    starts: Ints,
    taxonomy: Taxonomy,
    table: WordTable,
    opinions: Opinions,
    waited: Ints,
) -> Named:
    """Return the needs of each text, value 1 met and 0 unmet; unmet wins.

    `waited` are texts that tell of a wait.
    """
    found = hits.of(Kind.NEED)
    is_turned = context.is_negated(found)
    is_open = context.is_hypothetical(found, open_only=False)
    unmet = np.where(is_turned, 1.0, 1 - found.value)
    # Who was not cheated has not been served well by that alone: a denied lack tells nothing.
    rows = np.flatnonzero(~(is_open & (unmet == 0)) & ~(is_turned & (found.value == 0)))
    need = np.array([NEEDS.index(aspect.need) if aspect.need else -1 for aspect in taxonomy.aspects])
    of_opinion = need[opinions.aspect]
    # What is said of a need in plain words says more than the aspect that somebody filed under it.
    is_told = np.zeros(len(starts) - 1, dtype=bool)
    is_told[owners(found, starts=starts)[rows]] = True
    is_told[waited] = True
    judged = np.flatnonzero(
        (of_opinion >= 0)
        & (opinions.polarity != 0)
        & (opinions.confidence >= _SURE_OPINION)
        & ~is_told[opinions.text]
        & ~np.isin(of_opinion, _NOT_BY_OPINION)
        & (~np.isin(of_opinion, _BY_WORD) | _in_own_words(opinions, context=context, table=table))
    )
    needs = strongest(
        np.concatenate((owners(found, starts=starts)[rows], opinions.text[judged], waited)),
        name=np.concatenate(
            (found.name[rows], of_opinion[judged], np.full(len(waited), NEEDS.index("timely")))
        ).astype(np.int64),
        value=np.concatenate((unmet[rows], opinions.polarity[judged] < 0, np.ones(len(waited)))).astype(
            np.float32
        ),
    )
    return Named(text=needs.text, name=needs.name, value=1 - needs.value)


def _in_own_words(opinions: Opinions, *, context: Context, table: WordTable) -> npt.NDArray[np.bool_]:
    """Tell which opinions judge by a word of their aspect, not by one that judges anything."""
    words = context.words
    if not len(words):
        return np.zeros(len(opinions), dtype=bool)
    place = np.minimum(np.searchsorted(words.start, opinions.word_start), len(words) - 1)
    is_word = (words.start[place] == opinions.word_start) & (opinions.word_end > opinions.word_start)
    own: npt.NDArray[np.bool_] = is_word & ~np.isnan(table.beside[words.name[place], opinions.aspect])
    return own


def find_urgency(hits: Hits, *, context: Context, starts: Ints) -> tuple[npt.NDArray[np.int8], Named]:
    """Return the level of each text, and its reasons with their levels."""
    found = affirmed(hits, kind=Kind.URGENCY, context=context)
    is_open = context.is_hypothetical(found, open_only=True)
    found = found.take(np.flatnonzero(~is_open | (found.value < 2)))
    name, value = _harm_to_children(found, context=context)
    is_reason = name != urgency_reasons().index(CHILD_WORDS)
    text = owners(found, starts=starts)
    table = strongest(text[is_reason], name=name[is_reason], value=value[is_reason])
    level = np.zeros(len(starts) - 1, dtype=np.int8)
    np.maximum.at(level, table.text, table.value.astype(np.int8))
    return level, table


def _harm_to_children(found: Hits, *, context: Context) -> tuple[Ints, npt.NDArray[np.float32]]:
    """Return names and levels, where what hurts a child is no mere injury or illness."""
    reasons = urgency_reasons()
    name, value = found.name.astype(np.int64), found.value.copy()
    sentence = context.clauses.sentence[found.start]
    of_children = sentence[name == reasons.index(CHILD_WORDS)]
    hurt = np.isin(name, [reasons.index(one) for one in _TO_CHILDREN]) & np.isin(sentence, of_children)
    name[hurt] = reasons.index("child_hurt")
    value[hurt] = 3
    return name, value
