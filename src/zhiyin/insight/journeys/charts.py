"""The emotion curve: measured with intervals, designed beside it, pain points and delights marked."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from zhiyin.console import numbers
from zhiyin.console.charts import Chart
from zhiyin.insight.journeys.measuring import Curve, MeasuredMap
from zhiyin.insight.journeys.page import PointLine, format_gap
from zhiyin.insight.unit_export import verdict_name

Item = dict[str, object]
_SYMBOLS = {"pain": "triangle", "delight": "pin", None: "circle"}


def emotion_curve(lines: Sequence[PointLine], *, found: MeasuredMap) -> Chart:
    """The curve over the touchpoints in order; a click on a point lists its voices."""
    curve = found.curve
    labels = [f"{line.number} {line.touchpoint.name}" for line in lines]
    title = _("Net sentiment along the journey") if curve is Curve.NET else _("Stars along the journey")
    return Chart(
        id="journey-curve",
        title=title,
        height="tall",
        option={
            "grid": {"left": 44, "right": 16, "top": 34, "bottom": 96},
            "legend": {"top": 0, "left": 0},
            "xAxis": {
                "type": "category",
                "data": labels,
                "axisLine": {"onZero": False},
                "axisLabel": {
                    "interval": 0,
                    "rotate": 38,
                    "width": 118,
                    "overflow": "truncate",
                    "hideOverlap": False,
                },
            },
            "yAxis": {
                "type": "value",
                **({"min": -100, "max": 100} if curve is Curve.NET else {"min": 1, "max": 5}),
            },
            "tooltip": {"trigger": "axis"},
            "series": [
                {
                    "type": "line",
                    "name": _("Designed"),
                    "symbol": "diamond",
                    "symbolSize": 8,
                    "connectNulls": True,
                    "itemStyle": {"color": "@grey"},
                    "lineStyle": {"color": "@grey", "width": 2, "type": "dashed"},
                    "data": [_rounded(line.point.wanted, curve) for line in lines],
                },
                {
                    "type": "line",
                    "name": _("Measured"),
                    "connectNulls": False,
                    "itemStyle": {"color": "@primary"},
                    "lineStyle": {"color": "@primary", "width": 2.5},
                    "data": [_dot(line, curve=curve) for line in lines],
                    "markLine": {
                        "silent": True,
                        "symbol": ["none", "none"],
                        "label": {"show": False},
                        "animation": False,
                        "lineStyle": {"color": "@text", "type": "solid", "width": 1.5, "opacity": 0.55},
                        "data": _intervals(lines, labels=labels, found=found),
                    },
                },
            ],
        },
        columns=[
            *(_("Touchpoint"), _("Stage"), _("Measured"), _("Interval (95 %)"), "n", _("Designed")),
            *(_("Gap"), _("Change"), _("Mark")),
        ],
        rows=[_row(line, label=label, curve=curve) for line, label in zip(lines, labels, strict=True)],
    )


def mood_words(mood: str | None) -> str:
    """What stands out, in words."""
    return {"pain": _("pain point"), "delight": _("delight")}.get(mood or "", "")


def _row(line: PointLine, *, label: str, curve: Curve) -> list[str]:
    change = line.point.change
    return [
        label,
        line.point.stage.name,
        line.value,
        line.interval or "–",
        f"{line.point.value.n:,}",
        line.wanted or "–",
        line.gap or "–",
        (
            f"{format_gap(change.value, curve=curve)} ({verdict_name(change.verdict)})"
            if change and change.value is not None
            else "–"
        ),
        mood_words(line.point.mood) or "–",
    ]


def _dot(line: PointLine, *, curve: Curve) -> Item:
    mood = line.point.mood
    colour = {"pain": "@negative", "delight": "@positive"}.get(mood or "")
    colour = colour or ("@grey" if line.point.is_small else "@primary")
    dot: Item = {
        "value": _rounded(line.point.value.value, curve),
        "symbol": _SYMBOLS[mood],
        "symbolSize": 20 if mood else 9,
        "symbolRotate": 180 if mood == "pain" else 0,
        "itemStyle": {"color": colour},
    }
    return {**dot, "href": line.value_url} if line.value_url else dot


def _intervals(lines: Sequence[PointLine], *, labels: Sequence[str], found: MeasuredMap) -> list[object]:
    """A thin upright line for each interval, and the mean of the whole map across."""
    uprights: list[object] = [
        [
            {"coord": [label, _rounded(line.point.value.low, found.curve)]},
            {"coord": [label, _rounded(line.point.value.high, found.curve)]},
        ]
        for line, label in zip(lines, labels, strict=True)
        if line.point.value.low is not None
    ]
    mean = _rounded(found.common.value, found.curve)
    if mean is None:
        return uprights
    across = {"yAxis": mean, "lineStyle": {"color": "@grey", "type": "dotted", "width": 1.5}}
    return [*uprights, across]


def _rounded(value: float | None, curve: Curve) -> float | None:
    return None if value is None else round(value, 1 if curve is Curve.NET else 2)


def mean_words(found: MeasuredMap) -> str:
    """The figure of all touchpoints together."""
    value = found.common.value
    return numbers.signed(value) if found.curve is Curve.NET else numbers.plain(value, digits=2)
