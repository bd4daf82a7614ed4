"""The part of a case's page that shows which answers left the house, and the way to reply in public."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission
from zhiyin.respond.models import Case, OutgoingAnswer
from zhiyin.respond.outbox.queries import list_of_case
from zhiyin.respond.outbox.states import AnswerState
from zhiyin.respond.outbox.wording import STATE_NAMES, say_reason
from zhiyin.respond.queries import list_feedback_ids

_MOST_VOICES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingLine:
    """One answer of the panel; `is_stopped`: a person has to help it on."""

    answer: OutgoingAnswer
    state: str
    reason: str
    url: str
    is_stopped: bool
    can_take_back: bool


def build_panel(case: Case, request: HttpRequest) -> Mapping[str, object]:
    """The answers, and the voices that can be answered where they were written; empty without either."""
    may_work = visitor_of(request).scope_for(Permission.CASES_WORK).allows(case.unit_id)
    lines = [_line(one) for one in list_of_case(case)]
    voices = [
        reverse("inbox_voice", args=[feedback_id])
        for feedback_id in (list_feedback_ids(case)[:_MOST_VOICES] if may_work and case.channel else [])
    ]
    if not lines and not voices:
        return {}
    return {"case": case, "lines": lines, "voices": voices, "may_work": may_work}


def _line(answer: OutgoingAnswer) -> OutgoingLine:
    stands = answer.stands
    return OutgoingLine(
        answer=answer,
        state=str(STATE_NAMES[stands]),
        reason=say_reason(answer),
        url=reverse("inbox_voice", args=[answer.feedback_id]) if answer.is_reply else "",
        is_stopped=stands in (AnswerState.FAILED, AnswerState.UNSURE) and not answer.is_reply,
        can_take_back=stands is AnswerState.WAITING and not answer.is_reply,
    )
