"""What a conversation is, and what is understood of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import msgspec

from zhiyin.understand.contract import Emotion, Intent, Opinion, Sentiment, Signal, Understanding

Speaker = Literal["customer", "staff", "robot", "unknown"]
Outcome = Literal["solved", "unsolved"]

MARKS = (
    "promise",
    "told_again",
    "asked_again",
    "handed_over",
    "no_way_to_person",
    "beside_the_point",
    "silence",
    "interruption",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn: who spoke, the words, and seconds from the start of the conversation where known."""

    speaker: Speaker
    text: str
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Turns in order. `started_at` lets words such as "tomorrow" become a moment, in its own zone."""

    turns: Sequence[Turn]
    started_at: datetime | None = None


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """Something at a turn, one of `MARKS`, its words at `[start, end)` of the turn's text.

    `about` is the other turn that it belongs to: what was told or asked before, the question that was
    not answered. `due` is the end of the time that a promise names, None where it names none. `seconds`
    is how long a silence before the turn, or the overlap of an interruption, lasted.
    """

    kind: str
    turn: int
    start: int
    end: int
    about: int | None = None
    due: datetime | None = None
    seconds: float | None = None


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """Shares of the talk (0 to 1, together 1 where anything was said); by time, else by characters.

    Seconds are None where times are missing. `waited_s` is how much of the silence the customer bore: what
    passed before a turn of the company's.
    """

    customer: float = 0.0
    staff: float = 0.0
    robot: float = 0.0
    unknown: float = 0.0
    is_timed: bool = False
    duration_s: float | None = None
    silence_s: float | None = None
    longest_silence_s: float | None = None
    waited_s: float | None = None


class TurnMeaning(msgspec.Struct, frozen=True, kw_only=True):
    """What one turn means; offsets are code points of its text."""

    language: str
    masked_text: str
    sentiment: Sentiment | None
    opinions: list[Opinion]
    emotions: list[Emotion]
    intents: list[Intent]
    signals: list[Signal]


class ConversationMeaning(msgspec.Struct, frozen=True, kw_only=True):
    """What a conversation means: turn by turn, its marks in order, and the whole.

    `mood_start` and `mood_end` are the mean sentiment (−1 to 1) of the customer's first and last judging
    turns (up to a third of them each). `whole` is the understanding of all the customer's turns together,
    None where it was not asked for.
    """

    turns: list[TurnMeaning]
    talk: Talk
    marks: list[Mark]
    outcome: Outcome | None = None
    mood_start: float | None = None
    mood_end: float | None = None
    whole: Understanding | None = None

    def of(self, kind: str) -> list[Mark]:
        """The marks of a kind."""
        return [mark for mark in self.marks if mark.kind == kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What counts as a silence, and as talking into someone's words; in seconds."""

    silence_s: float = 5.0
    overlap_s: float = 0.5


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A phrase of a word list at `[start, end)` of a turn's text."""

    kind: str
    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start


def _start_of(cue: Cue) -> int:
    return cue.start


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardTurn:
    """A turn as the rules read it: `folded` has as many code points as the text; `cues` go by place."""

    speaker: Speaker
    folded: str
    cues: Sequence[Cue] = field(default_factory=tuple)

    def has(self, *kinds: str, start: int = 0, end: int | None = None) -> bool:
        """Whether one of these kinds of phrases lies within `[start, end)`."""
        return self.first(*kinds, start=start, end=end) is not None

    def first(self, *kinds: str, start: int = 0, end: int | None = None) -> Cue | None:
        """The first phrase of these kinds within `[start, end)`."""
        stop = len(self.folded) if end is None else end
        for place in range(bisect_left(self.cues, start, key=_start_of), len(self.cues)):
            cue = self.cues[place]
            if cue.start >= stop:
                break
            if cue.kind in kinds and cue.end <= stop:
                return cue
        return None

    @property
    def is_company(self) -> bool:
        """Whether the company speaks, by a person or a machine."""
        return self.speaker in ("staff", "robot")
