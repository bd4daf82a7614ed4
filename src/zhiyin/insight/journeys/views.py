"""Pages that read: the maps, one map as measured, and one of its touchpoints."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise

import duckdb
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from zhiyin.console.chromium import find_browser
from zhiyin.console.pages import render_page, wanted_part
from zhiyin.console.templatetags.shell import page_language
from zhiyin.insight.headings import with_parameters
from zhiyin.insight.journeys.asking import Asked, may_edit, read_asked
from zhiyin.insight.journeys.charts import emotion_curve, mean_words
from zhiyin.insight.journeys.counting import waits_at
from zhiyin.insight.journeys.document import Persona
from zhiyin.insight.journeys.measuring import Curve, MeasuredMap, MeasuredPoint, measure_map
from zhiyin.insight.journeys.page import PointLine, belongs_words, format_value, list_stages
from zhiyin.insight.journeys.queries import list_maps
from zhiyin.insight.journeys.starters import list_starters
from zhiyin.insight.journeys.wording import PARTS
from zhiyin.insight.queries.quotes import list_quotes
from zhiyin.insight.views.aspects import export_url, open_facts
from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission, requires

_N_QUOTES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A choice of the page."""

    name: str
    url: str
    is_chosen: bool
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaCell:
    """One touchpoint for one persona."""

    persona: str
    value: str
    n: int
    url: str
    is_small: bool
    mood: str


@require_safe
@requires(Permission.SUMMARY_READ)
def journeys(request: HttpRequest) -> HttpResponse:
    """The maps, and what to start a new one from."""
    is_editor = may_edit(request)
    context = {
        "maps": list_maps(with_drafts=is_editor),
        "may_edit": is_editor,
        "starters": list_starters(page_language()) if is_editor else [],
    }
    return render_page(request, "insight/journeys/journeys.html", context)


@require_safe
@requires(Permission.SUMMARY_READ)
def journey(request: HttpRequest, map_id: int) -> HttpResponse:
    """One map: the curve, what hurts and delights, and the whole map as a grid."""
    asked = read_asked(request, map_id)
    shows_personas = "journey-personas" in (wanted_part(request), request.GET.get("show"))
    context: dict[str, object] = _frame(request, asked)
    with closing(open_facts()) as connection:
        if wanted_part(request) != "journey-personas":
            context |= _measured(request, connection, asked=asked)
        if shows_personas:
            context |= _personas(request, connection, asked=asked)
    return render_page(
        request,
        "insight/journeys/journey.html",
        context,
        parts={"journey-personas": "insight/journeys/_personas.html"},
    )


@require_safe
@requires(Permission.SUMMARY_READ)
def journey_touchpoint(request: HttpRequest, map_id: int, touchpoint_id: str) -> HttpResponse:
    """All of one touchpoint: design and measure, needs, waits, and what customers say."""
    asked = read_asked(request, map_id)
    touchpoint = asked.document.find_touchpoint(touchpoint_id)
    if touchpoint is None:
        raise Http404
    with closing(open_facts()) as connection:
        found = measure(connection, asked=asked)
        lines = [
            line for stage in list_stages(found, asked=asked, query=_query(request)) for line in stage.lines
        ]
        line = next(one for one in lines if one.touchpoint.id == touchpoint_id)
        more = _said(request, connection, asked=asked, point=line.point)
    context = {
        **_frame(request, asked),
        **more,
        "found": found,
        "line": line,
        "mean": mean_words(found),
        "belongs": belongs_words(touchpoint, asked=asked),
        "told": [(str(name), text) for code, name in PARTS.items() if (text := getattr(touchpoint, code))],
        **_beside(lines, line),
    }
    return render_page(request, "insight/journeys/touchpoint.html", context)


def measure(
    connection: duckdb.DuckDBPyConnection,
    *,
    asked: Asked,
    persona: Persona | None = None,
    curve: Curve | None = None,
    with_needs: bool = True,
) -> MeasuredMap:
    """The map as the page asks for it; for another persona or curve where they are given."""
    who = persona or asked.persona
    return measure_map(
        connection,
        asked.document,
        scope=asked.state.scope,
        filter=asked.state.filter,
        traits=who.traits if who else None,
        tree=asked.tree,
        curve=curve or asked.curve,
        with_needs=with_needs,
    )


def _query(request: HttpRequest) -> str:
    return with_parameters(request.GET, show=None)


