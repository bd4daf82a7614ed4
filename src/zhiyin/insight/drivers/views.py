"""The page of why: what moves the rating, how praise and blame weigh, needs, and lift."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from zhiyin.console.exports import stream_table, wanted_format
from zhiyin.console.pages import render_page, wanted_part
from zhiyin.insight.drivers.answers import (
    explain,
    find_explained,
    read_lifts,
    read_needs,
    read_order_lifts,
)
from zhiyin.insight.drivers.charts import contrast_bars, importance_bars, importance_map
from zhiyin.insight.drivers.exports import driver_rows, lift_rows, need_rows, order_lift_rows
from zhiyin.insight.drivers.facts import RatingWhy
from zhiyin.insight.drivers.lift_page import list_lift_lines
from zhiyin.insight.drivers.needs import NEEDS
from zhiyin.insight.drivers.needs_page import draw_needs
from zhiyin.insight.drivers.order_page import list_order_lines
from zhiyin.insight.drivers.page import QUADRANTS, Asked, list_choices, list_kept, list_lines, read_asked
from zhiyin.insight.headings import with_parameters
from zhiyin.insight.remembering import is_small_lake
from zhiyin.insight.views.aspects import export_url
from zhiyin.people.access import actor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event

PARTS = {
    "why-answer": "insight/drivers/_answer.html",
    "why-map": "insight/drivers/_map.html",
    "why-needs": "insight/drivers/_needs.html",
    "why-lift": "insight/drivers/_lift.html",
    "why-orders": "insight/drivers/_orders.html",
}
_ANSWER, _MAP = "why-answer", "why-map"
_LAZY = frozenset({"why-needs", "why-lift", "why-orders"})


@require_safe
@requires(Permission.SUMMARY_READ)
def why(request: HttpRequest) -> HttpResponse:
    """What moves the rating: at once where known or quickly found, else behind the page, as the rest."""
    asked = read_asked(request)
    part = wanted_part(request)
    shown = ({part} & _LAZY) or {f"why-{name}" for name in request.GET.getlist("show")} & _LAZY
    context: dict[str, object] = {
        "state": asked.state,
        "asked": asked,
        "shown": shown,
        "choices": list_choices(request, asked=asked),
        "scope_kept": list_kept(request.GET),
        "drivers_export_url": export_url(request, "why_export", "drivers"),
        "answer_url": with_parameters(request.GET, now="1"),
        "all_time_url": with_parameters(request.GET, period="all", since=None, until=None),
    }
    if part not in _LAZY:
        found = explain(asked) if _is_wanted_now(request, part) else find_explained(asked)
        context |= {} if found is None else _top(request, found, asked=asked)
    if "why-needs" in shown:
        context |= _needs(request, asked=asked)
    if "why-lift" in shown:
        context |= _lift(request, asked=asked)
    if "why-orders" in shown:
        context |= _orders(request, asked=asked)
    return render_page(request, "insight/drivers/why.html", context, parts=PARTS)


@require_safe
@requires(Permission.FEEDBACK_EXPORT)
def why_export(request: HttpRequest, table: str) -> HttpResponseBase:
    """Drivers, needs or lift as a file."""
    asked = read_asked(request)
    if table == "drivers":
        columns, rows = driver_rows(explain(asked), asked=asked)
    elif table == "needs":
        columns, rows = need_rows(read_needs(asked), asked=asked)
    elif table == "lift":
        columns, rows = lift_rows(read_lifts(asked), asked=asked)
    elif table == "orders":
        columns, rows = order_lift_rows(read_order_lifts(asked))
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


def _is_wanted_now(request: HttpRequest, part: str) -> bool:
    return part in (_ANSWER, _MAP) or request.GET.get("now") == "1" or is_small_lake()


def _top(request: HttpRequest, found: RatingWhy, *, asked: Asked) -> dict[str, object]:
    lines = list_lines(found, state=asked.state)
    context: dict[str, object] = {"is_ready": True, "found": found, "lines": lines}
    if not lines:
        return context | {"drivers_export_url": ""}
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
    }


def _needs(request: HttpRequest, *, asked: Asked) -> dict[str, object]:
    radars = draw_needs(read_needs(asked), state=asked.state)
    return {
        "radars": radars,
        "needs": NEEDS,
        "needs_export_url": export_url(request, "why_export", "needs") if radars else "",
    }


def _lift(request: HttpRequest, *, asked: Asked) -> dict[str, object]:
    found = read_lifts(asked)
    lines = list_lift_lines(found, state=asked.state)
    return {
        "lifts": [line for line in lines if line.lift.is_higher],
        "falls": [line for line in lines if not line.lift.is_higher],
        "n_compared": found.n_compared,
        "lift_export_url": export_url(request, "why_export", "lift") if lines else "",
    }


def _orders(request: HttpRequest, *, asked: Asked) -> dict[str, object]:
    found = read_order_lifts(asked)
    lines = list_order_lines(found.unhappy, state=asked.state)
    return {
        "order_lifts": found,
        "order_unhappy": [line for line in lines if line.lift.is_real],
        "order_even": [line for line in lines if not line.lift.is_real],
        "order_blamed": list_order_lines(found.blamed, state=asked.state),
        "orders_export_url": export_url(request, "why_export", "orders") if lines else "",
    }
