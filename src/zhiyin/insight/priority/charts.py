"""The picture of what to mend first: weight upwards, work to the right, cut into four."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from django.utils.translation import gettext as _

from zhiyin.console import numbers
from zhiyin.console.charts import Chart
from zhiyin.console.numbers import Language
from zhiyin.insight.priority.lines import Line
from zhiyin.insight.priority.wording import QUADRANT_NAMES, problem_name
from zhiyin.measure.priority import Quadrant

Item = dict[str, object]
_MOST_NAMES = 8
# What the name of a dot takes, as logarithms of days and weight.
_NAME_WIDE, _NAME_HIGH = 1.3, 0.35
# Beyond these the lines and names would stand on the rim.
_ROOM = 1.6


def weight_by_effort(lines: Sequence[Line], *, language: Language) -> Chart:
    """A dot a problem; a click opens its arithmetic. Both scales are logarithmic."""
    shown = [line for line in lines if line.weight.value]
    named = _named(shown)
    days = [line.days for line in shown] or [1.0]
    weights = [line.weight.value or 1.0 for line in shown] or [1.0]
    x, y = _ends(days), _ends(weights)
    return Chart(
        id="priority-map",
        title=_("Weight against work"),
        height="tall",
        option={
            "grid": {"left": 16, "right": 24, "top": 32, "bottom": 46, "containLabel": True},
            "xAxis": {
                "type": "log",
                "name": _("Work in person-days"),
                "nameLocation": "middle",
                "nameGap": 28,
                **x,
            },
            "yAxis": {
                "type": "log",
                "name": _("Weight"),
                "nameTextStyle": {"align": "left"},
                **y,
            },
            "tooltip": {"trigger": "item", "formatter": "{b}"},
            "series": [
                {
                    "type": "scatter",
                    "symbolSize": 12,
                    "itemStyle": {"color": "@primary"},
                    "data": [_dot(line, is_named=line in named) for line in shown],
                    "markLine": _cross(float(np.median(days)), float(np.median(weights))),
                    "markArea": _corners(float(np.median(days)), float(np.median(weights)), x=x, y=y),
                }
            ],
        },
        columns=[_("Problem"), _("Weight"), _("Work in person-days"), _("Quadrant")],
        rows=[
            [
                problem_name(line.problem),
                numbers.count(line.weight.value or 0.0, language=language),
                f"{line.days:g}",
                str(QUADRANT_NAMES[line.quadrant]),
            ]
            for line in shown
        ],
    )


def _named(lines: Sequence[Line]) -> list[Line]:
    """The first of the list whose names do not run into each other."""
    kept: list[Line] = []
    for line in sorted(lines, key=lambda one: one.rank):
        is_free = all(
            abs(math.log(line.days / other.days)) > _NAME_WIDE
            or abs(math.log((line.weight.value or 1) / (other.weight.value or 1))) > _NAME_HIGH
            for other in kept
        )
        if is_free and len(kept) < _MOST_NAMES:
            kept.append(line)
    return kept


def _ends(values: Sequence[float]) -> Item:
    """Ends of a logarithmic axis with some room around, rounded to one digit."""
    low, high = min(values) / _ROOM, max(values) * _ROOM
    return {"min": _rounded(low, up=False), "max": _rounded(high, up=True)}


def _rounded(value: float, *, up: bool) -> float:
    step = 10.0 ** math.floor(math.log10(value))
    return float((math.ceil if up else math.floor)(value / step) * step)


def _dot(line: Line, *, is_named: bool) -> Item:
    weight = line.weight.value or 0.0
    return {
        "name": problem_name(line.problem),
        "value": [line.days, round(weight, 1)],
        "href": line.detail_url,
        "itemStyle": {"color": "@primary" if line.effort else "@grey"},
        "label": {"show": is_named, "formatter": "{b}", "position": "right", "color": "@text"},
    }


def _cross(days: float, weight: float) -> Item:
    return {
        "silent": True,
        "symbol": "none",
        "label": {"show": False},
        "lineStyle": {"color": "@grey", "type": "dashed", "width": 1},
        "data": [{"xAxis": days}, {"yAxis": weight}],
    }


def _corners(days: float, weight: float, *, x: Item, y: Item) -> Item:
    """The four names in their corners; on logarithmic axes the ends must be numbers."""
    left, right = {"xAxis": x["min"]}, {"xAxis": x["max"]}
    bottom, top = y["min"], y["max"]
    return {
        "silent": True,
        "itemStyle": {"color": "transparent"},
        "data": [
            _corner("do_now", "insideTopLeft", [{**left, "yAxis": top}, {"xAxis": days, "yAxis": weight}]),
            _corner("plan", "insideTopRight", [{"xAxis": days, "yAxis": top}, {**right, "yAxis": weight}]),
            _corner(
                "on_the_side",
                "insideBottomLeft",
                [{**left, "yAxis": weight}, {"xAxis": days, "yAxis": bottom}],
            ),
            _corner(
                "later", "insideBottomRight", [{"xAxis": days, "yAxis": weight}, {**right, "yAxis": bottom}]
            ),
        ],
    }


def _corner(quadrant: Quadrant, position: str, ends: list[Item]) -> list[Item]:
    label = {"show": True, "position": position, "color": "@grey", "fontSize": 12}
    return [{"name": str(QUADRANT_NAMES[quadrant]), "label": label, **ends[0]}, ends[1]]
