"""The page of what is new in what customers say."""

from __future__ import annotations

from contextlib import closing
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhiyin.console.pages import render_page, wanted_part
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.insight.state import read_state
from zhiyin.insight.topics.job import ask_to_look, find_job
from zhiyin.insight.topics.page import (
    is_whole,
    list_aspect_choices,
    make_cards,
    make_uncovered_cards,
    read_report,
)
from zhiyin.insight.topics.putting_away import put_away, put_away_names, put_back
from zhiyin.insight.unit_choices import list_unit_choices
from zhiyin.listen.api import open_lake
from zhiyin.listen.sentences import words_of
from zhiyin.listen.services.term_suggestions import Choice, add_terms
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires

_PART = "new-subjects"


@require_safe
@requires(Permission.FEEDBACK_READ)
def new_subjects(request: HttpRequest) -> HttpResponse:
    """What customers have begun to speak of; for a part of the company it is fetched behind the page."""
    state = read_state(request)
    visitor = visitor_of(request)
    can_ask = scope_of(request).unit_ids is None
    context: dict[str, object] = {
        "state": state,
        "unit_choices": list_unit_choices(state.scope, chosen=state.unit),
        "is_whole": is_whole(state),
        "can_ask": can_ask,
        "can_edit_taxonomy": visitor.may(Permission.TAXONOMY_EDIT),
        "job": find_job() if is_whole(state) else None,
        "all_url": f"{request.path}?{state.query(now='1', show='all')}",
        "part_url": f"{request.path}?{state.query(now='1')}",
    }
    if is_whole(state) or wanted_part(request) == _PART or request.GET.get("now") == "1":
        names = put_away_names(visitor.account, now=state.now)
        hidden = frozenset[str]() if request.GET.get("show") == "all" else names
        with closing(open_lake().connect("feedback", "opinions")) as connection:
            found = read_report(connection, state=state)
            report, made_at = found or (None, None)
            cards = make_cards(report, connection=connection, state=state, without=hidden) if report else []
            bare = (
                make_uncovered_cards(report, connection=connection, state=state, without=hidden)
                if report
                else []
            )
        n_put_away = len(hidden & {one.name for one in report.subjects}) if report else 0
        context |= {"report": report, "made_at": made_at, "cards": cards, "n_put_away": n_put_away}
        context |= {"is_ready": True, "uncovered_cards": bare}
        if visitor.may(Permission.TAXONOMY_EDIT):
            context["aspect_choices"] = list_aspect_choices(state)
    return render_page(
        request, "insight/topics/page.html", context, parts={_PART: "insight/topics/_subjects.html"}
    )


@require_POST
@requires(Permission.FEEDBACK_READ)
def put_subject_away(request: HttpRequest) -> HttpResponse:
    """Show the subject no more to this person, or again (`again=1`, which is how it is undone)."""
    account = visitor_of(request).account
    name = request.POST.get("name") or request.GET.get("name") or ""
    if account is None or not name:
        raise Http404
    if request.POST.get("again", request.GET.get("again")) == "1":
        put_back(name, account=account)
    else:
        put_away(name, account=account, now=read_state(request).now)
        undo = f"{request.path}?again=1&name={quote(name)}"
        tell(request, _("“%(name)s” is put away for 90 days.") % {"name": name}, undo_url=undo)
    return redirect(_back(request))


@require_POST
@requires(Permission.FEEDBACK_READ)
def look_for_subjects_now(request: HttpRequest) -> HttpResponse:
    """Begin a look over the whole company; for who sees all of it."""
    if scope_of(request).unit_ids is not None:
        raise Http404
    ask_to_look(by=visitor_of(request).account)
    tell(request, _("Being looked for. This takes seconds, with millions of voices minutes."), tone="info")
    return redirect("new_subjects")


@require_POST
@requires(Permission.TAXONOMY_EDIT)
def propose_term(request: HttpRequest) -> HttpResponse:
    """Add the words of a subject as a term to the asker's draft of the taxonomy."""
    account = visitor_of(request).account
    term, aspect = request.POST.get("name", ""), request.POST.get("aspect", "")
    if account is None or not term:
        raise Http404
    try:
        add_terms(account, [Choice(term=term, aspect=aspect)], by=actor_of(request))
    except (InvalidInput, NotFound):
        tell(request, _("Not added: choose an aspect, and words that no other aspect has."), tone="bad")
    except Conflict as error:
        tell(request, words_of(error), tone="bad")
    else:
        tell(
            request,
            _("“%(name)s” stands in your draft of the taxonomy. It acts as soon as you put the draft to use.")
            % {"name": term},
        )
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    unit = request.POST.get("unit", "")
    return reverse("new_subjects") + (f"?unit={quote(unit)}" if unit else "")
