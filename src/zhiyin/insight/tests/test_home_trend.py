from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from zhiyin.insight.local_days import list_shifts
from zhiyin.insight.queries.trends import list_trend
from zhiyin.insight.selection import VoiceFilter
from zhiyin.people.scope import EVERYTHING, Scope

SHANGHAI, LONDON, KATHMANDU = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/London"), ZoneInfo("Asia/Kathmandu")
SLOW = ("speed", "negative", "上菜", "慢")
TASTY = ("taste", "positive", "菜", "好吃")


def trend(lake, *, since, until, zone=SHANGHAI, scope=EVERYTHING):
    with lake.connect() as connection:
        return list_trend(
            connection,
            scope=scope,
            filter=VoiceFilter(since=since, until=until),
            zone=zone,
            since=since,
            until=until,
        )


def test_a_voice_belongs_to_the_day_of_the_readers_zone(small_lake):
    # 23:59 and 00:01 in Shanghai, on one day of UTC.
    for at in (datetime(2026, 5, 20, 15, 59, tzinfo=UTC), datetime(2026, 5, 20, 16, 1, tzinfo=UTC)):
        small_lake.say(at=at, sentiment="negative", opinions=[SLOW])
    since = datetime(2026, 5, 19, tzinfo=SHANGHAI)
    points = trend(small_lake, since=since, until=since + timedelta(days=3))
    assert [(point.first_day.day, point.n) for point in points] == [(19, 0), (20, 1), (21, 1)]
    assert points[0].net_sentiment.value is None
    assert points[1].net_sentiment.value == -100
    assert points[1].sentiments == {"negative": 1, "positive": 0, "mixed": 0, "neutral": 0}


@pytest.mark.parametrize("zone", [SHANGHAI, LONDON, KATHMANDU, ZoneInfo("America/New_York")])
def test_every_hour_of_a_year_falls_on_the_day_that_its_clock_shows(small_lake, zone):
    start = datetime(2026, 2, 20, tzinfo=zone)
    hours = [start.astimezone(UTC) + timedelta(hours=step, minutes=30) for step in range(24 * 60)]
    for hour in hours:
        small_lake.say(at=hour)
    points = trend(small_lake, since=start, until=start + timedelta(days=60), zone=zone)
    expected: dict[date, int] = {}
    for hour in hours:
        day = hour.astimezone(zone).date()
        expected[day] = expected.get(day, 0) + 1
    assert {point.first_day: point.n for point in points if point.n} == {
        day: n for day, n in expected.items() if day <= points[-1].last_day
    }


def test_clocks_that_change_are_found_to_the_second():
    shifts = list_shifts(
        LONDON, since=datetime(2026, 3, 1, tzinfo=UTC), until=datetime(2026, 12, 1, tzinfo=UTC)
    )
    assert [instant for instant, _ in shifts[1:]] == [
        datetime(2026, 3, 29, 1, tzinfo=UTC),
        datetime(2026, 10, 25, 1, tzinfo=UTC),
    ]
    assert [shift // 3_600_000_000 for _, shift in shifts] == [0, 1, 0]


@pytest.mark.parametrize(("n_days", "n_points"), [(92, 92), (93, 14), (365, 53), (800, 27)])
def test_a_long_period_is_told_by_week_or_month_and_loses_nothing(small_lake, noon, n_days, n_points):
    for step in range(n_days):
        small_lake.say(at=noon - timedelta(days=step), sentiment="positive", opinions=[TASTY])
    until = datetime(2026, 5, 21, tzinfo=UTC)
    points = trend(small_lake, since=until - timedelta(days=n_days), until=until, zone=ZoneInfo("UTC"))
    assert len(points) == pytest.approx(n_points, abs=1)
    assert sum(point.n for point in points) == n_days
    assert sum(point.net_sentiment.n for point in points) == n_days
    gaps = [later.first_day - point.last_day for point, later in pairwise(points)]
    assert set(gaps) <= {timedelta(days=1)}
    if 92 < n_days <= 731:
        assert all(point.first_day.weekday() == 0 for point in points[1:])


def test_voices_of_other_units_and_left_out_ones_are_in_no_point(small_lake, noon):
    small_lake.say(unit_id=1, sentiment="negative", opinions=[SLOW])
    small_lake.say(unit_id=2, sentiment="negative", opinions=[SLOW])
    small_lake.say(unit_id=1, is_spam=True, sentiment="negative", opinions=[SLOW])
    points = trend(
        small_lake,
        since=noon - timedelta(days=1),
        until=noon + timedelta(days=1),
        scope=Scope(unit_ids=frozenset({1})),
    )
    assert sum(point.n for point in points) == 1
    assert sum(point.net_sentiment.n for point in points) == 1
