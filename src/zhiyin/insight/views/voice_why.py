"""Why a voice was understood as it was, on request."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from zhiyin.console.pages import render_page
from zhiyin.errors import InvalidInput
from zhiyin.insight.state import read_state
from zhiyin.insight.views.refusals import explain as say
from zhiyin.insight.views.voice import read_detail
from zhiyin.insight.voice_list import voice_url
from zhiyin.insight.voice_why import explain_voice
from zhiyin.people.access import scope_of
from zhiyin.people.permissions import Permission, requires


@require_safe
@requires(Permission.FEEDBACK_READ)
def voice_why(request: HttpRequest, feedback_id: str) -> HttpResponse:
    """Every part of every label: a fragment of the voice's page, or a page of its own without script."""
    detail = read_detail(feedback_id, scope=scope_of(request))
    state = read_state(request)
    why, problem = None, ""
    try:
        why = explain_voice(detail, language=state.language)
    except InvalidInput as error:
        problem = say(error)
    context = {
        "why": why,
        "problem": problem,
        "voice": detail.feedback,
        "voice_url": voice_url(feedback_id, state=state),
    }
    parts = {"voice-why": "insight/_voice_why.html"}
    return render_page(request, "insight/voice_why.html", context, parts=parts)
