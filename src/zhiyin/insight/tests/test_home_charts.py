"""The pictures of Home: the same numbers stand in the table, and each bar opens its own day."""

from datetime import date, datetime
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict

from zhiyin.insight.board import Figure
from zhiyin.insight.charts.trend import net_sentiment_line, sentiment_panels
from zhiyin.insight.queries.trends import TrendPoint
from zhiyin.insight.state import make_state
from zhiyin.people.scope import EVERYTHING


def point(day, *, negative, n=40, value=12.0):
    counts = {"negative": negative, "positive": 7, "mixed": 0, "neutral": 3}
    net = Figure(value=value, low=None if value is None else -5.0, high=None if value is None else 30.0, n=n)
    return TrendPoint(first_day=day, last_day=day, n=negative + 12, sentiments=counts, net_sentiment=net)


POINTS = [
    point(date(2026, 3, 1), negative=9),
    point(date(2026, 3, 2), negative=1200, value=None, n=0),
    point(date(2026, 3, 3), negative=0, n=5),
]


@pytest.fixture
def state(db):
    return make_state(QueryDict("unit=nowhere&aspect=taste&period=7d"), scope=EVERYTHING, customers=None)


def test_every_sentiment_has_a_panel_of_its_own_from_zero(state):
    option = sentiment_panels(POINTS, state=state).option
    n = len(option["series"])
    assert (
        n == len(option["grid"]) == len(option["xAxis"]) == len(option["yAxis"]) == len(option["title"]) == 4
    )
    assert [series["xAxisIndex"] for series in option["series"]] == list(range(4))
    assert {axis["min"] for axis in option["yAxis"]} == {0}
    assert {len(axis["data"]) for axis in option["xAxis"]} == {3}


def test_the_table_says_what_the_bars_show(state):
    chart = sentiment_panels(POINTS, state=state)
    bars = [[item["value"] for item in series["data"]] for series in chart.option["series"]]
    cells = [[int(str(cell).replace(",", "")) for cell in row[2:]] for row in chart.rows]
    assert [list(column) for column in zip(*cells, strict=True)] == bars
    assert len(chart.columns) == len(chart.rows[0])


def test_a_bar_opens_its_day_and_sentiment_and_keeps_the_other_choices(state):
    series = sentiment_panels(POINTS, state=state).option["series"][0]
    query = parse_qs(urlsplit(series["data"][1]["href"]).query)
    assert query == {
        "unit": ["nowhere"],
        "aspect": ["taste"],
        "period": ["custom"],
        "since": ["2026-03-02"],
        "until": ["2026-03-02"],
        "sentiment": ["negative"],
    }


def test_the_line_leaves_gaps_and_greys_small_numbers(state):
    chart = net_sentiment_line(POINTS, state=state)
    low, band, line = chart.option["series"]
    assert [item["value"] for item in line["data"]] == [12.0, None, 12.0]
    assert [item["itemStyle"]["color"] for item in line["data"]] == ["@primary", "@grey", "@grey"]
    assert (low["data"], band["data"]) == ([-5.0, None, -5.0], [35.0, None, 35.0])
    assert [row[1] for row in chart.rows] == ["+12.0", "–", "+12.0"]


def test_the_year_is_named_where_it_is_another(state):
    now = state.now.astimezone(ZoneInfo("UTC"))
    old = point(date(now.year - 2, 3, 1), negative=1)
    this = point(datetime(now.year, 3, 1).date(), negative=1)  # noqa: DTZ001
    names = [row[0] for row in sentiment_panels([old, this], state=state).rows]
    assert str(now.year - 2) in names[0]
    assert str(now.year) not in names[1]
