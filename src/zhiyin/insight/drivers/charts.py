"""Pictures of why: importance with intervals, what praise adds and blame takes, and the map."""

from __future__ import annotations

import math
from collections.abc import Sequence

from django.utils.translation import gettext as _

from zhiyin.console import numbers
from zhiyin.console.charts import Chart
from zhiyin.insight.drivers.facts import Outcome
from zhiyin.insight.drivers.page import QUADRANTS, WhyLine
from zhiyin.measure.estimate import Estimate
from zhiyin.measure.importance_performance import Map, Place

Item = dict[str, object]
_TALL_FROM = 9
# How much of the picture the name of a dot takes, on a phone.
_LABEL_WIDTH, _LABEL_HEIGHT = 0.25, 0.06


def importance_bars(lines: Sequence[WhyLine]) -> Chart:
    """The part of each aspect in what moves the outcome, with its interval; a click opens the voices."""
    names = [line.why.node.name for line in lines]
    return Chart(
        id="why-importance",
        title=_("Part in what moves the outcome, %"),
        height="tall" if len(lines) >= _TALL_FROM else "",
        option={
            "grid": _GRID,
            "xAxis": {"type": "value", **_ends([line.why.driver.share for line in lines], factor=100)},
            "yAxis": _aspect_axis(names),
            "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
            "series": [
                _bars(
                    _("Part in what moves the outcome, %"),
                    [line.why.driver.share for line in lines],
                    hrefs=[line.url for line in lines],
                    names=names,
                    colour="@primary",
                    factor=100,
                )
            ],
        },
        columns=[_("Aspect"), _("Part"), _("Interval (95 %)"), _("Voices")],
        rows=[
            [
                line.why.node.name,
                numbers.percent(line.why.driver.share.value),
                _range(line.why.driver.share, factor=100),
                f"{line.why.spoken_share.n * (line.why.spoken_share.value or 0):,.0f}",
            ]
            for line in lines
        ],
    )


def contrast_bars(lines: Sequence[WhyLine], *, outcome: Outcome) -> Chart:
    """What blame takes (left) and praise adds (right), others held, with intervals."""
    names = [line.why.node.name for line in lines]
    unit = _("points of NPS") if outcome is Outcome.NPS else _("stars")
    return Chart(
        id="why-contrast",
        title=_("What blame takes and praise adds, in %(unit)s") % {"unit": unit},
        height="tall" if len(lines) >= _TALL_FROM else "",
        option={
            "grid": _GRID,
            "legend": {"top": 0, "right": 0},
            "xAxis": {
                "type": "value",
                **_ends(
                    [one for line in lines for one in (line.why.contrast.penalty, line.why.contrast.reward)]
                ),
            },
            "yAxis": {**_aspect_axis(names), "axisLine": {"onZero": True}},
            "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
            "series": [
                _bars(
                    _("Blame"),
                    [line.why.contrast.penalty for line in lines],
                    hrefs=[line.blame_url for line in lines],
                    names=names,
                    colour="@negative",
                ),
                _bars(
                    _("Praise"),
                    [line.why.contrast.reward for line in lines],
                    hrefs=[line.praise_url for line in lines],
                    names=names,
                    colour="@positive",
                ),
            ],
        },
        columns=[_("Aspect"), _("Blame"), _("Interval (95 %)"), _("Praise"), _("Interval (95 %)")],
        rows=[
            [
                line.why.node.name,
                *_told(line.why.contrast.penalty),
                *_told(line.why.contrast.reward),
            ]
            for line in lines
        ],
    )


def importance_map(
    found: Map, lines: Sequence[WhyLine], *, performance: str, importance: str, is_share: bool
) -> Chart:
    """Importance upwards, performance to the right, cut into four; a click opens the voices."""
    factor = 100 if is_share else 1
    by_id = {line.why.node.id: line for line in lines}
    shown = [place for place in found.places if place.quadrant]
    labelled = _labelled(shown)
    return Chart(
        id="why-map",
        title=_("Importance and performance"),
        height="tall",
        option={
            "grid": {"left": 44, "right": 24, "top": 28, "bottom": 46},
            "xAxis": {
                "type": "value",
                "scale": True,
                "boundaryGap": ["8%", "8%"],
                "name": performance,
                "nameLocation": "middle",
                "nameGap": 28,
            },
            "yAxis": {"type": "value", "min": 0, "name": importance, "nameTextStyle": {"align": "left"}},
            "tooltip": {"trigger": "item", "formatter": "{b}"},
            "series": [
                {
                    "type": "scatter",
                    "symbolSize": 12,
                    "itemStyle": {"color": "@primary"},
                    "data": [
                        _dot(place, line=by_id[place.name], factor=factor, is_labelled=place.name in labelled)
                        for place in shown
                    ],
                    "markLine": _cross(found, factor=factor),
                    "markArea": _corners(found, factor=factor),
                }
            ],
        },
        columns=[_("Aspect"), importance, performance, _("Quadrant")],
        rows=[
            [
                by_id[place.name].why.node.name,
                numbers.percent(place.importance),
                numbers.percent(place.performance) if is_share else numbers.signed(place.performance),
                str(QUADRANTS[place.quadrant]),
            ]
            for place in shown
            if place.quadrant
        ],
    )


