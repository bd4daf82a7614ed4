"""Conversations to meaning: all turns of all of them in one batch."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

import msgspec
import pyarrow as pa

from zhiyin.understand.analyser import Analyser
from zhiyin.understand.contract import Understanding
from zhiyin.understand.conversation.answers import find_beside
from zhiyin.understand.conversation.asking import find_asked_again
from zhiyin.understand.conversation.content import content_of
from zhiyin.understand.conversation.cues import hear
from zhiyin.understand.conversation.due import IsWorkingDay, is_week_day
from zhiyin.understand.conversation.flow import find_handovers, find_no_way_to_person, read_outcome
from zhiyin.understand.conversation.model import (
    DEFAULT_LIMITS,
    Conversation,
    ConversationMeaning,
    HeardTurn,
    Limits,
    Mark,
    TurnMeaning,
)
from zhiyin.understand.conversation.promises import PromiseReader
from zhiyin.understand.conversation.repeats import find_told_again
from zhiyin.understand.conversation.timing import measure_talk

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_TURN_FIELDS = tuple(TurnMeaning.__struct_fields__)


def analyse_conversations(
    conversations: Sequence[Conversation],
    *,
    analyser: Analyser,
    limits: Limits = DEFAULT_LIMITS,
    is_working_day: IsWorkingDay = is_week_day,
) -> list[ConversationMeaning]:
    """The meaning of each conversation, its customer's turns together as `whole`; linear in the signs.

    One call of the analyser understands all turns of all conversations, and no result depends on the others.
    """
    conversations = [_readable(one) for one in conversations]
    texts = [turn.text for one in conversations for turn in one.turns]
    wholes = [
        "\n".join(turn.text for turn in one.turns if turn.speaker == "customer") for one in conversations
    ]
    understood = analyser.analyse_batch(
        pa.RecordBatch.from_pydict({"text": pa.array([*texts, *wholes], pa.string())})
    )
    found = read_conversations(
        conversations,
        understood=pa.Table.from_batches([understood.slice(0, len(texts))]),
        limits=limits,
        is_working_day=is_working_day,
    )
    whole = msgspec.convert(understood.slice(len(texts)).to_pylist(), list[Understanding])
    return [msgspec.structs.replace(one, whole=of_all) for one, of_all in zip(found, whole, strict=True)]


def read_conversations(
    conversations: Sequence[Conversation],
    *,
    understood: pa.Table,
    limits: Limits = DEFAULT_LIMITS,
    is_working_day: IsWorkingDay = is_week_day,
) -> list[ConversationMeaning]:
    """As `analyse_conversations` for turns that were analysed before: a row of `understood` for each turn."""
    turns = [turn for one in conversations for turn in one.turns]
    heard = hear([turn.text for turn in turns], speakers=[turn.speaker for turn in turns])
    rows = understood.select(list(_TURN_FIELDS)).to_pylist()
    meanings = msgspec.convert(rows, list[TurnMeaning])
    ends = [0, *accumulate(len(one.turns) for one in conversations)]
    return [
        _read(
            one,
            heard=heard[start:end],
            turns=meanings[start:end],
            limits=limits,
            is_working_day=is_working_day,
        )
        for one, (start, end) in zip(conversations, pairwise(ends), strict=True)
    ]


def _readable(conversation: Conversation) -> Conversation:
    """The conversation with U+FFFD for lone surrogates, which no column of strings can hold."""
    if not any(_SURROGATE.search(turn.text) for turn in conversation.turns):
        return conversation
    turns = [replace(turn, text=_SURROGATE.sub("\ufffd", turn.text)) for turn in conversation.turns]
    return replace(conversation, turns=turns)


def _read(
    conversation: Conversation,
    *,
    heard: Sequence[HeardTurn],
    turns: list[TurnMeaning],
    limits: Limits,
    is_working_day: IsWorkingDay,
) -> ConversationMeaning:
    talk, marks = measure_talk(conversation.turns, limits=limits)
    reader = PromiseReader(started_at=conversation.started_at, is_working_day=is_working_day)
    promises = reader.read(heard, offsets_s=[turn.start_s for turn in conversation.turns])
    marks += [*promises, *_rules(heard, turns=turns, promised={mark.turn for mark in promises})]
    mood_start, mood_end = _moods(heard, turns=turns)
    return ConversationMeaning(
        turns=turns,
        talk=talk,
        marks=sorted(marks, key=lambda mark: (mark.turn, mark.start, mark.kind)),
        outcome=read_outcome(heard, promised={mark.turn for mark in promises}),
        mood_start=mood_start,
        mood_end=mood_end,
    )


def _rules(heard: Sequence[HeardTurn], *, turns: Sequence[TurnMeaning], promised: set[int]) -> list[Mark]:
    """The marks that come of what the turns say about one another."""
    contents = [
        content_of(turn.folded, opinions=_disliked(meaning))
        for turn, meaning in zip(heard, turns, strict=True)
    ]
    told = find_told_again(heard, contents=contents)
    asked = find_asked_again(heard, contents=contents)
    beside = find_beside(
        heard,
        contents=contents,
        told_again={mark.turn: mark.about for mark in told if mark.about is not None},
        useful=promised | {mark.turn for mark in asked},
    )
    return [*told, *asked, *beside, *find_handovers(heard), *find_no_way_to_person(heard)]


def _disliked(meaning: TurnMeaning) -> tuple[str, ...]:
    return tuple({one.aspect for one in meaning.opinions if one.polarity == "negative"})


def _moods(heard: Sequence[HeardTurn], *, turns: Sequence[TurnMeaning]) -> tuple[float | None, float | None]:
    scores = [
        meaning.sentiment.score
        for turn, meaning in zip(heard, turns, strict=True)
        if turn.speaker == "customer" and meaning.sentiment is not None
    ]
    if not scores:
        return None, None
    n = max(len(scores) // 3, 1)
    return sum(scores[:n]) / n, sum(scores[-n:]) / n
