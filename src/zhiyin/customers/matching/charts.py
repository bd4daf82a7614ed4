"""The curve of precision and recall as a picture with its numbers."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from zhiyin.console import numbers
from zhiyin.console.charts import Chart
from zhiyin.customers.matching.reviewed import MeasuredPoint
from zhiyin.measure.estimate import Estimate


def curve_chart(points: Sequence[MeasuredPoint]) -> Chart:
    """Both lines over the threshold; the table tells the intervals."""
    steps = [f"{point.threshold:g}" for point in points]
    return Chart(
        id="matching-curve",
        title=_("Right among those taken, and found among all, %"),
        option={
            "grid": {"left": 48, "right": 16, "top": 32, "bottom": 48},
            "legend": {"top": 0},
            "tooltip": {"trigger": "axis"},
            "xAxis": {
                "type": "category", "data": steps, "name": _("Threshold"),
                "nameLocation": "middle", "nameGap": 28,
            },
            "yAxis": {"type": "value", "max": 100},
            "series": [
                _line(_("Right"), [point.precision for point in points], "@primary"),
                _line(_("Found"), [point.recall for point in points], "@grey"),
            ],
        },
        columns=[_("Threshold"), _("Pairs taken"), _("Right"), _("Interval"), _("Found"), _("Interval")],
        rows=[
            (
                step,
                point.n_taken,
                *_told(point.precision),
                *_told(point.recall),
            )
            for step, point in zip(steps, points, strict=True)
        ],
    )  # fmt: skip


def _line(name: str, values: Sequence[Estimate], color: str) -> dict[str, object]:
    data = [None if one.value is None else round(100 * one.value, 1) for one in values]
    return {
        "type": "line",
        "name": name,
        "data": data,
        "itemStyle": {"color": color},
        "lineStyle": {"color": color},
    }


def _told(one: Estimate) -> tuple[str, str]:
    if one.value is None:
        return "–", "–"
    return numbers.percent(one.value), f"{numbers.percent(one.low)} – {numbers.percent(one.high)}"
