"""The part of a voice's page that shows voices like it, and the same as a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from zhiyin.console.pages import render_page
from zhiyin.insight import naming
from zhiyin.insight.search.index.background import cover_voices
from zhiyin.insight.similar.voices import SimilarVoice, list_similar
from zhiyin.insight.state import ViewState, read_state
from zhiyin.insight.views.voice import read_detail
from zhiyin.insight.voice_list import VoiceLine, make_lines, voice_url
from zhiyin.listen.api import open_lake
from zhiyin.people.permissions import Permission, requires


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarLine:
    """A voice like the one shown; `shared` are names of aspects with the polarity that both give them."""

    line: VoiceLine
    shared: Sequence[tuple[str, str]]


@require_safe
@requires(Permission.FEEDBACK_READ)
def similar_voices(request: HttpRequest, feedback_id: str) -> HttpResponse:
    """Voices like this one of the last year, within the asker's scope, with the cases that they led to."""
    state = read_state(request, default_period="all")
    detail = read_detail(feedback_id, scope=state.scope)
    lake = open_lake()
    found = list_similar(
        lake,
        coverage=cover_voices(lake),
        scope=state.scope,
        of=detail.feedback,
        judged=[(one.aspect, one.polarity) for one in detail.opinions],
        now=state.now,
    )
    context = {
        "state": state,
        "detail": detail,
        "similar": _make_lines(request, found, state=state),
        "voice_url": voice_url(feedback_id, state=read_state(request)),
    }
    parts = {"similar-voices": "insight/similar/_similar.html"}
    return render_page(request, "insight/similar/similar.html", context, parts=parts)


def _make_lines(
    request: HttpRequest, found: Sequence[SimilarVoice], *, state: ViewState
) -> list[SimilarLine]:
    lines = make_lines(request, [one.row for one in found], state=state)
    names = naming.aspect_names(state.language)
    return [
        SimilarLine(
            line=line, shared=[(names.get(aspect, aspect), polarity) for aspect, polarity in one.shared]
        )
        for line, one in zip(lines, found, strict=True)
    ]
