"""The page of one voice, its customer, and its original words for who may see them."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhiyin.console.pages import render_page
from zhiyin.customers.profile.visits import find_visible_customer
from zhiyin.engine import open_engine
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.insight import naming
from zhiyin.insight.highlights import mark_up
from zhiyin.insight.queries.authors import find_author_voices
from zhiyin.insight.queries.rows import TABLES, find_neighbours
from zhiyin.insight.search import find_hits, read_search
from zhiyin.insight.search.index.background import cover_voices
from zhiyin.insight.state import ViewState, read_state
from zhiyin.insight.talk import make_talk_lines, read_talk
from zhiyin.insight.views.refusals import explain
from zhiyin.insight.voice_list import list_signal_tags, make_lines, read_order, voice_url, with_order
from zhiyin.insight.voice_names import CAUSES, POLARITIES, SENTIMENTS
from zhiyin.insight.voice_page import (
    find_place,
    make_correction_lines,
    make_opinion_lines,
    make_revision_lines,
)
from zhiyin.insight.voice_panels import draw_panels, list_actions_of
from zhiyin.listen.api import open_lake
from zhiyin.listen.queries import (
    Corrections,
    FeedbackDetail,
    find_corrections,
    get_feedback,
    with_corrections,
)
from zhiyin.listen.queries.turns import list_turns
from zhiyin.listen.services.reveal import reveal_original
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.scope import Scope
from zhiyin.people.views.posts import takes_form_of


@require_safe
@requires(Permission.FEEDBACK_READ)
def voice(request: HttpRequest, feedback_id: str) -> HttpResponse:
    """One voice."""
    detail = read_detail(feedback_id, scope=scope_of(request))
    return render_voice(request, detail)


@require_safe
@requires(Permission.FEEDBACK_READ)
def voice_author(request: HttpRequest, feedback_id: str) -> HttpResponse:
    """Other voices of the same author, which the page of a voice fetches after itself."""
    state = read_state(request, default_period="all")
    detail = read_detail(feedback_id, scope=state.scope)
    with open_lake().connect(*TABLES) as connection:
        found = find_author_voices(connection, scope=state.scope, of=detail.feedback)
    context = {
        "state": state,
        "detail": detail,
        "author": found,
        "customer_id": find_visible_customer(request, key=found.author_key) if found else None,
        "lines": make_lines(request, found.newest, state=state) if found else [],
        "voice_url": voice_url(feedback_id, state=read_state(request)),
    }
    return render_page(
        request, "insight/voice_author.html", context, parts={"voice-author": "insight/_voice_author.html"}
    )


@requires(Permission.VERBATIM_REVEAL)
@takes_form_of("voice", "feedback_id")
def voice_original(request: HttpRequest, feedback_id: str) -> HttpResponse:
    """The words as they arrived, once, for the reason given; never kept by any cache."""
    scope = scope_of(request)
    try:
        original = reveal_original(
            open_engine(settings.HOME),
            feedback_id=feedback_id,
            scope=scope,
            reason=request.POST.get("reason", ""),
            by=actor_of(request),
        )
    except NotFound:
        raise Http404 from None
    except InvalidInput as error:
        detail = read_detail(feedback_id, scope=scope)
        response = render_voice(request, detail, refused=explain(error), tried="original", status=422)
    else:
        context = {"original": original, "feedback_id": feedback_id, "reason": request.POST.get("reason", "")}
        response = render_page(
            request,
            "insight/voice_original.html",
            context,
            parts={"voice-original": "insight/_voice_original.html"},
        )
    response["Cache-Control"] = "no-store"
    return response


def read_detail(feedback_id: str, *, scope: Scope) -> FeedbackDetail:
    """The voice as corrected; 404 for what is not there or not for the asker."""
    try:
        detail = get_feedback(open_lake(), feedback_id=feedback_id, scope=scope)
    except NotFound:
        raise Http404 from None
    return with_corrections(detail, find_corrections(detail))


def render_voice(
    request: HttpRequest, detail: FeedbackDetail, *, refused: str = "", tried: str = "", status: int = 200
) -> HttpResponse:
    """The page; `refused` says why what was tried (`correction`, `original`) was not done.

    The state is that of the list in the address, in the visitor's scope for reading.
    """
    scope = visitor_of(request).scope_for(Permission.FEEDBACK_READ)
    state = read_state(request, scope=scope)
    corrections = find_corrections(detail)
    context = {
        "state": state,
        "detail": detail,
        "voice": detail.feedback,
        "refused": refused,
        "tried": tried,
        "given": request.POST if refused else {},
        **_content(detail, state=state, corrections=corrections),
        **_surroundings(request, detail, state=state),
        "panels": draw_panels(request, detail),
        "actions": list_actions_of(request, [detail.feedback.feedback_id])[detail.feedback.feedback_id],
    }
    return render(request, "insight/voice.html", context, status=status)


def _content(
    detail: FeedbackDetail, *, state: ViewState, corrections: Corrections | None
) -> dict[str, object]:
    feedback, language = detail.feedback, state.language
    hits = find_hits(feedback.text, read_search(state.filter.text))
    place = find_place(detail, language=language)
    return {
        "pieces": mark_up(feedback.text, opinions=detail.opinions, hits=hits),
        "turns": make_talk_lines(
            list_turns(open_engine(settings.HOME), detail),
            detail=detail,
            conversation=read_talk(detail),
            zone=place.zone,
        ),
        "opinions": make_opinion_lines(detail, language=language, corrections=corrections),
        "place": place,
        "revisions": make_revision_lines(detail.revisions) if len(detail.revisions) > 1 else [],
        "corrections": make_correction_lines(corrections, language=language),
        "machine": corrections.machine if corrections else None,
        "n_changes": corrections.n_changes if corrections else 0,
        "aspects": naming.aspect_names(language),
        "polarities": POLARITIES,
        "sentiments": SENTIMENTS,
        "signals": list_signal_tags(feedback.signals),
        "cause": CAUSES.get(feedback.cause or "", ""),
        "title": _title(detail),
    }


def _surroundings(request: HttpRequest, detail: FeedbackDetail, *, state: ViewState) -> dict[str, object]:
    """The way on through the list that the voice was opened from."""
    order = read_order(request)
    lake = open_lake()
    coverage = cover_voices(lake) if state.filter.text else None
    with lake.connect("feedback", "opinions", *state.filter.tables) as connection:
        beside = find_neighbours(
            connection,
            scope=state.scope,
            filter=state.filter,
            order=order,
            here=detail.feedback,
            coverage=coverage,
        )
    return {
        "previous_url": beside.previous and voice_url(beside.previous, state=state, order=order),
        "next_url": beside.next and voice_url(beside.next, state=state, order=order),
        "list_url": with_order(state.url("voices", period=state.period.code), order),
        "here_url": voice_url(detail.feedback.feedback_id, state=state, order=order),
        "why_url": state.url("voice_why", detail.feedback.feedback_id),
        "author_url": state.url("voice_author", detail.feedback.feedback_id),
        "similar_url": detail.feedback.text and state.url("similar_voices", detail.feedback.feedback_id),
    }


def _title(detail: FeedbackDetail) -> str:
    if detail.feedback.n_turns:
        return _("What was said in this conversation?")
    return _("What did this customer say?")
