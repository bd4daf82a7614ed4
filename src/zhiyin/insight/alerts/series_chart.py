"""The days of an incident's series with what was to be expected, as a chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import duckdb
import msgspec
import numpy as np
from django.utils.translation import gettext as _

from zhiyin.console.charts import Chart
from zhiyin.console.numbers import Language
from zhiyin.insight.alerts.measures import Measure
from zhiyin.insight.alerts.saying import say_number
from zhiyin.insight.days import name_day
from zhiyin.insight.local_days import EPOCH, local_day_number
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.measure.anomalies import count_band
from zhiyin.measure.seasonal import Cells, expect, week_profile
from zhiyin.people.scope import Scope

_HISTORY_DAYS = 56
_SHOWN_BEFORE = 21
_SHOWN_AFTER = 2
_LEAST = 0.01
_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPoint:
    """One day: voices, what was to be expected, and between what 99 of 100 ordinary days lie."""

    day: date
    n: int
    expected: float
    low: float
    high: float


class _DayRow(msgspec.Struct, frozen=True, kw_only=True):
    day_number: int
    n: int


def list_days(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    measure: Measure,
    within: VoiceFilter,
    first: date,
    last: date,
    zone: ZoneInfo,
) -> list[DayPoint]:
    """The days from three weeks before `first` to two after `last`, each against the 56 days before it."""
    shown = [
        first - timedelta(days=_SHOWN_BEFORE) + timedelta(days=n)
        for n in range((last - first).days + _SHOWN_BEFORE + _SHOWN_AFTER + 1)
    ]
    since = _midnight(shown[0] - timedelta(days=_HISTORY_DAYS), zone)
    until = _midnight(shown[-1] + timedelta(days=1), zone)
    asked = VoiceFilter(since=since, until=until, unit_ids=within.unit_ids, channels=within.channels)
    chosen = select(scope, filter=measure.narrow(asked))
    rows = run(
        connection,
        "incident_days",
        row=_DayRow,
        parameters=chosen.parameters,
        kept_voices=chosen.kept_voices,
        day_number=local_day_number("occurred_at", zone=zone, since=since, until=until),
    )
    return _judge({row.day_number: row.n for row in rows}, shown=shown, first=first)


def draw_days(points: list[DayPoint], *, title: str, language: Language, hrefs: Mapping[date, str]) -> Chart:
    """Columns of voices over the band of the ordinary; a column opens the voices of its day."""
    labels = [name_day(point.day, language=language) for point in points]
    band = {"type": "line", "stack": "band", "symbol": "none", "lineStyle": {"opacity": 0}, "silent": True}
    return Chart(
        id="incident-days",
        title=title,
        option={
            "grid": {"left": 44, "right": 12, "top": 16, "bottom": 28},
            "xAxis": {"type": "category", "data": labels},
            "yAxis": {"type": "value", "minInterval": 1, "min": 0},
            "tooltip": {"trigger": "axis"},
            "series": [
                {**band, "name": _("Ordinary from"), "data": [point.low for point in points]},
                {
                    **band,
                    "name": _("Ordinary range"),
                    "data": [point.high - point.low for point in points],
                    "areaStyle": {"color": "@grey", "opacity": 0.25},
                },
                {
                    "type": "line",
                    "name": _("Expected"),
                    "symbol": "none",
                    "lineStyle": {"type": "dashed", "color": "@grey"},
                    "itemStyle": {"color": "@grey"},
                    "data": [round(point.expected, 1) for point in points],
                },
                {
                    "type": "bar",
                    "name": _("Voices heard"),
                    "barMaxWidth": 18,
                    "data": [
                        {
                            "value": point.n,
                            "href": hrefs[point.day],
                            "itemStyle": {
                                "color": "@primary" if point.low <= point.n <= point.high else "@negative"
                            },
                        }
                        for point in points
                    ],
                },
            ],
        },
        columns=[_("Day"), _("Voices heard"), _("Expected"), _("Ordinary from"), _("to")],
        rows=[
            [label, point.n, say_number(point.expected), f"{point.low:.0f}", f"{point.high:.0f}"]
            for label, point in zip(labels, points, strict=True)
        ],
    )


def _judge(counts: Mapping[int, int], *, shown: list[date], first: date) -> list[DayPoint]:
    numbers = np.array([(day - EPOCH).days for day in shown])
    back = np.arange(1, _HISTORY_DAYS + 1)
    past = np.array([[counts.get(int(number - step), 0) for step in back] for number in numbers], float)
    series, step = np.nonzero(past)
    # The week as it was before anything shown, so that the incident itself does not bend it.
    profile = week_profile(past[0], n_phases=7)
    lag = numbers - numbers[0]
    found = [
        expect(
            Cells(
                series=np.zeros(int((series == one).sum()), int),
                step=step[series == one] + 1,
                n=past[one][step[series == one]],
                n_series=1,
                n_steps=_HISTORY_DAYS + 1,
            ),
            profile=np.roll(profile, int(lag[one])),
            prior_mean=[max(past[0].mean(), _LEAST)],
        )
        for one in range(len(shown))
    ]
    expected = np.array([one.expected[0] for one in found])
    size = np.array([one.size[0] for one in found])
    # From its start on, the incident is held against the same weekday before it, not against itself.
    start = shown.index(first)
    for place in range(start, len(shown)):
        base = start - _WEEK + (place - start) % _WEEK
        expected[place], size[place] = expected[base], size[base]
    low, high = count_band(expected, size=size)
    return [
        DayPoint(
            day=day,
            n=counts.get(int(numbers[place]), 0),
            expected=float(expected[place]),
            low=float(low[place]),
            high=float(high[place]),
        )
        for place, day in enumerate(shown)
    ]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)