def _frame(request: HttpRequest, asked: Asked) -> dict[str, object]:
    given = request.GET
    everybody = Chip(name="", url=with_parameters(given, persona=None), is_chosen=asked.persona is None)
    return {
        "asked": asked,
        "state": asked.state,
        "document": asked.document,
        "map": asked.map,
        "query": _query(request),
        "is_net": asked.curve is Curve.NET,
        "everybody": everybody,
        "personas": [
            Chip(
                name=one.name,
                url=with_parameters(given, persona=one.id),
                is_chosen=one == asked.persona,
                hint=one.description,
            )
            for one in asked.document.personas
        ],
        "net_url": with_parameters(given, curve=None),
        "stars_url": with_parameters(given, curve=Curve.STARS.value),
        "all_time_url": with_parameters(given, period="all", since=None, until=None),
    }


def _measured(
    request: HttpRequest, connection: duckdb.DuckDBPyConnection, *, asked: Asked
) -> dict[str, object]:
    found = measure(connection, asked=asked)
    stages = list_stages(found, asked=asked, query=_query(request))
    lines = [line for stage in stages for line in stage.lines]
    by_id = {line.touchpoint.id: line for line in lines}
    pains, delights = (
        [by_id[one.touchpoint.id] for one in found.with_mood(mood)] for mood in ("pain", "delight")
    )
    behind = sorted(
        (line for line in lines if line.point.is_gap_clear and (line.point.gap or 0) < 0),
        key=lambda line: line.point.gap or 0,
    )
    return {
        "found": found,
        "stages": stages,
        "lines": lines,
        "chart": emotion_curve(lines, found=found) if any(one.point.value.n for one in lines) else None,
        "pains": pains,
        "delights": delights,
        "behind": behind,
        "mean": mean_words(found),
        "n_unmeasured": sum(line.point.rule is None for line in lines),
        "unknown": sorted({name for line in lines for name in line.unknown}),
        "export_url": export_url(request, "journey_export", str(asked.map.pk)),
        "picture_query": _query(request),
        "has_browser": bool(find_browser()),
        "may_export": visitor_of(request).may(Permission.FEEDBACK_EXPORT),
    }


def _personas(
    request: HttpRequest, connection: duckdb.DuckDBPyConnection, *, asked: Asked
) -> dict[str, object]:
    """The same map once for each persona, without its needs."""
    columns = [
        (one.name, measure(connection, asked=asked, persona=one, with_needs=False))
        for one in asked.document.personas
        if not one.traits.is_empty
    ]
    rows = [
        (touchpoint.name, [_cell(name, found.points[place], asked=asked) for name, found in columns])
        for place, (_stage, touchpoint) in enumerate(asked.document.touchpoints())
    ]
    return {
        "persona_names": [(name, found.n_voices) for name, found in columns],
        "persona_rows": rows,
        "shows_personas": True,
    }


def _cell(name: str, point: MeasuredPoint, *, asked: Asked) -> PersonaCell:
    return PersonaCell(
        persona=name,
        value=format_value(point.value.value, curve=asked.curve),
        n=point.value.n,
        url=asked.state.url("voices", **point.rule.parameters) if point.rule else "",
        is_small=point.is_small,
        mood=point.mood or "",
    )


def _said(
    request: HttpRequest, connection: duckdb.DuckDBPyConnection, *, asked: Asked, point: MeasuredPoint
) -> dict[str, object]:
    """Waits, and the most telling words against and in favour; words for those who may read voices."""
    if point.rule is None:
        return {}
    state = asked.state
    filter = point.rule.narrow(state.filter)
    waits = waits_at(connection, scope=state.scope, filter=filter, n_voices=point.counts.voices.n)
    found: dict[str, object] = {"waits": waits if waits.n else None}
    if not visitor_of(request).may(Permission.FEEDBACK_READ):
        return found
    scope = visitor_of(request).scope_for(Permission.FEEDBACK_READ)
    for name, polarity in (("blame", "negative"), ("praise", "positive")):
        if point.rule.has_other_aspects:
            break
        rule = type(point.rule)(fields={**point.rule.fields, "polarities": frozenset({polarity})})
        found[name] = list_quotes(
            connection, scope=scope, filter=rule.narrow(state.filter), order="telling", limit=_N_QUOTES
        )
    if point.rule.has_other_aspects:
        found["said"] = list_quotes(connection, scope=scope, filter=filter, order="telling", limit=_N_QUOTES)
    return found


def _beside(lines: list[PointLine], line: PointLine) -> dict[str, object]:
    """The touchpoints before and after."""
    return {
        "before": next((a for a, b in pairwise(lines) if b is line), None),
        "after": next((b for a, b in pairwise(lines) if a is line), None),
    }
