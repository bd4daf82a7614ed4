"""Alert messages speak the language of the destination, and hours are those of the company's clock."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from zhiyin.insight.alerts.arrivals import alert_on_arrivals
from zhiyin.insight.alerts.defaults import ensure_rules
from zhiyin.insight.alerts.explaining import explain
from zhiyin.insight.alerts.measures import read_measure
from zhiyin.insight.models import AlertRule, Delivery, Destination
from zhiyin.insight.selection import VoiceFilter
from zhiyin.listen.items import RatingIn
from zhiyin.people.scope import EVERYTHING

BAD = RatingIn(value=1, worst=1, best=5)
NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)


@pytest.fixture
def told(company):
    """Destinations in both languages for the rule on low stars, whose arrivals are being watched."""
    company.say("菜好吃")
    now = datetime.now(UTC)
    ensure_rules(now=now)
    alert_on_arrivals(company.engine.lake, now=now)
    rule = AlertRule.objects.get(code="low_stars")
    for language in ("zh", "en"):
        one = Destination.objects.create(
            name=language, kind="webhook", sealed=b"", shown="", language=language, created_at=now
        )
        rule.destinations.add(one)
    return company


def test_each_destination_is_told_once_in_its_own_language(told):
    told.say("太差了", rating=BAD)
    now = datetime.now(UTC)
    assert alert_on_arrivals(told.engine.lake, now=now) >= 1
    assert alert_on_arrivals(told.engine.lake, now=now) == 0
    said = {one.destination.language: one.message.text for one in Delivery.objects.all()}
    assert Delivery.objects.count() == 2
    assert "收到一条 1 星评价" in said["zh"]
    assert "got a rating of 1 stars" in said["en"]


@pytest.mark.parametrize(("zone", "hour"), [("Asia/Shanghai", "20"), ("Europe/Berlin", "14")])
def test_hours_are_those_of_the_company(company, settings, zone, hour):
    settings.TIME_ZONE = zone
    timezone.get_default_timezone.cache_clear()
    company.say("上菜慢", occurred_at=NOON)
    within = VoiceFilter(since=NOON - timedelta(hours=1), until=NOON + timedelta(hours=1))
    with company.engine.lake.connect("feedback", "opinions") as connection:
        found = explain(
            connection, scope=EVERYTHING, measure=read_measure("voices"), direction=1, within=within
        )
    assert [part.name for part in found.hours] == [hour]
