"""The list of voices: filters that combine, search, pages; and the panel of its filters."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from zhiyin.assist.services.endpoint import is_on
from zhiyin.console.pages import render_page
from zhiyin.insight.queries.choices import list_choices
from zhiyin.insight.queries.saved_views import find_default_view, list_views
from zhiyin.insight.search_page import learn_own_words, list_pinyin, list_ways
from zhiyin.insight.state import ViewState, read_state
from zhiyin.insight.voice_filters import list_chips, make_panel
from zhiyin.insight.voice_list import read_listing, read_order, with_order
from zhiyin.listen.api import open_lake
from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission, requires

FILE_KINDS = {"voices": gettext_lazy("One row a voice"), "opinions": gettext_lazy("One row an opinion")}


@require_safe
@requires(Permission.FEEDBACK_READ)
def voices(request: HttpRequest) -> HttpResponse:
    """The list. Without any parameter the visitor's default view opens, if there is one."""
    account = visitor_of(request).account
    if account and not request.GET and (view := find_default_view(account)) and view.query:
        return redirect(f"{reverse('voices')}?{view.query}")
    state = read_state(request)
    learn_own_words(state.filter.text)
    listing = read_listing(request, state=state)
    context = {
        "state": state,
        "listing": listing,
        "chips": list_chips(state),
        "cleared_url": with_order(reverse("voices") + _only_bar(state), listing.order),
        "saved_views": list_views(account) if account else [],
        "state_query": current_query(request, state=state),
        "filters_url": with_order(state.url("voices_filters"), listing.order),
        "summary_url": with_order(state.url("voices_summary"), listing.order) if is_on() else "",
        "export_url": state.url("voices_export"),
        "file_kinds": FILE_KINDS,
        "kept": _kept(state),
        "all_time_url": state.url("voices", period="all", since=None, until=None),
        "here_url": request.get_full_path(),
        "exact_url": f"{with_order(state.url('voices'), listing.order)}&count=exact",
        "search_ways": list_ways(state),
        "pinyin": list_pinyin(state),
    }
    parts = {
        "voice-list": "insight/_voice_list.html",
        "voices-count": "insight/_voices_count.html",
    }
    return render_page(request, "insight/voices.html", context, parts=parts)


@require_safe
@requires(Permission.FEEDBACK_READ)
def voices_filters(request: HttpRequest) -> HttpResponse:
    """The panel of filters: beside the list, or a page of its own on a phone."""
    state = read_state(request)
    with open_lake().connect("feedback", "opinions") as connection:
        choices = list_choices(connection, scope=state.scope, filter=state.filter, now=state.now)
    context = {
        "state": state,
        "panel": make_panel(state, choices=choices),
        "order": read_order(request),
        "list_url": state.url("voices"),
    }
    return render_page(
        request,
        "insight/voices_filters.html",
        context,
        parts={"voice-filters": "insight/_voices_filters.html"},
    )


def current_query(request: HttpRequest, *, state: ViewState) -> str:
    """The list's state with its order, as saved views hold it."""
    return with_order(f"?{state.query()}", read_order(request)).removeprefix("?").removeprefix("&")


def _kept(state: ViewState) -> list[tuple[str, str]]:
    """What the form of the search passes on."""
    return [
        (name, value) for name, values in state.parameters.items() if name != "q" for value in values if value
    ]


def _only_bar(state: ViewState) -> str:
    kept = {name: None for name in state.parameters if name not in {"period", "since", "until", "unit"}}
    query = state.query(**kept)
    return f"?{query}" if query else "?period=30d"
