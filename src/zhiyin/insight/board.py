"""The first board: what a company learns at a glance. Every figure carries the n it rests on."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from zhiyin.measure.comparison import Change
from zhiyin.measure.estimate import Estimate


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure with interval, n and change; None where n is too small to say, or nothing stood before."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    change: Change | None = None

    @classmethod
    def of(cls, estimate: Estimate, *, change: Change | None = None) -> Figure:
        """The estimate as a figure of the board."""
        return cls(value=estimate.value, low=estimate.low, high=estimate.high, n=estimate.n, change=change)


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for (`since` to before `until`), and the oldest and newest voice found (UTC)."""

    since: datetime | None
    until: datetime | None
    before_since: datetime | None
    oldest: datetime | None
    newest: datetime | None


class Voices(msgspec.Struct, frozen=True, kw_only=True):
    """How many voices there are; those left out of the figures are not in `n`.

    `n_judged` have words that show a sentiment. One voice can be left out for several reasons.
    """

    n: int
    n_before: int | None
    n_judged: int
    n_excluded: int
    n_duplicates: int
    n_spam: int
    n_solicited: int
    n_off_subject: int


class Sentiments(msgspec.Struct, frozen=True, kw_only=True):
    """Shares (0 to 1) of the voices that show a sentiment."""

    positive: Figure
    neutral: Figure
    negative: Figure
    mixed: Figure


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """Words said of an aspect, in how many negative mentions; `term` is empty for a judgement alone."""

    term: str
    opinion: str
    n: int


class AspectLine(msgspec.Struct, frozen=True, kw_only=True):
    """One aspect. `n_people` voices speak badly of it; `share` (0 to 1) is theirs of all voices.

    `harm` is in voices at the worst rating (`zhiyin.measure.harm`), `stars` the mean rating (1 to 5) of
    those who speak badly of it.
    """

    aspect: str
    aspect_name: str
    n_mentions: int
    n_positive: int
    n_negative: int
    n_people: int
    share: Figure
    net_sentiment: Figure
    stars: Figure
    harm: float
    pairs: list[Words]
    opinion_words: list[Words]


class UnitLine(msgspec.Struct, frozen=True, kw_only=True):
    """A unit that stands out. `expected` is its net sentiment after shrinkage, `apart` that minus all units'.

    `main_aspect` is what is spoken badly of there more than elsewhere; None where nothing is.
    """

    unit_id: int
    name: str
    n_voices: int
    net_sentiment: Figure
    expected: float
    apart: float
    adjusted_p: float
    stars: Figure
    main_aspect: str | None
    main_aspect_name: str | None
    n_main_aspect: int


class Units(msgspec.Struct, frozen=True, kw_only=True):
    """Units that stand out, the farthest first, and the share (0 to 1) of units at 4.8 stars or more.

    `n` units have voices, `n_compared` have mentions, `n_worse` and `n_better` stand out in all.
    """

    n: int
    n_compared: int
    n_worse: int
    n_better: int
    worse: list[UnitLine]
    better: list[UnitLine]
    excellent_share: Figure


class Waits(msgspec.Struct, frozen=True, kw_only=True):
    """Voices that tell of waiting: `share` (0 to 1) of all; of the `n_timed` with minutes, how long."""

    share: Figure
    n: int
    n_timed: int
    median_minutes: float | None
    p90_minutes: float | None
    long_share: Figure


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """How many voices show something, and their share (0 to 1) of all voices."""

    name: str
    n: int
    share: Figure


class UrgentVoice(msgspec.Struct, frozen=True, kw_only=True):
    """A voice to be read today (level 2) or now (3); `text` is masked."""

    feedback_id: str
    occurred_at: datetime | None
    unit_id: int | None
    unit_name: str | None
    channel: str | None
    level: int
    reasons: list[str]
    text: str


class Urgent(msgspec.Struct, frozen=True, kw_only=True):
    """How many voices are urgent (level 2 and 3), and the newest of them."""

    n: int
    newest: list[UrgentVoice]


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """Share (0 to 1) of voices with an answer, by the time of the voice; hours from voice to answer."""

    share: Figure
    median_hours: float | None


Kind = Literal["signals", "intents", "emotions", "needs_unmet"]


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer. `answers` is None where the lake holds no replies table."""

    period: Period
    voices: Voices
    rating: Figure
    sentiments: Sentiments
    net_sentiment: Figure
    aspects: list[AspectLine]
    units: Units
    waits: Waits
    signals: list[Named]
    intents: list[Named]
    emotions: list[Named]
    needs_unmet: list[Named]
    urgent: Urgent
    answers: Answers | None
