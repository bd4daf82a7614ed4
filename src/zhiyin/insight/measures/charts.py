"""The course of a measure with its interval, and the same numbers as a table."""

from __future__ import annotations

import math

from django.utils.translation import gettext as _

from zhiyin.console import numbers
from zhiyin.console.charts import Chart
from zhiyin.insight.days import name_day
from zhiyin.insight.measures.contract import MeasureResult, Point
from zhiyin.insight.measures.writing import digits_of, factor_of, unit_name, write_interval, write_number
from zhiyin.insight.state import ViewState
from zhiyin.measure.estimate import SMALL_N

Item = dict[str, object]
_NO_TIP = {"show": False}


def trend_chart(result: MeasureResult, *, state: ViewState) -> Chart:
    """A point a step; a gap where nothing is known, grey where n < 30; a band for the interval."""
    measure = result.measure
    unit = "%" if measure.unit == "share" else unit_name(measure.unit)
    labels = [_label(point, state=state) for point in result.points]
    return Chart(
        id=f"trend-{measure.code.replace('_', '-')}",
        title=f"{measure.name}, {unit}" if unit else measure.name,
        option={
            "grid": {"left": 8, "right": 14, "top": 16, "bottom": 8, "containLabel": True},
            "xAxis": {"type": "category", "data": labels, "axisLine": {"onZero": False}},
            "yAxis": {"type": "value", **_ends(result)},
            "tooltip": {"trigger": "axis"},
            "series": [_bars(result)] if measure.unit == "count" else [*_band(result), _line(result)],
        },
        columns=[_("Days"), measure.name, _("Interval (95 %)"), "n"],
        rows=[
            [
                label,
                write_number(point.figure.value, measure=measure, language=state.language),
                write_interval(point.figure, measure=measure, language=state.language) or "–",
                numbers.count(point.figure.n, language=state.language),
            ]
            for label, point in zip(labels, result.points, strict=True)
        ],
    )


def _label(point: Point, *, state: ViewState) -> str:
    with_year = point.first_day.year != state.now.astimezone(state.zone).year
    first = name_day(point.first_day, language=state.language, with_year=with_year)
    if point.first_day == point.last_day:
        return first
    return f"{first} – {name_day(point.last_day, language=state.language)}"


def _shown(value: float | None, *, result: MeasureResult) -> float | None:
    unit = result.measure.unit
    return None if value is None else round(value * factor_of(unit), digits_of(unit) + 1)


def _item(point: Point, *, result: MeasureResult) -> Item:
    is_small = point.figure.n < SMALL_N and result.measure.unit != "count"
    item: Item = {
        "value": _shown(point.figure.value, result=result),
        "itemStyle": {"color": "@grey" if is_small else "@primary"},
    }
    return {**item, "href": point.href} if point.href else item


def _bars(result: MeasureResult) -> Item:
    return {
        "type": "bar",
        "name": result.measure.name,
        "barMaxWidth": 18,
        "itemStyle": {"color": "@primary"},
        "data": [_item(point, result=result) for point in result.points],
    }


def _line(result: MeasureResult) -> Item:
    line: Item = {
        "type": "line",
        "name": result.measure.name,
        "symbolSize": 6,
        "itemStyle": {"color": "@primary"},
        "lineStyle": {"color": "@primary", "width": 2},
        "data": [_item(point, result=result) for point in result.points],
    }
    if result.measure.unit != "points":
        return line
    zero: Item = {
        "silent": True,
        "symbol": "none",
        "label": {"show": False},
        "lineStyle": {"color": "@text", "type": "solid", "width": 1},
        "data": [{"yAxis": 0}],
    }
    return {**line, "markLine": zero}


def _band(result: MeasureResult) -> list[Item]:
    """The interval as two stacked lines, of which the upper is filled."""
    ends = [
        (_shown(point.figure.low, result=result), _shown(point.figure.high, result=result))
        for point in result.points
    ]
    band: Item = {
        "type": "line",
        "stack": "band",
        "stackStrategy": "all",
        "symbol": "none",
        "silent": True,
        "lineStyle": {"opacity": 0},
        "tooltip": _NO_TIP,
    }
    widths = [None if low is None or high is None else round(high - low, 4) for low, high in ends]
    return [
        {**band, "data": [low for low, _high in ends]},
        {**band, "data": widths, "areaStyle": {"color": "@grey", "opacity": 0.18}},
    ]


def _ends(result: MeasureResult) -> Item:
    """From zero but where a scale says otherwise; shares no further than they go."""
    unit = result.measure.unit
    if unit == "points":
        return {"min": -100, "max": 100, "splitNumber": 4}
    if unit == "stars":
        return {"min": 1, "max": 5}
    if unit == "score":
        return {"min": 1, "max": 7}
    if unit != "share":
        return {"min": 0}
    known = [
        100 * (point.figure.high or point.figure.value or 0) for point in result.points if point.figure.n
    ]
    top = max(known, default=1.0)
    step = 20 if top > 50 else 10 if top > 20 else 5 if top > 5 else 1
    return {"min": 0, "max": min(100, max(step, math.ceil(top / step) * step))}
