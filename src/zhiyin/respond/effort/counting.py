"""Looks at what was asked and told, beside what the case held before; each once, whoever looks first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from zhiyin.engine import open_engine
from zhiyin.errors import ZhiyinError
from zhiyin.listen.pipeline.worker import Chore
from zhiyin.listen.queries.conversations import find_conversation
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.about import AboutVoice, find_voice
from zhiyin.respond.brief.again import find_asked_again, find_told_again
from zhiyin.respond.brief.facts import Fact, Said, find_facts
from zhiyin.respond.brief.telling import tell_story
from zhiyin.respond.brief.topics import Topic
from zhiyin.respond.models import Case, CaseEvent, CaseMessage, CaseVoice, Effort, Step
from zhiyin.respond.queries import list_events

_SECONDS = 30.0
_MOST = 200
_MOST_TRIES = 8
_LATER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How often was asked and told again, and of which topics."""

    n_asked: int = 0
    n_told: int = 0
    topics: Sequence[Topic] = ()


def make_effort_chore() -> Chore:
    """What the worker does: looks at what is new. Several processes may do it at a time."""
    return Chore(name="case-effort", every_seconds=_SECONDS, run=count_new)


def count_new(should_stop: Callable[[], bool]) -> None:
    """One round."""
    now = timezone.now()
    waiting = Effort.objects.filter(counted_at=None, next_try_at__lte=now).select_related(
        "case", "voice", "event__case", "event__words", "event__answer"
    )
    for effort in waiting.order_by("next_try_at")[:_MOST]:
        if should_stop():
            return
        count_one(effort, now=now)


def count_one(effort: Effort, *, now: datetime) -> bool:
    """Whether it is counted now. A voice that is not in the store yet is tried later, the eighth time no
    more; what holds nothing to count is forgotten.
    """
    waiting = Effort.objects.filter(pk=effort.pk, counted_at=None)
    try:
        found = _look(effort)
    except ZhiyinError:  # the store does not answer, or the voice was just erased
        if effort.n_tries + 1 >= _MOST_TRIES:
            waiting.delete()
        else:
            wait = _LATER * 2**effort.n_tries
            waiting.update(n_tries=F("n_tries") + 1, next_try_at=now + wait)
        return False
    if found is None:
        waiting.delete()
        return False
    counted = waiting.update(
        counted_at=now,
        n_asked_again=found.n_asked,
        n_told_again=found.n_told,
        topics=",".join(topic.value for topic in found.topics),
    )
    return bool(counted)


def _look(effort: Effort) -> Found | None:
    """None where there is nothing to count."""
    if effort.voice is not None:
        return _look_at_voice(effort, effort.voice)
    return None if effort.event is None else _look_at_event(effort, effort.event)


def _look_at_event(effort: Effort, event: CaseEvent) -> Found | None:
    if event.words is not None:
        said = Said(text=event.words.masked, speaker="customer", at=event.at)
        told = find_told_again([said], known=_known(effort, until=event.at))
        return Found(n_told=len(told), topics=told)
    message = CaseMessage.objects.filter(case=event.case_id, at=event.at).first()
    text = event.answer.text if event.answer else message.text if message else ""
    if not text:
        return None
    known = _known(effort, until=event.at)
    asked = find_asked_again(text, known=known, is_question=event.kind == Step.ASKED)
    return Found(n_asked=len(asked), topics=asked)


def _look_at_voice(effort: Effort, voice: CaseVoice) -> Found | None:
    about = _read_voice(voice.feedback_id)
    if about is None:
        raise _NotThere("The voice is not in the store yet.")
    feedback = about.detail.feedback
    known = _known(effort, until=feedback.occurred_at, voice=voice)
    if not known and not feedback.n_turns:
        return None
    told = find_told_again(tell_story(effort.case, events=[], voices=[about]), known=known)
    lake = open_engine(settings.HOME).lake
    talk = find_conversation(lake, feedback_id=voice.feedback_id) if feedback.n_turns else None
    n_asked = len(talk.of("asked_again")) if talk else 0
    n_repeated = len(talk.of("told_again")) if talk else 0
    return Found(n_asked=n_asked, n_told=len(told) + n_repeated, topics=told)


class _NotThere(ZhiyinError):
    """A voice that may come yet."""


def _known(effort: Effort, *, until: datetime, voice: CaseVoice | None = None) -> list[Fact]:
    """What the case held before: said before `until`, in steps and voices that had joined by then."""
    cases = [effort.case]
    if effort.event is not None and effort.event.case_id != effort.case_id:
        cases.append(effort.event.case)
    events = [event for case in cases for event in list_events(case) if event.at < until]
    voices = _voices_before(effort, voice=voice)
    story = tell_story(effort.case, events=events, voices=voices)
    return find_facts([said for said in story if said.at is None or said.at < until])


def _voices_before(effort: Effort, *, voice: CaseVoice | None) -> list[AboutVoice]:
    joined = CaseVoice.objects.filter(case=effort.case)
    if voice is not None:
        joined = joined.filter(Q(added_at__lt=voice.added_at) | Q(added_at=voice.added_at, pk__lt=voice.pk))
    else:
        joined = joined.filter(added_at__lt=effort.at)
    ids = list(joined.order_by("added_at", "pk").values_list("feedback_id", flat=True))
    if not ids and voice is None and _begins_without_voice(effort.case):
        ids = [effort.case.feedback_id]
    return [about for one in ids if (about := _read_voice(one)) is not None]


def _begins_without_voice(case: Case) -> bool:
    """A copy of a case is about the voice that it began with, although that belongs to the other."""
    return bool(case.feedback_id) and not CaseVoice.objects.filter(case=case).exists()


def _read_voice(feedback_id: str) -> AboutVoice | None:
    return find_voice(feedback_id, scope=EVERYTHING, language="zh")
