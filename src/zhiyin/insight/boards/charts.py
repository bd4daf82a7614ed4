"""Pictures of tiles: a line through time with its interval, bars of a ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from zhiyin.console import numbers
from zhiyin.console.charts import Chart
from zhiyin.insight.measures.charts import trend_chart
from zhiyin.insight.measures.contract import Group, Measure, MeasureResult
from zhiyin.insight.measures.writing import digits_of, factor_of, write_interval, write_number, write_value
from zhiyin.insight.state import ViewState
from zhiyin.measure.estimate import SMALL_N


def trend_tile(result: MeasureResult, *, id: str, state: ViewState) -> Chart:
    """The course of the measure as its own page draws it, smaller, and without movement when renewed."""
    chart = trend_chart(result, state=state)
    return replace(chart, id=id, height="short", option={**chart.option, "animation": False})


def ranking_chart(groups: Sequence[Group], *, measure: Measure, id: str, state: ViewState) -> Chart:
    """A bar a group, the first on top; grey where n < 30, a click opens its rows."""
    return Chart(
        id=id,
        title=measure.name,
        height="tall" if len(groups) > 10 else "",
        option={
            "animation": False,
            "grid": {"left": 8, "right": 56, "top": 4, "bottom": 4, "containLabel": True},
            "xAxis": {"type": "value", "axisLabel": {"show": False}, "splitLine": {"show": False}},
            "yAxis": {
                "type": "category",
                "inverse": True,
                "data": [group.name for group in groups],
                "axisTick": {"show": False},
                "axisLabel": {"width": 120, "overflow": "truncate"},
            },
            "tooltip": {"trigger": "item"},
            "series": [
                {
                    "type": "bar",
                    "name": measure.name,
                    "barMaxWidth": 18,
                    "data": [_bar(one, measure=measure, state=state) for one in groups],
                }
            ],
        },
        columns=[_("Name"), measure.name, _("Interval (95 %)"), "n"],
        rows=[
            [
                group.name,
                write_number(group.figure.value, measure=measure, language=state.language),
                write_interval(group.figure, measure=measure, language=state.language) or "–",
                numbers.count(group.figure.n, language=state.language),
            ]
            for group in groups
        ],
    )


def _bar(group: Group, *, measure: Measure, state: ViewState) -> dict[str, object]:
    value = group.figure.value
    is_small = group.figure.n < SMALL_N
    is_below = value is not None and value < 0
    colour = "@grey" if is_small else "@negative" if is_below else "@primary"
    return {
        "value": None
        if value is None
        else round(value * factor_of(measure.unit), digits_of(measure.unit) + 1),
        "href": group.href,
        "itemStyle": {"color": colour},
        "label": {
            "show": True,
            "position": "right",
            "color": "@text",
            "formatter": write_value(value, measure=measure, language=state.language),
        },
    }
