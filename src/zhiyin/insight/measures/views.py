"""The catalogue of measures, and one of them."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from zhiyin.console.exports import stream_table, wanted_format
from zhiyin.console.pages import render_page
from zhiyin.errors import NotFound
from zhiyin.insight.measures.charts import trend_chart
from zhiyin.insight.measures.choices import (
    Asked,
    group_heading,
    list_dimensions,
    list_settings,
    list_steps,
    read_asked,
)
from zhiyin.insight.measures.contract import (
    Measure,
    MeasureResult,
    get_measure,
    list_measures,
    read_measure,
    read_measures,
)
from zhiyin.insight.measures.exports import catalogue_rows, measure_rows
from zhiyin.insight.measures.page import MISSING, WAYS, find_measures, make_ranking, make_sections, show
from zhiyin.insight.state import ViewState, read_state
from zhiyin.insight.views.aspects import export_url
from zhiyin.insight.voice_filters import Chip, list_chips
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event

_N_RANKED = 50
_LONGEST_SEARCH = 100


@require_safe
@requires(Permission.SUMMARY_READ)
def measures(request: HttpRequest) -> HttpResponse:
    """Every measure in words; values come once the page is there, or at once where they are asked for."""
    state = read_state(request)
    words = request.GET.get("find", "")[:_LONGEST_SEARCH]
    found = find_measures(words)
    has_values = request.GET.get("values") == "1"
    results = read_measures([one.code for one in found], asked=state) if has_values and found else []
    context = {
        "state": state,
        "words": words,
        "sections": make_sections(found, results={one.measure.code: one for one in results}, state=state),
        "chips": list_chips(state, page="measures"),
        "has_values": has_values,
        "n_measures": len(list_measures()),
        "scope_kept": [("find", words)] if words else [],
        "can_import": visitor_of(request).may(Permission.FEEDBACK_IMPORT),
        "export_url": export_url(request, "measures_export"),
    }
    return render_page(
        request,
        "insight/measures/measures.html",
        context,
        parts={"measure-list": "insight/measures/_list.html"},
    )


@require_safe
@requires(Permission.SUMMARY_READ)
def measure(request: HttpRequest, code: str) -> HttpResponse:
    """One measure: as it stands, its course, and by groups."""
    wanted = _measure(code)
    asked = read_asked(request, measure=wanted)
    state = asked.state
    result = _read(wanted, asked=asked)
    beside = read_measures(wanted.beside, asked=state, over_time=True, step=asked.step, options=asked.options)
    ranking = make_ranking(result, state=state)
    context = {
        "state": state,
        "asked": asked,
        "measure": wanted,
        "chips": _chips(wanted, state=state),
        "way": WAYS[wanted.is_good_up],
        "result": result,
        "missing": MISSING.get(result.missing, ""),
        "shown": show(result.total, measure=wanted, state=state, href=result.href),
        "chart": trend_chart(result, state=state) if _has_course(result) else None,
        "beside": [
            {
                "result": one,
                "shown": show(one.total, measure=one.measure, state=state, href=one.href),
                "chart": trend_chart(one, state=state) if _has_course(one) else None,
                "url": state.url("measure", one.measure.code),
            }
            for one in beside
            if not one.missing or not result.missing
        ],
        "settings": list_settings(request, measure=wanted),
        "dimensions": list_dimensions(request, measure=wanted, asked=asked),
        "steps": list_steps(request, asked=asked, points=result.points),
        "by_name": group_heading(asked.by) if asked.by else "",
        "ranking": ranking[:_N_RANKED],
        "n_more": max(0, len(ranking) - _N_RANKED),
        "catalogue_url": state.url("measures"),
        "scope_kept": asked.kept,
        "can_import": visitor_of(request).may(Permission.FEEDBACK_IMPORT),
        "export_url": export_url(request, "measure_export", code),
    }
    return render_page(request, "insight/measures/measure.html", context)


@require_safe
@requires(Permission.FEEDBACK_EXPORT)
def measures_export(request: HttpRequest) -> HttpResponseBase:
    """The catalogue with its values as a file."""
    state = read_state(request)
    found = find_measures(request.GET.get("find", "")[:_LONGEST_SEARCH])
    results = read_measures([one.code for one in found], asked=state)
    columns, rows = catalogue_rows(results)
    record_event("measures.exported", by=actor_of(request), details={"rows": len(rows)})
    return stream_table(
        request,
        name="zhiyin-measures",
        columns=columns,
        rows=rows,
        form=wanted_format(request.GET.get("format", "")),
        n_rows=len(rows),
    )


@require_safe
@requires(Permission.FEEDBACK_EXPORT)
def measure_export(request: HttpRequest, code: str) -> HttpResponseBase:
    """Total, groups and points of a measure as a file."""
    wanted = _measure(code)
    asked = read_asked(request, measure=wanted)
    columns, rows = measure_rows(_read(wanted, asked=asked), asked=asked)
    record_event("measures.exported", by=actor_of(request), details={"measure": code, "rows": len(rows)})
    return stream_table(
        request,
        name=f"zhiyin-{code}",
        columns=columns,
        rows=rows,
        form=wanted_format(request.GET.get("format", "")),
        n_rows=len(rows),
    )


def _chips(measure: Measure, *, state: ViewState) -> list[Chip]:
    """The active filters; to take one away leads back to this page."""
    here, catalogue = reverse("measure", args=[measure.code]), reverse("measures")
    return [
        replace(chip, url=chip.url.replace(catalogue, here, 1)) for chip in list_chips(state, page="measures")
    ]


def _read(measure: Measure, *, asked: Asked) -> MeasureResult:
    return read_measure(
        measure.code,
        asked=asked.state,
        by=asked.by,
        over_time=True,
        step=asked.step,
        options=asked.options,
    )


def _measure(code: str) -> Measure:
    try:
        return get_measure(code)
    except NotFound as error:
        raise Http404 from error


def _has_course(result: MeasureResult) -> bool:
    return any(point.figure.value is not None for point in result.points)
