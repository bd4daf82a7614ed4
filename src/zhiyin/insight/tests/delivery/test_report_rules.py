"""When reports are due, in zones with and without shifts of the clocks, and how sentences become words."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.insight.reports.plain_words import as_markdown, as_text
from zhiyin.insight.reports.schedule import Plan, days_of, latest_due, next_due

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
SECONDS = st.integers(int(datetime(2024, 1, 1, tzinfo=UTC).timestamp()), 1_830_000_000)


def daily(zone=SHANGHAI, at=time(8, 30)):
    return Plan(rhythm="day", at=at, zone=zone)


def test_a_daily_report_is_due_at_half_past_eight_of_its_zone():
    at = next_due(daily(), after=datetime(2026, 5, 20, 0, 30, tzinfo=UTC))
    assert at == datetime(2026, 5, 21, 0, 30, tzinfo=UTC)
    assert next_due(daily(), after=at - timedelta(microseconds=1)) == at


def test_a_daily_report_stays_at_its_hour_when_the_clocks_change():
    winter = next_due(daily(BERLIN), after=datetime(2026, 3, 28, 0, tzinfo=UTC))
    summer = next_due(daily(BERLIN), after=winter)
    assert [winter.hour, summer.hour] == [7, 6]
    assert summer - winter == timedelta(hours=23)


def test_a_time_that_does_not_exist_comes_later_and_one_that_comes_twice_counts_once():
    plan = daily(BERLIN, time(2, 30))
    gap = next_due(plan, after=datetime(2026, 3, 28, 12, tzinfo=UTC))
    assert gap.astimezone(BERLIN).time() == time(3, 30)
    first = next_due(plan, after=datetime(2026, 10, 24, 12, tzinfo=UTC))
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_due(plan, after=first) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


@given(second=SECONDS, hour=st.integers(0, 23), zone=st.sampled_from([SHANGHAI, BERLIN]))
def test_every_day_has_one_run(second, hour, zone):
    moment = datetime.fromtimestamp(second, tz=UTC)
    plan = daily(zone, time(hour, 30))
    first = next_due(plan, after=moment)
    second = next_due(plan, after=first)
    days = [one.astimezone(zone).date() for one in (first, second)]
    assert days[1] - days[0] == timedelta(days=1)
    assert moment < first <= moment + timedelta(hours=26)


def test_weekly_reports_speak_of_the_week_before_and_monthly_ones_of_the_month():
    weekly = Plan(rhythm="week", at=time(8, 30), zone=SHANGHAI, weekday=2)
    at = next_due(weekly, after=datetime(2026, 5, 20, 4, tzinfo=UTC))  # a Wednesday, past the hour
    assert at.astimezone(SHANGHAI).date() == date(2026, 5, 27)
    assert days_of(weekly, at=at) == (date(2026, 5, 18), date(2026, 5, 24))
    monthly = Plan(rhythm="month", at=time(8, 30), zone=SHANGHAI, month_day=1)
    at = next_due(monthly, after=datetime(2026, 2, 15, tzinfo=UTC))
    assert days_of(monthly, at=at) == (date(2026, 2, 1), date(2026, 2, 28))


def test_a_daily_report_speaks_of_the_day_before_in_its_zone():
    at = datetime(2026, 5, 19, 23, 0, tzinfo=UTC)  # 07:00 on the 20th in Shanghai
    assert days_of(daily(), at=at) == (date(2026, 5, 19), date(2026, 5, 19))


@pytest.mark.parametrize(("n_days", "n_missed"), [(0, 0), (1, 1), (5, 5)])
def test_of_missed_runs_the_last_is_due(n_days, n_missed):
    first = datetime(2026, 5, 20, 0, 30, tzinfo=UTC)
    due = latest_due(daily(), first=first, now=first + timedelta(days=n_days, hours=3))
    assert due.at == first + timedelta(days=n_days)
    assert due.n_missed == n_missed


def test_sentences_become_words_and_markdown(settings):
    settings.PUBLIC_URL = "https://voice.example.com"
    link = '<a href="/voices/?aspect=a&amp;polarity=negative">36 人</a>'
    html = f"{link}不满，<strong>+25.0</strong> &lt;b&gt; 138****1234"
    assert as_text(html) == "36 人不满，+25.0 <b> 138****1234"
    assert as_markdown(html) == (
        "[36 人](https://voice.example.com/voices/?aspect=a&polarity=negative)不满，"
        "**+25.0** \\<b\\> 138\\*\\*\\*\\*1234"
    )
    settings.PUBLIC_URL = ""
    assert as_markdown('<a href="/voices/">36 人</a>') == "36 人"
