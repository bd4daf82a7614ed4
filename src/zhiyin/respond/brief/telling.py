"""Puts the brief of a case together: what was said, tried, promised and handed on, for this reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from zhiyin.console.numbers import Language
from zhiyin.engine import open_engine
from zhiyin.listen.queries.turns import list_turns
from zhiyin.people.scope import Scope
from zhiyin.respond.about import AboutVoice, list_voices
from zhiyin.respond.brief.facts import Fact, Said, Speaker, find_facts
from zhiyin.respond.effort.queries import EffortSum, sum_effort
from zhiyin.respond.models import Case, CaseEvent, ContactMood, Step, Transfer
from zhiyin.respond.moods.queries import list_moods
from zhiyin.respond.owning.queries import list_transfers
from zhiyin.respond.queries import list_events

_TRIED = frozenset({Step.INVESTIGATED, Step.GRANTED, Step.DECIDED, Step.VISITED, Step.CALLED_BACK})
_PROMISES = frozenset({Step.PROMISED, Step.PROMISE_KEPT, Step.PROMISE_BROKEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """One hand-over with what was written for the next."""

    at: datetime
    names: str
    reason: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What whoever takes the case up has to know; all texts as the page of the case shows them."""

    facts: list[Fact]
    answers: list[CaseEvent]
    tried: list[CaseEvent]
    promises: list[CaseEvent]
    hand_overs: list[HandOver]
    moods: list[ContactMood]
    effort: EffortSum | None
    voices: list[AboutVoice]


def read_brief(
    case: Case, *, scope: Scope, language: Language, came_from: frozenset[int] = frozenset()
) -> Brief:
    """The brief within the scope by which the asker may read voices, and of what was said at the units that
    it came from. A few queries, and the voices.
    """
    events = list_events(case)
    voices = list_voices(case, scope=scope, language=language, came_from=came_from)
    transfers = {one.event_id: one for one in list_transfers(case)}
    return Brief(
        facts=find_facts(tell_story(case, events=events, voices=voices)),
        answers=[event for event in events if event.kind == Step.ANSWERED and event.answer],
        tried=[event for event in events if event.kind in _TRIED],
        promises=[event for event in events if event.kind in _PROMISES],
        hand_overs=[_hand_over(event, transfers[event.pk]) for event in events if event.pk in transfers],
        moods=list_moods(case),
        effort=sum_effort(case),
        voices=voices,
    )


def tell_story(case: Case, *, events: list[CaseEvent], voices: list[AboutVoice]) -> list[Said]:
    """Everything that was said, in order: voices, the customer's words, notes, answers."""
    story = [said for voice in voices for said in _of_voice(voice)]
    has_voice = bool(voices)
    for event in events:
        if event.words is not None and not (has_voice and event.kind == Step.OPENED):
            story.append(_said(event.words.masked, "customer", event, source="words"))
        if event.answer is not None:
            story.append(_said(event.answer.text, "staff", event, source="answer"))
        if event.note is not None:
            story.append(_said(event.note.text, "staff", event, source="note"))
    return story


def _said(text: str, speaker: Speaker, event: CaseEvent, *, source: str) -> Said:
    return Said(text=text, speaker=speaker, at=event.at, source=source)


def _of_voice(voice: AboutVoice) -> list[Said]:
    feedback = voice.detail.feedback
    if not feedback.n_turns:
        return [Said(text=feedback.text, speaker="customer", at=feedback.occurred_at, source="voice")]
    turns = list_turns(open_engine(settings.HOME), voice.detail)
    return [
        Said(
            text=turn.text,
            speaker="customer" if turn.speaker == "customer" else "staff",
            at=feedback.occurred_at,
            source="talk",
        )
        for turn in turns
    ]


def _hand_over(event: CaseEvent, transfer: Transfer) -> HandOver:
    from zhiyin.respond.owning.reasons import TransferReason
    from zhiyin.respond.owning.words import REASON_NAMES

    names = f"{transfer.from_account} → {transfer.to_account}"
    if transfer.from_unit_id != transfer.to_unit_id:
        names += f" ({transfer.from_unit.name} → {transfer.to_unit.name})"
    return HandOver(
        at=event.at,
        names=names,
        reason=str(REASON_NAMES[TransferReason(transfer.reason)]),
        summary=event.note.text if event.note else "",
    )
