"""Filters that links of the page of drivers need: hours of the reader's clock, needs that were met."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.people.scope import EVERYTHING


def _count(lake, filter):
    chosen = select(EVERYTHING, filter=filter)
    sql = f"SELECT count(*) FROM feedback WHERE {chosen.kept_voices}"
    used = {name: value for name, value in chosen.parameters.items() if f"${name}" in sql}
    return lake.connect().execute(sql, used).fetchone()[0]


@pytest.mark.parametrize(
    ("zone", "month", "hours", "n"),
    [
        ("Asia/Shanghai", 5, {20}, 1),
        ("Asia/Shanghai", 5, {12}, 0),
        ("UTC", 5, {12, 13}, 1),
        # Clocks put forward in March: noon in London is 11 o'clock UTC in summer.
        ("Europe/London", 7, {13}, 1),
        ("Europe/London", 1, {12}, 1),
    ],
)
def test_hours_are_those_of_the_readers_clock(small_lake, zone, month, hours, n):
    small_lake.say(at=datetime(2026, month, 20, 12, 30, tzinfo=UTC))
    wanted = VoiceFilter(
        hours=frozenset(hours), clock=ZoneInfo(zone), until=datetime(2026, 12, 1, tzinfo=UTC)
    )
    assert _count(small_lake, wanted) == n


def test_needs_that_were_met_are_not_those_unmet(small_lake):
    small_lake.say(needs=[{"name": "timely", "met": True}])
    small_lake.say(needs=[{"name": "timely", "met": False}])
    small_lake.say(needs=[{"name": "timely", "met": False}])
    assert _count(small_lake, VoiceFilter(needs_met=frozenset({"timely"}))) == 1
    assert _count(small_lake, VoiceFilter(needs_unmet=frozenset({"timely"}))) == 2
