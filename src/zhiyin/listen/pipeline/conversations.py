"""What conversations mean, beside what their customers said: one analysis of all turns of a batch."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pyarrow as pa

from zhiyin.errors import ZhiyinError
from zhiyin.listen.facts import CONVERSATION
from zhiyin.listen.items import FeedbackIn, TurnIn
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.masking import cover_author
from zhiyin.listen.pipeline.voices import Voice
from zhiyin.listen.validation import LOCAL_ZONE
from zhiyin.people.queries.units import find_unit
from zhiyin.understand.conversation import (
    Conversation,
    ConversationMeaning,
    Mark,
    Turn,
    TurnMeaning,
    read_conversations,
)

_log = logging.getLogger(__name__)


def spoken_turns(item: FeedbackIn) -> list[TurnIn]:
    """The turns that hold words; marks count among these."""
    return [turn for turn in item.turns if turn.text]


def understand_conversations(
    voices: Sequence[Voice], *, analysis: Analysis, unit_ids: Sequence[int | None]
) -> pa.Array:
    """The column `conversation` of the voices, null where one has no turns.

    Words such as "tomorrow" are counted from when it was said, in the zone of the voice's unit.
    """
    rows = [row for row, voice in enumerate(voices) if spoken_turns(voice.entry.item)]
    if not rows:
        return pa.nulls(len(voices), CONVERSATION)
    zones = _zones({unit_ids[row] for row in rows})
    conversations = [_conversation(voices[row], zone=zones[unit_ids[row]]) for row in rows]
    covered = [
        cover_author(turn.text, voices[row].entry.item.author)
        for row in rows
        for turn in spoken_turns(voices[row].entry.item)
    ]
    found = read_conversations(conversations, understood=_run(analysis, covered))
    column: list[dict[str, object] | None] = [None] * len(voices)
    for row, meaning in zip(rows, found, strict=True):
        column[row] = _fact(meaning)
    return pa.array(column, CONVERSATION)


def _run(analysis: Analysis, texts: Sequence[str]) -> pa.Table:
    try:
        return analysis.run(texts)
    except ZhiyinError:
        raise
    except Exception as error:  # noqa: BLE001 - one turn's words may break anything in there
        # What the customer said has passed the analyser as a whole; a turn that breaks it is read as blank.
        _log.error("The analyser failed on a turn (%s); looking for it.", type(error).__name__)
    broken = set(analysis.find_breaking(texts))
    return analysis.run(["" if row in broken else text for row, text in enumerate(texts)])


def _conversation(voice: Voice, *, zone: ZoneInfo) -> Conversation:
    said_at: datetime = voice.entry.item.occurred_at or voice.entry.raw.received_at
    turns = [
        Turn(speaker=turn.speaker, text=turn.text, start_s=turn.start_seconds, end_s=turn.end_seconds)
        for turn in spoken_turns(voice.entry.item)
    ]
    return Conversation(turns=turns, started_at=said_at.astimezone(zone))


def _zones(unit_ids: set[int | None]) -> dict[int | None, ZoneInfo]:
    zones: dict[int | None, ZoneInfo] = {}
    for unit_id in unit_ids:
        unit = None if unit_id is None else find_unit(unit_id)
        try:
            zones[unit_id] = ZoneInfo(unit.time_zone) if unit else LOCAL_ZONE
        except (KeyError, ValueError, OSError):
            zones[unit_id] = LOCAL_ZONE
    return zones


def _fact(meaning: ConversationMeaning) -> dict[str, object]:
    talk = meaning.talk
    return {
        "outcome": meaning.outcome,
        "mood_start": meaning.mood_start,
        "mood_end": meaning.mood_end,
        "customer_share": talk.customer,
        "staff_share": talk.staff,
        "robot_share": talk.robot,
        "is_timed": talk.is_timed,
        "duration_s": talk.duration_s,
        "silence_s": talk.silence_s,
        "longest_silence_s": talk.longest_silence_s,
        "waited_s": talk.waited_s,
        "turns": [_turn(one) for one in meaning.turns],
        "marks": [_mark(one, turns=meaning.turns) for one in meaning.marks],
    }


def _turn(turn: TurnMeaning) -> dict[str, object]:
    sentiment = turn.sentiment
    return {
        "sentiment": sentiment.label if sentiment else None,
        "score": sentiment.score if sentiment else None,
        "intents": [one.name for one in turn.intents],
        "emotions": [one.name for one in turn.emotions],
    }


def _mark(mark: Mark, *, turns: Sequence[TurnMeaning]) -> dict[str, object]:
    return {
        "kind": mark.kind,
        "turn": mark.turn,
        "start": mark.start,
        "end": mark.end,
        "about": mark.about,
        "due": mark.due,
        "seconds": mark.seconds,
        "words": turns[mark.turn].masked_text[mark.start : mark.end],
    }
