"""Reads what conversations mean, and what was promised in them; masked words only."""

from __future__ import annotations

from datetime import datetime

import duckdb
import msgspec

from zhiyin.engine.protocols import Lake
from zhiyin.listen.facts import FEEDBACK
from zhiyin.listen.queries.feedback import day_in
from zhiyin.people.scope import Scope


class MarkOut(msgspec.Struct, frozen=True, kw_only=True):
    """Something at a turn (from 0, as `list_turns` counts): kinds of `understand.conversation.MARKS`."""

    kind: str
    turn: int
    start: int
    end: int
    about: int | None
    due: datetime | None
    seconds: float | None
    words: str


class TurnSense(msgspec.Struct, frozen=True, kw_only=True):
    """Sentiment (−1 to 1), intents and emotions of one turn."""

    sentiment: str | None
    score: float | None
    intents: list[str]
    emotions: list[str]


class ConversationOut(msgspec.Struct, frozen=True, kw_only=True):
    """What a conversation means. Shares 0 to 1; moods −1 to 1; seconds None where times are missing."""

    outcome: str | None
    mood_start: float | None
    mood_end: float | None
    customer_share: float
    staff_share: float
    robot_share: float
    is_timed: bool
    duration_s: float | None
    silence_s: float | None
    longest_silence_s: float | None
    waited_s: float | None
    turns: list[TurnSense]
    marks: list[MarkOut]

    def of(self, kind: str) -> list[MarkOut]:
        """The marks of a kind."""
        return [mark for mark in self.marks if mark.kind == kind]


class PromiseOut(msgspec.Struct, frozen=True, kw_only=True):
    """What the company said that it will do, in masked words; `due` in UTC, None where no time was named."""

    feedback_id: str
    turn: int
    words: str
    due: datetime | None


def find_conversation(lake: Lake, *, feedback_id: str) -> ConversationOut | None:
    """What the conversation of a voice means, None without turns. The caller has read it within the scope.

    Voices stored before conversations were understood have none until `zhiyin lake rebuild`.
    """
    found = _read(lake, feedback_id=feedback_id)
    return found[1] if found else None


def promises(lake: Lake, *, feedback_id: str, scope: Scope) -> list[PromiseOut]:
    """What was promised in the conversation of a voice, in order; empty for what the asker may not see."""
    found = _read(lake, feedback_id=feedback_id)
    if found is None or not scope.allows(found[0]):
        return []
    return [
        PromiseOut(feedback_id=feedback_id, turn=mark.turn, words=mark.words, due=mark.due)
        for mark in found[1].of("promise")
    ]


def _read(lake: Lake, *, feedback_id: str) -> tuple[int | None, ConversationOut] | None:
    try:
        with lake.connect(FEEDBACK.name) as connection:
            row = connection.execute(
                "SELECT unit_id, conversation FROM feedback WHERE day = ? AND feedback_id = ? AND is_current",
                [day_in(feedback_id), feedback_id],
            ).fetchone()
    except duckdb.BinderException:
        return None  # a lake from before, to which nothing was added since
    if row is None or row[1] is None:
        return None
    return row[0], msgspec.convert(row[1], ConversationOut)