_GRID = {"left": 8, "right": 24, "top": 28, "bottom": 8, "containLabel": True}


def _aspect_axis(names: Sequence[str]) -> Item:
    return {
        "type": "category",
        "data": list(names),
        "inverse": True,
        "axisTick": {"show": False},
        "axisLabel": {"width": 110, "overflow": "truncate", "interval": 0, "hideOverlap": False},
    }


def _bars(
    name: str,
    estimates: Sequence[Estimate],
    *,
    hrefs: Sequence[str],
    names: Sequence[str],
    colour: str,
    factor: float = 1,
) -> Item:
    """Bars with the interval of each as a thin line over it."""
    intervals = [
        [{"coord": [factor * one.low, label]}, {"coord": [factor * one.high, label]}]
        for one, label in zip(estimates, names, strict=True)
        if one.low is not None and one.high is not None
    ]
    return {
        "type": "bar",
        "name": name,
        "barMaxWidth": 14,
        "barGap": "-100%",
        "itemStyle": {"color": colour},
        "data": [
            {"value": None if one.value is None else round(factor * one.value, 2), "href": href}
            for one, href in zip(estimates, hrefs, strict=True)
        ],
        "markLine": {
            "silent": True,
            "symbol": ["none", "none"],
            "label": {"show": False},
            "lineStyle": {"color": "@text", "type": "solid", "width": 1.5, "opacity": 0.65},
            "animation": False,
            "data": intervals,
        },
    }


def _ends(estimates: Sequence[Estimate], *, factor: float = 1) -> Item:
    """Round ends of an axis that holds 0 and every interval: a line that leaves the axis is not drawn."""
    known = [factor * end for one in estimates for end in (one.low, one.high) if end is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    if low == high:
        return {}
    step = 10 ** math.floor(math.log10(high - low)) / 2
    ends = {"min": math.floor(low / step) * step, "max": math.ceil(high / step) * step}
    return {name: round(end, 6) for name, end in ends.items()}


def _labelled(places: Sequence[Place]) -> set[str]:
    """The places whose names do not run into that of a heavier one."""
    wide = max(1e-9, *(one.performance for one in places)) - min(one.performance for one in places)
    high = max([1e-9, *(one.importance for one in places)])
    kept: list[Place] = []
    for place in sorted(places, key=lambda one: -one.importance):
        is_free = all(
            abs(place.performance - other.performance) > _LABEL_WIDTH * wide
            or abs(place.importance - other.importance) > _LABEL_HEIGHT * high
            for other in kept
        )
        if is_free:
            kept.append(place)
    return {place.name for place in kept}


def _dot(place: Place, *, line: WhyLine, factor: float, is_labelled: bool) -> Item:
    return {
        "name": line.why.node.name,
        "value": [round(factor * place.performance, 2), round(100 * place.importance, 2)],
        "href": line.url,
        "label": {"show": is_labelled, "formatter": "{b}", "position": "top", "color": "@text"},
    }


def _cross(found: Map, *, factor: float) -> Item:
    if math.isnan(found.importance_line) or math.isnan(found.performance_line):
        return {"data": []}
    return {
        "silent": True,
        "symbol": "none",
        "label": {"show": False},
        "lineStyle": {"color": "@grey", "type": "dashed", "width": 1},
        "data": [{"xAxis": factor * found.performance_line}, {"yAxis": 100 * found.importance_line}],
    }


def _corners(found: Map, *, factor: float) -> Item:
    """The four names in their corners."""
    if math.isnan(found.importance_line) or math.isnan(found.performance_line):
        return {"data": []}
    x, y = factor * found.performance_line, 100 * found.importance_line
    return {
        "silent": True,
        "itemStyle": {"color": "transparent"},
        "data": [
            _corner(
                "improve_first", "insideTopLeft", [{"yAxis": "max"}, {"xAxis": x, "yAxis": y}], left=True
            ),
            _corner(
                "keep_up", "insideTopRight", [{"xAxis": x, "yAxis": "max"}, {"xAxis": "max", "yAxis": y}]
            ),
            _corner(
                "low_priority", "insideBottomLeft", [{"yAxis": y}, {"xAxis": x, "yAxis": "min"}], left=True
            ),
            _corner(
                "possible_overkill",
                "insideBottomRight",
                [{"xAxis": x, "yAxis": y}, {"xAxis": "max", "yAxis": "min"}],
            ),
        ],
    }


def _corner(quadrant: str, position: str, ends: list[Item], *, left: bool = False) -> list[Item]:
    label = {"show": True, "position": position, "color": "@grey", "fontSize": 12}
    name = str(QUADRANTS[quadrant])  # type: ignore[index]
    start = {"xAxis": "min", **ends[0]} if left else ends[0]
    return [{"name": name, "label": label, **start}, ends[1]]


def _told(estimate: Estimate) -> tuple[str, str]:
    return numbers.signed(estimate.value, digits=2), _range(estimate, digits=2)


def _range(estimate: Estimate, *, factor: float = 1, digits: int = 1) -> str:
    if estimate.low is None or estimate.high is None:
        return "–"
    low, high = factor * estimate.low, factor * estimate.high
    return f"{numbers.signed(low, digits=digits)} – {numbers.signed(high, digits=digits)}"
