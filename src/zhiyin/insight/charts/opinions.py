"""How an aspect, or a unit, is spoken of over time; and how those who speak of it rate."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from zhiyin.console import numbers
from zhiyin.console.charts import Chart
from zhiyin.insight.days import name_day
from zhiyin.insight.queries.aspect import StarsShown, TrendPoint
from zhiyin.insight.state import ViewState

Item = dict[str, object]
_LEFT, _RIGHT = 48, 12
_SIDE = 100  # net sentiment goes from −100 to 100
_SPOKEN = ("positive", "neutral", "negative")
_HIDDEN = {"type": "line", "symbol": "none", "silent": True, "lineStyle": {"opacity": 0}}


def opinion_trend(points: Sequence[TrendPoint], *, state: ViewState) -> Chart:
    """Net sentiment with its interval above, the voices behind it below; a click opens the voices."""
    labels = [_label(point, state=state) for point in points]
    return Chart(
        id="opinion-trend",
        title=_("Net sentiment, and how many voices speak of it"),
        option={
            "grid": [
                {"left": _LEFT, "right": _RIGHT, "top": 12, "height": "52%"},
                {"left": _LEFT, "right": _RIGHT, "top": "68%", "bottom": 26},
            ],
            "axisPointer": {"link": [{"xAxisIndex": "all"}]},
            "xAxis": [
                {
                    "type": "category",
                    "data": labels,
                    "axisLabel": {"show": False},
                    "axisLine": {"onZero": False},
                },
                {"type": "category", "data": labels, "gridIndex": 1},
            ],
            "yAxis": [
                {"type": "value", "min": -_SIDE, "max": _SIDE, "splitNumber": 4},
                {"type": "value", "gridIndex": 1, "min": 0, "minInterval": 1, "splitNumber": 2},
            ],
            "series": [*_band(points), _line(points, state=state), _bars(points, state=state)],
        },
        columns=[_("Days"), _("Net sentiment"), _("Interval (95 %)"), _("Voices")],
        rows=[
            [
                label,
                numbers.signed(point.net_sentiment.value),
                _interval(point),
                numbers.count(point.n_voices, language=state.language),
            ]
            for label, point in zip(labels, points, strict=True)
        ],
    )


def star_bars(stars: StarsShown, *, state: ViewState) -> Chart:
    """How many rate with how many stars."""
    names = {whole: "★" * whole for whole in stars.counts}
    return Chart(
        id="star-bars",
        title=_("How those who speak of it rate"),
        height="short",
        option={
            "grid": {"left": 86, "right": 48, "top": 4, "bottom": 4},
            "xAxis": {"type": "value", "show": False, "min": 0},
            "yAxis": {"type": "category", "data": list(names.values()), "axisTick": {"show": False}},
            "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
            "series": [
                {
                    "type": "bar",
                    "name": _("Voices"),
                    "barMaxWidth": 16,
                    "label": {"show": True, "position": "right", "color": "@text"},
                    "data": [_star_bar(whole, n=n, state=state) for whole, n in stars.counts.items()],
                }
            ],
        },
        columns=[_("Stars"), _("Voices")],
        rows=[[names[whole], numbers.count(n, language=state.language)] for whole, n in stars.counts.items()],
    )


def _star_bar(whole: int, *, n: int, state: ViewState) -> Item:
    colour = "@negative" if whole <= 2 else "@neutral" if whole == 3 else "@positive"
    return {"value": n, "href": state.url("voices", stars=whole), "itemStyle": {"color": colour}}


def _band(points: Sequence[TrendPoint]) -> list[Item]:
    """The interval: an unseen line at its lower end, and the distance to the upper stacked on it."""
    nets = [point.net_sentiment for point in points]
    widths = [None if net.low is None or net.high is None else net.high - net.low for net in nets]
    # Ends of unlike sign must be stacked as well.
    common = {**_HIDDEN, "stack": "band", "stackStrategy": "all", "tooltip": {"show": False}}
    return [
        {**common, "data": [net.low for net in nets]},
        {**common, "data": widths, "areaStyle": {"color": "@grey", "opacity": 0.18}},
    ]


def _line(points: Sequence[TrendPoint], *, state: ViewState) -> Item:
    return {
        "type": "line",
        "name": _("Net sentiment"),
        "symbolSize": 6,
        "itemStyle": {"color": "@primary"},
        "lineStyle": {"color": "@primary", "width": 2},
        "data": [
            {"value": _rounded(point.net_sentiment.value), "href": _rows(point, state=state)}
            for point in points
        ],
        "markLine": {
            "silent": True,
            "symbol": "none",
            "label": {"show": False},
            "lineStyle": {"color": "@text", "type": "solid", "width": 1},
            "data": [{"yAxis": 0}],
        },
    }


def _bars(points: Sequence[TrendPoint], *, state: ViewState) -> Item:
    return {
        "type": "bar",
        "name": _("Voices"),
        "xAxisIndex": 1,
        "yAxisIndex": 1,
        "barMaxWidth": 18,
        "itemStyle": {"color": "@grey"},
        "data": [{"value": point.n_voices, "href": _rows(point, state=state)} for point in points],
    }


def _rows(point: TrendPoint, *, state: ViewState) -> str:
    since, until = point.first.isoformat(), point.last.isoformat()
    return state.url("voices", period="custom", since=since, until=until, polarity=_SPOKEN)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _label(point: TrendPoint, *, state: ViewState) -> str:
    with_year = point.first.year != state.now.astimezone(state.zone).year
    first = name_day(point.first, language=state.language, with_year=with_year)
    return (
        first if point.first == point.last else f"{first} – {name_day(point.last, language=state.language)}"
    )


def _interval(point: TrendPoint) -> str:
    low, high = point.net_sentiment.low, point.net_sentiment.high
    return "–" if low is None or high is None else f"{numbers.signed(low)} – {numbers.signed(high)}"
