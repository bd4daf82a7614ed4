"""Voices by sentiment and net sentiment over time: small pictures one above the other, one axis of days."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from zhiyin.console import numbers
from zhiyin.console.charts import Chart
from zhiyin.insight.days import name_day
from zhiyin.insight.queries.trends import TrendPoint
from zhiyin.insight.state import ViewState
from zhiyin.measure.estimate import SMALL_N

Item = dict[str, object]
_LEFT, _RIGHT = 48, 12
_NET_RANGE = 100


def sentiment_panels(points: Sequence[TrendPoint], *, state: ViewState) -> Chart:
    """Voices a day by sentiment, a panel each, the scales their own and from zero."""
    names = _sentiment_names()
    n = len(names)
    labels = [_name_point(point, state=state) for point in points]
    return Chart(
        id="trend-sentiments",
        title=_("Voices by sentiment"),
        height="tall",
        option={
            "title": [
                {
                    "text": name,
                    "left": _LEFT,
                    "top": f"{place * 100 / n:.1f}%",
                    "textStyle": {"fontSize": 12, "fontWeight": 600, "color": f"@{code}"},
                    "padding": 0,
                }
                for place, (code, name) in enumerate(names.items())
            ],
            "grid": [_grid(place, of=n) for place in range(n)],
            "xAxis": [_days(labels, place=place, is_last=place == n - 1) for place in range(n)],
            "yAxis": [
                {"type": "value", "gridIndex": place, "minInterval": 1, "splitNumber": 2, "min": 0}
                for place in range(n)
            ],
            "axisPointer": {"link": [{"xAxisIndex": "all"}]},
            "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
            "series": [
                {
                    "type": "bar",
                    "name": name,
                    "xAxisIndex": place,
                    "yAxisIndex": place,
                    "barMaxWidth": 18,
                    "itemStyle": {"color": f"@{code}"},
                    "data": [_bar(point, code=code, state=state) for point in points],
                }
                for place, (code, name) in enumerate(names.items())
            ],
        },
        columns=[_("Day"), _("Voices heard"), *names.values()],
        rows=[
            [label, _count(point.n, state), *(_count(point.sentiments[code], state) for code in names)]
            for label, point in zip(labels, points, strict=True)
        ],
    )


def net_sentiment_line(points: Sequence[TrendPoint], *, state: ViewState) -> Chart:
    """Net sentiment with its 95 % interval and a zero line; a gap without mentions, grey where n < 30."""
    labels = [_name_point(point, state=state) for point in points]
    nets = [point.net_sentiment for point in points]
    band = {"type": "line", "stack": "band", "stackStrategy": "all", "symbol": "none", "silent": True}
    bounds = [(net.low, net.high) for net in nets]
    return Chart(
        id="trend-net-sentiment",
        title=_("Net sentiment"),
        option={
            "grid": {"left": _LEFT, "right": _RIGHT, "top": 16, "bottom": 28},
            "xAxis": {"type": "category", "data": labels, "axisLine": {"onZero": False}},
            "yAxis": {"type": "value", "min": -_NET_RANGE, "max": _NET_RANGE, "splitNumber": 4},
            "tooltip": {"trigger": "axis"},
            "series": [
                {
                    **band,
                    "data": [low for low, _high in bounds],
                    "lineStyle": {"opacity": 0},
                    "tooltip": _NO_TIP,
                },
                {
                    **band,
                    "data": [None if low is None or high is None else high - low for low, high in bounds],
                    "lineStyle": {"opacity": 0},
                    "areaStyle": {"color": "@grey", "opacity": 0.18},
                    "tooltip": _NO_TIP,
                },
                {
                    "type": "line",
                    "name": _("Net sentiment"),
                    "symbolSize": 6,
                    "itemStyle": {"color": "@primary"},
                    "lineStyle": {"color": "@primary", "width": 2},
                    "data": [_net(point, state=state) for point in points],
                    "markLine": {
                        "silent": True,
                        "symbol": "none",
                        "label": {"show": False},
                        "lineStyle": {"color": "@text", "type": "solid", "width": 1},
                        "data": [{"yAxis": 0}],
                    },
                },
            ],
        },
        columns=[_("Day"), _("Net sentiment"), _("Confidence interval"), _("Mentions")],
        rows=[
            [label, numbers.signed(net.value), _interval(net.low, net.high), _count(net.n, state)]
            for label, net in zip(labels, nets, strict=True)
        ],
    )


_NO_TIP = {"show": False}


def _sentiment_names() -> dict[str, str]:
    return {
        "negative": _("− Negative"),
        "positive": _("+ Positive"),
        "mixed": _("± Mixed"),
        "neutral": _("Neutral"),
    }


def _grid(place: int, *, of: int) -> Item:
    share = 100 / of
    return {
        "left": _LEFT,
        "right": _RIGHT,
        "top": f"{place * share + 5:.1f}%",
        "height": f"{share - 11:.1f}%",
    }


def _days(labels: Sequence[str], *, place: int, is_last: bool) -> Item:
    return {
        "type": "category",
        "gridIndex": place,
        "data": list(labels),
        "axisLabel": {"show": is_last},
        "axisTick": {"show": is_last},
    }


def _bar(point: TrendPoint, *, code: str, state: ViewState) -> Item:
    return {"value": point.sentiments[code], "href": _rows_of(point, state=state)(sentiment=code)}


def _net(point: TrendPoint, *, state: ViewState) -> Item:
    value = point.net_sentiment.value
    is_small = point.net_sentiment.n < SMALL_N
    return {
        "value": None if value is None else round(value, 1),
        "itemStyle": {"color": "@grey" if is_small else "@primary"},
        "href": _rows_of(point, state=state)(polarity=["positive", "neutral", "negative"]),
    }


def _rows_of(point: TrendPoint, *, state: ViewState) -> Callable[..., str]:
    def url(**changes: str | list[str]) -> str:
        since, until = point.first_day.isoformat(), point.last_day.isoformat()
        return state.url("voices", period="custom", since=since, until=until, **changes)

    return url


def _name_point(point: TrendPoint, *, state: ViewState) -> str:
    with_year = point.first_day.year != state.now.astimezone(state.zone).year
    first = name_day(point.first_day, language=state.language, with_year=with_year)
    if point.first_day == point.last_day:
        return first
    return f"{first} – {name_day(point.last_day, language=state.language)}"


def _interval(low: float | None, high: float | None) -> str:
    return "–" if low is None or high is None else f"{numbers.signed(low)} – {numbers.signed(high)}"


def _count(n: int, state: ViewState) -> str:
    return numbers.count(n, language=state.language)
