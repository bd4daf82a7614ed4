"""One aspect: its course, where it hurts, why, and in whose words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import duckdb
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhiyin.console.exports import Cell, stream_table, wanted_format
from zhiyin.console.pages import render_page, wanted_part
from zhiyin.insight.aspect_page import (
    BAD,
    GOOD,
    UnitLine,
    aspect_state,
    find_node,
    list_cause_lines,
    list_together_lines,
    list_unit_lines,
    list_word_lines,
    of_polarity,
)
from zhiyin.insight.aspect_tree import AspectNode, AspectTree, read_aspect_tree
from zhiyin.insight.charts.opinions import opinion_trend, star_bars
from zhiyin.insight.queries.aspect import get_story
from zhiyin.insight.queries.quotes import list_quotes
from zhiyin.insight.state import ViewState, read_state
from zhiyin.insight.unit_export import standing_name
from zhiyin.insight.views.aspects import export_url, open_facts
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event

PARTS = {
    "aspect-units": "insight/_aspect_units.html",
    "aspect-reasons": "insight/_aspect_reasons.html",
    "aspect-words": "insight/_aspect_words.html",
}
_N_SHOWN = 5
_N_EXPORTED_WORDS = 1000


@require_safe
@requires(Permission.SUMMARY_READ)
def aspect(request: HttpRequest, aspect: str) -> HttpResponse:
    """Everything about one aspect; its lower parts come when they are wanted."""
    tree = read_aspect_tree(read_state(request).language)
    node = find_node(aspect, tree=tree)
    state = aspect_state(request, node=node)
    part = wanted_part(request)
    shown = {part} & set(PARTS) or {f"aspect-{name}" for name in request.GET.getlist("show")} & set(PARTS)
    context: dict[str, object] = {"state": state, "node": node, "shown": shown}
    with closing(open_facts()) as connection:
        if part not in PARTS:
            context |= _top(connection, state=state, node=node, tree=tree)
        for name in shown:
            context |= _part(request, connection, name=name, state=state, tree=tree)
    return render_page(request, "insight/aspect.html", context, parts=PARTS)


@require_safe
@requires(Permission.FEEDBACK_EXPORT)
def aspect_export(request: HttpRequest, aspect: str, table: str) -> HttpResponseBase:
    """The units or the words of one aspect as a file."""
    node = find_node(aspect, tree=read_aspect_tree(read_state(request).language))
    state = aspect_state(request, node=node)
    with closing(open_facts()) as connection:
        if table == "units":
            columns, rows = _unit_columns(), list(_unit_rows(list_unit_lines(connection, state=state)))
        elif table == "words":
            columns, rows = _word_columns(), list(_word_rows(connection, state=state))
        else:
            raise Http404
    details = {"aspect": node.id, "table": table, "rows": len(rows)}
    record_event("aspect.exported", by=actor_of(request), details=details)
    return stream_table(
        request,
        name=f"zhiyin-{table}",
        columns=columns,
        rows=rows,
        form=wanted_format(request.GET.get("format", "")),
        n_rows=len(rows),
    )


def _top(
    connection: duckdb.DuckDBPyConnection, *, state: ViewState, node: AspectNode, tree: AspectTree
) -> dict[str, object]:
    story = get_story(connection, scope=state.scope, filter=state.filter, zone=state.zone)
    return {
        "figures": story.figures,
        "steps": tree.steps_down(node),
        "below": tree.children_of(node),
        "stars": story.stars,
        "trend_chart": opinion_trend(story.trend, state=state) if story.trend else None,
        "stars_chart": star_bars(story.stars, state=state) if story.stars.mean.n else None,
        "rated": ("1", "2", "3", "4", "5"),
        "spoken": (GOOD, "neutral", BAD),
    }


def _part(
    request: HttpRequest,
    connection: duckdb.DuckDBPyConnection,
    *,
    name: str,
    state: ViewState,
    tree: AspectTree,
) -> dict[str, object]:
    node_id = request.resolver_match.kwargs["aspect"] if request.resolver_match else ""
    if name == "aspect-units":
        return _units(connection, state=state) | {
            "units_export_url": export_url(request, "aspect_export", "units", node_id)
        }
    if name == "aspect-reasons":
        return _reasons(connection, state=state, tree=tree) | {
            "words_export_url": export_url(request, "aspect_export", "words", node_id)
        }
    return _words(request, connection, state=state)


def _units(connection: duckdb.DuckDBPyConnection, *, state: ViewState) -> dict[str, object]:
    lines = list_unit_lines(connection, state=state)
    found: dict[str, object] = {"n_units": len(lines), "has_apart": any(line.standing for line in lines)}
    if len(lines) <= 2 * _N_SHOWN:
        return {**found, "all_units": lines}
    best = sorted(lines, key=lambda line: line.from_best)
    return {**found, "worst_units": lines[:_N_SHOWN], "best_units": best[:_N_SHOWN]}


def _reasons(
    connection: duckdb.DuckDBPyConnection, *, state: ViewState, tree: AspectTree
) -> dict[str, object]:
    n_unhappy, together = list_together_lines(connection, state=state, tree=tree)
    words = list_word_lines(connection, state=state)
    return {
        "bad_words": words[BAD],
        "good_words": words[GOOD],
        "n_unhappy": n_unhappy,
        "causes": list_cause_lines(connection, state=state, n_unhappy=n_unhappy),
        "together": together,
    }


def _words(
    request: HttpRequest, connection: duckdb.DuckDBPyConnection, *, state: ViewState
) -> dict[str, object]:
    scope = visitor_of(request).scope_for(Permission.FEEDBACK_READ)
    is_telling = request.GET.get("words") == "telling"
    sides = {
        polarity: list_quotes(
            connection,
            scope=scope,
            filter=of_polarity(state, polarity).filter,
            order="telling" if is_telling else "newest",
            limit=_N_SHOWN,
        )
        for polarity in (BAD, GOOD)
    }
    return {"bad_quotes": sides[BAD], "good_quotes": sides[GOOD], "is_telling": is_telling}


def _unit_columns() -> list[str]:
    return [
        *(_("Code"), _("Unit"), _("Voices"), _("Unhappy"), _("Mentions")),
        *(_("Net sentiment"), _("Net sentiment, low"), _("Net sentiment, high"), _("Against the others")),
    ]


def _unit_rows(lines: list[UnitLine]) -> Iterator[list[Cell]]:
    for line in lines:
        net = line.net_sentiment
        yield [
            *(line.node.code, line.node.name, line.n_voices, line.n_unhappy),
            *(net.n, net.value, net.low, net.high, standing_name(line.standing)),
        ]


def _word_columns() -> list[str]:
    return [_("Polarity"), _("Term"), _("Judgement"), _("Voices"), _("Mentions")]


def _word_rows(connection: duckdb.DuckDBPyConnection, *, state: ViewState) -> Iterator[list[Cell]]:
    names = {BAD: _("negative"), GOOD: _("positive")}
    for polarity, lines in list_word_lines(connection, state=state, limit=_N_EXPORTED_WORDS).items():
        for line in lines:
            pair = line.pair
            yield [names[polarity], pair.term, pair.word, pair.n_voices, pair.n]
