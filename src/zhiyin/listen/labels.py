"""What a voice is said to mean, and how corrections of people change it; nothing is stored here."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Literal

import msgspec

from zhiyin.understand.contract import Opinion, Sentiment, SentimentLabel

ChangeKind = Literal["changed", "removed", "added", "sentiment"]

# Nobody doubts what a person who read the words says of them.
_SCORES: dict[SentimentLabel, float] = {"positive": 1.0, "neutral": 0.0, "mixed": 0.0, "negative": -1.0}


class Labels(msgspec.Struct, frozen=True, kw_only=True):
    """The opinions in a text and its sentiment as a whole, None where none can be told."""

    opinions: list[Opinion]
    sentiment: Sentiment | None


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that somebody corrected.

    An opinion was `changed` from `before` to `after`, `removed` (`before`) or `added` (`after`), or the
    `sentiment` of the whole became `sentiment` (it was `sentiment_before`). `words` are those that the
    opinion was found in, so that the change finds its place when the voice is edited; `text_mark` tells
    for a sentiment whether the text is still the one that was judged.
    """

    kind: ChangeKind
    before: Opinion | None = None
    after: Opinion | None = None
    words: str = ""
    text_mark: str = ""
    sentiment: SentimentLabel | None = None
    sentiment_before: SentimentLabel | None = None


def human_sentiment(label: SentimentLabel) -> Sentiment:
    """The sentiment as a person judged it: sure, and as clear as can be."""
    return Sentiment(label=label, score=_SCORES[label], confidence=1.0)


def replay(machine: Labels, changes: Sequence[Change], *, text: str) -> Labels:
    """The machine's labels of the text with the changes, the earlier first.

    A change whose words no longer stand in the text does not hold, nor a sentiment of another text. One
    that finds its work done, as by a better model, has no further effect.
    """
    opinions, sentiment = list(machine.opinions), machine.sentiment
    for change in changes:
        moved = place(change, text=text)
        if moved is None:
            continue
        if moved.sentiment is not None:
            sentiment = human_sentiment(moved.sentiment)
        else:
            opinions = _apply(moved, opinions)
    opinions.sort(key=lambda opinion: (opinion.start, opinion.end, opinion.aspect))
    return Labels(opinions=opinions, sentiment=sentiment)


def place(change: Change, *, text: str) -> Change | None:
    """The change with offsets for this text; None where its words stand nowhere, or nobody knows where."""
    one = change.before or change.after
    if one is None:
        return change if change.text_mark == mark_text(text) else None
    if text[one.start : one.start + len(change.words)] == change.words:
        return change
    if text.count(change.words) != 1:
        return None
    shift = text.index(change.words) - one.start
    return msgspec.structs.replace(
        change, before=_shifted(change.before, shift), after=_shifted(change.after, shift)
    )


def mark_text(text: str) -> str:
    """Tells one text from another without keeping it."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def find_opinion(opinions: Sequence[Opinion], wanted: Opinion) -> Opinion | None:
    """The opinion of the same aspect and place, else the first of the same aspect that shares words."""
    alike = [one for one in opinions if one.aspect == wanted.aspect and _share_words(one, wanted)]
    exact = [one for one in alike if (one.start, one.end) == (wanted.start, wanted.end)]
    return next(iter(exact or alike), None)


def _apply(change: Change, opinions: list[Opinion]) -> list[Opinion]:
    gone = [find_opinion(opinions, one) for one in (change.before, change.after) if one is not None]
    kept = [one for one in opinions if one not in gone]
    return kept if change.after is None else [*kept, change.after]


def _share_words(one: Opinion, other: Opinion) -> bool:
    return one.start < other.end and other.start < one.end


def _shifted(opinion: Opinion | None, shift: int) -> Opinion | None:
    if opinion is None:
        return None
    return msgspec.structs.replace(opinion, start=opinion.start + shift, end=opinion.end + shift)
