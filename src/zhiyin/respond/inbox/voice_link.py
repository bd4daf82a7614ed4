"""The way from the page of a voice to its answer, and from a case to what solved the like."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest

from zhiyin.listen.queries import FeedbackDetail
from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission
from zhiyin.respond.inbox.voices import VoiceWish, list_channels_to_answer
from zhiyin.respond.models import Case
from zhiyin.respond.outbox.changes import find_reply
from zhiyin.respond.outbox.wording import STATE_NAMES


def build_link(request: HttpRequest, detail: FeedbackDetail) -> Mapping[str, object]:
    """How the answer stands; empty where nobody answers voices of the channel, or it has its answer."""
    feedback = detail.feedback
    if not visitor_of(request).scope_for(Permission.CASES_WORK).allows(feedback.unit_id):
        return {}
    reply = find_reply(feedback.feedback_id)
    if reply is None and (
        detail.reply is not None or feedback.channel not in list_channels_to_answer(VoiceWish())
    ):
        return {}
    state = str(STATE_NAMES[reply.stands]) if reply else ""
    return {"feedback_id": feedback.feedback_id, "state": state}


def build_case_panel(case: Case, request: HttpRequest) -> Mapping[str, object]:
    """Empty for a case about nothing in particular."""
    return {"case": case} if case.aspect and case.is_open else {}
