"""The measured map as one sheet: complete in itself, for pictures and PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string

from zhiyin.insight.days import name_span
from zhiyin.insight.journeys.asking import Asked
from zhiyin.insight.journeys.charts import mean_words
from zhiyin.insight.journeys.measuring import Curve, MeasuredMap, MeasuredPoint
from zhiyin.insight.journeys.page import PointLine, list_stages
from zhiyin.insight.state import ViewState

_WIDTH, _HEIGHT, _EDGE = 640.0, 170.0, 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One touchpoint of the drawn curve, in pixels; None where nothing was measured or designed."""

    x: float
    number: int
    y: float | None
    y_low: float | None
    y_high: float | None
    y_wanted: float | None
    mood: str


def write_paper(found: MeasuredMap, *, asked: Asked) -> str:
    """The sheet as HTML with its own styles, in the page's language; nothing is loaded from elsewhere."""
    stages = list_stages(found, asked=asked, query="")
    lines = [line for stage in stages for line in stage.lines]
    dots = draw_curve(found)
    context = {
        "lang": "zh-Hans" if asked.state.language == "zh" else "en",
        "asked": asked,
        "document": asked.document,
        "found": found,
        "is_net": found.curve is Curve.NET,
        "mean": mean_words(found),
        "span": _span(asked.state),
        "stages": stages,
        "dots": dots,
        "measured_line": _path([(dot.x, dot.y) for dot in dots]),
        "wanted_line": _path([(dot.x, dot.y_wanted) for dot in dots]),
        "zero": _HEIGHT / 2,
        "pains": _lines(lines, found.with_mood("pain")),
        "delights": _lines(lines, found.with_mood("delight")),
    }
    return render_to_string("insight/journeys/paper.html", context)


def _span(state: ViewState) -> str:
    since, until = state.filter.since, state.filter.until
    if since is None or until is None:
        return ""
    this_year = state.now.astimezone(state.zone).year
    return name_span(since, until, zone=state.zone, language=state.language, this_year=this_year)


def draw_curve(found: MeasuredMap) -> list[Dot]:
    """Where each touchpoint stands in a picture of 640 × 170."""
    n = len(found.points)
    low, high = (-100.0, 100.0) if found.curve is Curve.NET else (1.0, 5.0)

    def y(value: float | None) -> float | None:
        if value is None:
            return None
        return round(_EDGE + (high - value) / (high - low) * (_HEIGHT - 2 * _EDGE), 1)

    step = _WIDTH / max(n, 1)
    return [
        Dot(
            x=round(step * (place + 0.5), 1),
            number=place + 1,
            y=y(one.value.value),
            y_low=y(one.value.low),
            y_high=y(one.value.high),
            y_wanted=y(one.wanted),
            mood=one.mood or ("small" if one.is_small else ""),
        )
        for place, one in enumerate(found.points)
    ]


def _path(points: Sequence[tuple[float, float | None]]) -> str:
    """An SVG path through the points that are known; a gap breaks the line."""
    pieces, is_open = [], False
    for x, y in points:
        if y is None:
            is_open = False
            continue
        pieces.append(f"{'L' if is_open else 'M'}{x} {y}")
        is_open = True
    return " ".join(pieces)


def _lines(lines: Sequence[PointLine], points: Sequence[MeasuredPoint]) -> list[PointLine]:
    by_id = {line.touchpoint.id: line for line in lines}
    return [by_id[one.touchpoint.id] for one in points]
