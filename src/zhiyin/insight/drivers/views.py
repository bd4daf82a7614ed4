"""The page of why: what moves the rating, how praise and blame weigh, needs, and lift."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime

import duckdb
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from zhiyin.console.exports import stream_table, wanted_format
from zhiyin.console.pages import render_page, wanted_part
from zhiyin.insight.drivers.aspect_groups import find_groups
from zhiyin.insight.drivers.charts import contrast_bars, importance_bars, importance_map
from zhiyin.insight.drivers.exports import driver_rows, lift_rows, need_rows, order_lift_rows
from zhiyin.insight.drivers.facts import RatingWhy, explain_rating
from zhiyin.insight.drivers.lift import Lifts, list_lifts
from zhiyin.insight.drivers.lift_page import list_lift_lines
from zhiyin.insight.drivers.needs import NEEDS, list_needs
from zhiyin.insight.drivers.needs_page import draw_needs
from zhiyin.insight.drivers.order_lift import TABLES as ORDER_TABLES
from zhiyin.insight.drivers.order_lift import OrderLifts, list_order_lifts
from zhiyin.insight.drivers.order_page import list_order_lines
from zhiyin.insight.drivers.page import QUADRANTS, Asked, list_choices, list_lines, read_asked
from zhiyin.insight.headings import with_parameters
from zhiyin.insight.views.aspects import export_url, open_facts
from zhiyin.listen.api import open_lake
from zhiyin.people.access import actor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event

PARTS = {
    "why-map": "insight/drivers/_map.html",
    "why-needs": "insight/drivers/_needs.html",
    "why-lift": "insight/drivers/_lift.html",
    "why-orders": "insight/drivers/_orders.html",
}
_LAZY = frozenset({"why-needs", "why-lift", "why-orders"})


@require_safe
@requires(Permission.SUMMARY_READ)
def why(request: HttpRequest) -> HttpResponse:
    """What moves the rating; needs and lift come when they are wanted."""
    asked = read_asked(request)
    part = wanted_part(request)
    shown = ({part} & _LAZY) or {f"why-{name}" for name in request.GET.getlist("show")} & _LAZY
    context: dict[str, object] = {
        "state": asked.state,
        "asked": asked,
        "shown": shown,
        "choices": list_choices(request, asked=asked),
        "all_time_url": with_parameters(request.GET, period="all", since=None, until=None),
    }
    with closing(open_facts()) as connection:
        if part not in _LAZY:
            context |= _top(request, _explain(connection, asked=asked), asked=asked)
        if "why-needs" in shown:
            context |= _needs(request, connection, asked=asked)
        if "why-lift" in shown:
            context |= _lift(request, connection, asked=asked)
        if "why-orders" in shown:
            context |= _orders(request, asked=asked)
    return render_page(request, "insight/drivers/why.html", context, parts=PARTS)


@require_safe
@requires(Permission.FEEDBACK_EXPORT)
def why_export(request: HttpRequest, table: str) -> HttpResponseBase:
    """Drivers, needs or lift as a file."""
    asked = read_asked(request)
    with closing(open_facts()) as connection:
        if table == "drivers":
            columns, rows = driver_rows(_explain(connection, asked=asked), asked=asked)
        elif table == "needs":
            found = list_needs(connection, scope=asked.state.scope, filter=asked.state.filter)
            columns, rows = need_rows(found, asked=asked)
        elif table == "lift":
            columns, rows = lift_rows(_lifts(connection, asked=asked), asked=asked)
        elif table == "orders":
            columns, rows = order_lift_rows(_order_lifts(asked=asked))
        else:
            raise Http404
    record_event("why.exported", by=actor_of(request), details={"table": table, "rows": len(rows)})
    return stream_table(
        request,
        name=f"zhiyin-{table}",
        columns=columns,
        rows=rows,
        form=wanted_format(request.GET.get("format", "")),
        n_rows=len(rows),
    )


def _explain(connection: duckdb.DuckDBPyConnection, *, asked: Asked) -> RatingWhy:
    return explain_rating(
        connection,
        scope=asked.state.scope,
        filter=asked.state.filter,
        tree=asked.tree,
        level=asked.level,
        outcome=asked.outcome,
    )


def _top(request: HttpRequest, found: RatingWhy, *, asked: Asked) -> dict[str, object]:
    lines = list_lines(found, state=asked.state)
    context: dict[str, object] = {"found": found, "lines": lines}
    if not lines:
        return context
    where = found.map(is_stated=asked.is_stated, is_top_box=asked.is_top_box, cross=asked.cross)
    chosen = {
        name: str(one.name)
        for name, choices in list_choices(request, asked=asked).items()
        for one in choices
        if one.is_chosen
    }
    return context | {
        "first": lines[0],
        "costliest": min(lines, key=lambda line: line.why.blame_impact.value or 0.0),
        "drivers_chart": importance_bars(lines),
        "contrast_chart": contrast_bars(lines, outcome=asked.outcome),
        "map_chart": importance_map(
            where,
            lines,
            performance=chosen["performance"],
            importance=chosen["importance"],
            is_share=asked.is_top_box,
        ),
        "quadrants": [
            (name, [line for line, place in zip(lines, where.places, strict=True) if place.quadrant == code])
            for code, name in QUADRANTS.items()
        ],
        "drivers_export_url": export_url(request, "why_export", "drivers"),
    }


def _needs(request: HttpRequest, connection: duckdb.DuckDBPyConnection, *, asked: Asked) -> dict[str, object]:
    found = list_needs(connection, scope=asked.state.scope, filter=asked.state.filter)
    radars = draw_needs(found, state=asked.state)
    return {
        "radars": radars,
        "needs": NEEDS,
        "needs_export_url": export_url(request, "why_export", "needs") if radars else "",
    }


def _lift(request: HttpRequest, connection: duckdb.DuckDBPyConnection, *, asked: Asked) -> dict[str, object]:
    found = _lifts(connection, asked=asked)
    lines = list_lift_lines(found, state=asked.state)
    return {
        "lifts": [line for line in lines if line.lift.is_higher],
        "falls": [line for line in lines if not line.lift.is_higher],
        "n_compared": found.n_compared,
        "lift_export_url": export_url(request, "why_export", "lift") if lines else "",
    }


def _orders(request: HttpRequest, *, asked: Asked) -> dict[str, object]:
    found = _order_lifts(asked=asked)
    lines = list_order_lines(found.unhappy, state=asked.state)
    return {
        "order_lifts": found,
        "order_unhappy": [line for line in lines if line.lift.is_real],
        "order_even": [line for line in lines if not line.lift.is_real],
        "order_blamed": list_order_lines(found.blamed, state=asked.state),
        "orders_export_url": export_url(request, "why_export", "orders") if lines else "",
    }


def _order_lifts(*, asked: Asked) -> OrderLifts:
    state = asked.state
    with closing(open_lake().connect(*ORDER_TABLES)) as connection:
        groups = find_groups(
            connection, scope=state.scope, filter=state.filter, tree=asked.tree, level=asked.level
        )
        return list_order_lifts(
            connection, scope=state.scope, filter=state.filter, groups=groups, zone=state.zone, now=state.now
        )


def _lifts(connection: duckdb.DuckDBPyConnection, *, asked: Asked) -> Lifts:
    state = asked.state
    groups = find_groups(
        connection, scope=state.scope, filter=state.filter, tree=asked.tree, level=asked.level
    )
    now: datetime = state.now
    return list_lifts(
        connection, scope=state.scope, filter=state.filter, groups=groups, zone=state.zone, now=now
    )
