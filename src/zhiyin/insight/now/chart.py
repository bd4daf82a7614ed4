"""The minutes as a picture: voices, the unhappy among them, and what is usual."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext as _

from zhiyin.console.charts import Chart
from zhiyin.insight.now.counts import Minute, Usual
from zhiyin.insight.now.window import MINUTES, Window

_MINUTE = timedelta(minutes=1)


def minutes_chart(minutes: Sequence[Minute], *, usual: Usual, window: Window) -> Chart:
    """A bar a minute, unhappy below the others, and a line at the usual mean of a minute."""
    labels = [one.start.astimezone(window.state.zone).strftime("%H:%M") for one in minutes]
    mean = usual.mean / MINUTES if usual.is_known else None
    return Chart(
        id="now-minutes",
        title=_("Voices minute by minute"),
        option={
            "animation": False,
            "grid": {"left": 40, "right": 12, "top": 32, "bottom": 28},
            "legend": {"top": 0, "itemWidth": 12, "itemHeight": 8},
            "xAxis": {"type": "category", "data": labels},
            "yAxis": {"type": "value", "min": 0, "minInterval": 1, "splitNumber": 3},
            "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
            "series": [
                _bars(
                    "− " + _("Unhappy"), "@negative", [_bar(one, window, is_unhappy=True) for one in minutes]
                ),
                {
                    **_bars(
                        _("Others"), "@neutral", [_bar(one, window, is_unhappy=False) for one in minutes]
                    ),
                    **({} if mean is None else {"markLine": _line(mean)}),
                },
            ],
        },
        columns=[_("Minute"), _("Voices heard"), _("Unhappy"), _("Cannot wait")],
        rows=[
            [label, one.n, one.n_unhappy, one.n_urgent] for label, one in zip(labels, minutes, strict=True)
        ],
    )


def _bars(name: str, colour: str, data: list[dict[str, object]]) -> dict[str, object]:
    return {
        "type": "bar",
        "stack": "voices",
        "name": name,
        "barCategoryGap": "20%",
        "itemStyle": {"color": colour},
        "data": data,
    }


def _bar(minute: Minute, window: Window, *, is_unhappy: bool) -> dict[str, object]:
    until = min(minute.start + _MINUTE, window.until)
    changes = {"sentiment": "negative"} if is_unhappy else {}
    return {
        "value": minute.n_unhappy if is_unhappy else minute.n - minute.n_unhappy,
        "href": window.url(since=minute.start, until=until, **changes),
    }


def _line(mean: float) -> dict[str, object]:
    return {
        "silent": True,
        "symbol": "none",
        "lineStyle": {"color": "@text", "type": "dashed", "width": 1},
        "label": {"show": True, "position": "insideEndTop", "formatter": _("usual"), "color": "@text"},
        "data": [{"yAxis": round(mean, 3)}],
    }
