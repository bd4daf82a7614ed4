"""The scoreboard of units, and its file."""

from __future__ import annotations

from contextlib import closing

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from zhiyin.console.exports import stream_table, wanted_format
from zhiyin.console.pages import render_page
from zhiyin.insight.headings import make_headings, with_parameters
from zhiyin.insight.queries.unit_tree import list_kinds, list_steps_down
from zhiyin.insight.scoreboard_page import (
    Table,
    draw_rows,
    find_only_unit,
    make_table,
    open_tables,
    read_question,
)
from zhiyin.insight.state import ViewState, read_state
from zhiyin.insight.unit_columns import MAX_COLUMNS, list_column_choices
from zhiyin.insight.unit_export import export_columns, export_rows
from zhiyin.insight.unit_kinds import kind_name
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event

_N_NAMED = 3


@require_safe
@requires(Permission.SUMMARY_READ)
def units(request: HttpRequest) -> HttpResponse:
    """Every unit of the next level, or of a kind, or found by name; who has one only goes to its page."""
    state, given = read_state(request), request.GET
    question = read_question(given)
    own = None if question.is_narrowed else find_only_unit(state)
    if own is not None:
        return redirect(state.url("unit", own, unit=None))
    with closing(open_tables()) as connection:
        table = make_table(connection, state=state, question=question, sort=given.get("sort", ""))
        rows, page = draw_rows(connection, table, state=state, page_text=given.get("page", ""))
    context = {
        "state": state,
        "question": question,
        "table": table,
        "rows": rows,
        "page": page,
        "headings": make_headings(table.headings, sort=table.sort, given=given),
        "max_columns": MAX_COLUMNS,
        "export_url": _export_url(request),
        "plain_url": with_parameters(given, order=None if question.is_plain else "plain", page=None),
        **_lead(table),
        **_ways(table, state=state, request=request),
    }
    return render_page(
        request, "insight/units.html", context, parts={"unit-table": "insight/_unit_rows.html"}
    )


@require_safe
@requires(Permission.FEEDBACK_EXPORT)
def units_export(request: HttpRequest) -> HttpResponseBase:
    """The scoreboard of this address as a file, all its rows."""
    state = read_state(request)
    with closing(open_tables()) as connection:
        table = make_table(
            connection, state=state, question=read_question(request.GET), sort=request.GET.get("sort", "")
        )
    sent = stream_table(
        request,
        name="zhiyin-units",
        columns=export_columns(table.columns),
        rows=export_rows(table),
        form=wanted_format(request.GET.get("format", "")),
        n_rows=len(table.order),
    )
    record_event("scoreboard.exported", by=actor_of(request), details={"rows": len(table.order)})
    return sent


def _export_url(request: HttpRequest) -> str:
    """Address of the file; empty for who may not have it."""
    if not visitor_of(request).may(Permission.FEEDBACK_EXPORT):
        return ""
    return reverse("units_export") + with_parameters(request.GET, page=None)


def _lead(table: Table) -> dict[str, object]:
    """What the sentence above the table says."""
    worse, better = table.standing(is_worse=True), table.standing(is_worse=False)
    return {
        "n_rows": len(table.order),
        "n_compared": int((table.board.mentions.now.n > 0).sum()),
        "n_voices": int(table.board.voices.n.sum()),
        "n_worse": len(worse),
        "n_better": len(better),
        "worse": worse[:_N_NAMED],
        "better": better[:_N_NAMED],
    }


def _ways(table: Table, *, state: ViewState, request: HttpRequest) -> dict[str, object]:
    """Where the page leads: up the tree, to other levels, to other columns."""
    codes = [column.code for column in table.columns]
    kept = [(name, value) for name, values in request.GET.lists() for value in values if value]
    return {
        "steps": list_steps_down(state.unit, scope=state.scope) if state.unit else [],
        "kinds": [
            (kind, kind_name(kind), with_parameters(request.GET, kind=kind, page=None))
            for kind in list_kinds(table.tree)
        ],
        "level_url": with_parameters(request.GET, kind=None, page=None),
        "column_choices": list_column_choices(table.aspects, chosen=codes),
        "kept_by_search": [pair for pair in kept if pair[0] not in ("name", "page")],
        "kept_by_columns": [pair for pair in kept if pair[0] not in ("column", "page", "sort")],
    }
