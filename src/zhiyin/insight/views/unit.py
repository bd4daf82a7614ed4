"""The page of one unit: what its manager looks at."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import duckdb
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from zhiyin.console.pages import render_page, wanted_part
from zhiyin.insight.aspect_tree import read_aspect_tree
from zhiyin.insight.charts.opinions import opinion_trend
from zhiyin.insight.queries.aspect import get_story
from zhiyin.insight.queries.quotes import list_quotes
from zhiyin.insight.queries.rows import count_rows
from zhiyin.insight.queries.unit_aspects import list_unit_aspects
from zhiyin.insight.queries.unit_rank import get_rank
from zhiyin.insight.queries.unit_tree import list_steps_down, read_unit_tree
from zhiyin.insight.scoreboard_page import link_row, open_tables
from zhiyin.insight.state import ViewState, read_state
from zhiyin.insight.steps import choose_steps
from zhiyin.insight.unit_kinds import kind_name
from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission, requires

PART = "unit-aspects"
_URGENT = 2
_N_QUOTES = 5


@require_safe
@requires(Permission.SUMMARY_READ)
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """Figures, course, aspects and words of one unit with all below it."""
    asked = request.GET.get("unit")
    if asked is not None and asked != code:
        return _go_to(request, code=asked)
    given = request.GET.copy()
    given["unit"] = code
    state = read_state(request, given=given)
    if state.unit is None:
        raise Http404
    shows_aspects = wanted_part(request) == PART or request.GET.get("show") == "aspects"
    with closing(open_tables()) as connection:
        context = _aspects(connection, state=state) if shows_aspects else {}
        if wanted_part(request) != PART:
            context |= _whole_page(request, connection, state=state)
    return render_page(
        request,
        "insight/unit.html",
        {"state": state, "shows_aspects": shows_aspects, **context},
        parts={PART: "insight/_unit_aspects.html"},
    )


def _go_to(request: HttpRequest, *, code: str) -> HttpResponse:
    """Another unit chosen in the bar leads to its page, none to the scoreboard."""
    state = read_state(request)
    return redirect(state.url("unit", code, unit=None) if code else state.url("units", unit=None))


def _whole_page(
    request: HttpRequest, connection: duckdb.DuckDBPyConnection, *, state: ViewState
) -> dict[str, object]:
    assert state.unit is not None
    tree = read_unit_tree(scope=state.scope)
    rank = get_rank(connection, scope=state.scope, filter=state.filter, tree=tree, unit_id=state.unit.pk)
    points = get_story(connection, scope=state.scope, filter=state.filter, zone=state.zone).trend
    return {
        "rank": rank,
        "row": link_row(rank.line, spark=(), columns=(), state=state),
        "kind": kind_name(state.unit.kind),
        "steps": list_steps_down(state.unit, scope=state.scope),
        "chart": opinion_trend(points, state=state) if points else None,
        "aspects_url": state.url("unit", state.unit.code, unit=None, show="aspects"),
        **_words(request, connection, state=state),
    }


def _words(
    request: HttpRequest, connection: duckdb.DuckDBPyConnection, *, state: ViewState
) -> dict[str, object]:
    """The newest voices and the urgent ones, for who may read voices."""
    scope = visitor_of(request).scope_for(Permission.FEEDBACK_READ)
    urgent = replace(state.filter, urgency_least=_URGENT)
    n_urgent = count_rows(connection, scope=scope, filter=urgent)
    return {
        "n_urgent": n_urgent,
        "urgent_url": state.url("voices", urgency=_URGENT),
        "urgent": list_quotes(connection, scope=scope, filter=urgent, limit=3) if n_urgent else [],
        "newest": list_quotes(connection, scope=scope, filter=state.filter, limit=_N_QUOTES),
    }


def _aspects(connection: duckdb.DuckDBPyConnection, *, state: ViewState) -> dict[str, object]:
    aspects = list_unit_aspects(
        connection,
        scope=state.scope,
        filter=state.filter,
        tree=read_aspect_tree(state.language),
        steps=choose_steps(since=state.filter.since, until=state.filter.until, now=state.now),
    )
    return {"aspects": aspects, "has_others": any(one.others.n for one in aspects)}
