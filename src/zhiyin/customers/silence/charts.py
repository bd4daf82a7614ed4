"""The picture of the back-test: what was told against what came true."""

from __future__ import annotations

from django.utils.translation import gettext as _

from zhiyin.console import numbers
from zhiyin.console.charts import Chart
from zhiyin.customers.silence.fitting import BackTest


def calibration_chart(tested: BackTest) -> Chart:
    """A dot a group of customers: on the line the chances told are honest."""
    told = [round(100 * group.told, 1) for group in tested.groups]
    came = [round(100 * (group.came.value or 0.0), 1) for group in tested.groups]
    top = min(100.0, 10.0 * (int(max([*told, *came], default=10.0) / 10) + 1))
    return Chart(
        id="silence-calibration",
        title=_("Told and come true, %"),
        option={
            "grid": {"left": 48, "right": 16, "top": 16, "bottom": 48},
            "tooltip": {"trigger": "item"},
            "xAxis": {
                "type": "value", "min": 0, "max": top, "name": _("Chance to come, as told"),
                "nameLocation": "middle", "nameGap": 28,
            },
            "yAxis": {"type": "value", "min": 0, "max": top},
            "series": [
                {
                    "type": "line", "data": [[0, 0], [top, top]], "symbol": "none", "silent": True,
                    "lineStyle": {"color": "@grey", "type": "dashed", "width": 1},
                },
                {
                    "type": "scatter", "symbolSize": 10, "itemStyle": {"color": "@primary"},
                    "data": [[x, y] for x, y in zip(told, came, strict=True)],
                },
            ],
        },
        columns=[_("Chance told"), _("Came"), _("Interval"), _("Customers")],
        rows=[
            (
                numbers.percent(group.told),
                numbers.percent(group.came.value),
                f"{numbers.percent(group.came.low)} – {numbers.percent(group.came.high)}",
                group.came.n,
            )
            for group in tested.groups
        ],
    )  # fmt: skip
