"""Pages: answers that wait for a second reader, and answers that did not go out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhiyin.people.access import scope_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.respond.models import OutgoingAnswer
from zhiyin.respond.outbox.queries import list_to_help, list_to_read
from zhiyin.respond.outbox.states import AnswerState
from zhiyin.respond.outbox.wording import STATE_NAMES, list_risk_names, say_reason


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckLine:
    """One answer with why it is not out."""

    answer: OutgoingAnswer
    state: str
    why: str
    url: str


@require_safe
@requires(Permission.CASES_WORK)
def show_to_read(request: HttpRequest) -> HttpResponse:
    """Public answers that a second person has to read."""
    return _draw(request, list_to_read(scope=scope_of(request)), is_reading=True)


@require_safe
@requires(Permission.CASES_WORK)
def show_to_help(request: HttpRequest) -> HttpResponse:
    """Answers that somebody has to help on."""
    return _draw(request, list_to_help(scope=scope_of(request)), is_reading=False)


def _draw(request: HttpRequest, answers: Sequence[OutgoingAnswer], *, is_reading: bool) -> HttpResponse:
    context = {"lines": [_line(one) for one in answers], "is_reading": is_reading}
    return render(request, "respond/inbox/stuck.html", context)


def _line(answer: OutgoingAnswer) -> StuckLine:
    state, why = str(STATE_NAMES[answer.stands]), say_reason(answer)
    if answer.stands is AnswerState.READING:
        why = "; ".join(list_risk_names(answer.risks))
    elif answer.stands is AnswerState.WAITING:
        state, why = _("Ready"), _("It has to be copied to where the customer wrote.")
    if answer.is_reply:
        url = reverse("inbox_voice", args=[answer.feedback_id])
    else:
        url = f"{reverse('case', args=[answer.case.number])}#outgoing" if answer.case else ""
    return StuckLine(answer=answer, state=state, why=why, url=url)
