"""Alerts on real voices: single ones within a second, counted ones by their rule, each once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from zhiyin.engine import open_engine
from zhiyin.insight.alerts.arrivals import alert_on_arrivals
from zhiyin.insight.alerts.counting import evaluate_counting
from zhiyin.insight.alerts.defaults import ensure_rules
from zhiyin.insight.alerts.evaluating import look_at_hours
from zhiyin.insight.models import AlertMark, AlertRule, Incident, IncidentUnit, Signal
from zhiyin.listen.items import FeedbackIn, RatingIn, UnitIn

BAD = RatingIn(value=1, worst=1, best=5)


def now():
    return datetime.now(UTC)


@pytest.fixture
def watched(company):
    """A company with the brought rules, whose arrivals are already being watched."""
    company.say("菜好吃")
    ensure_rules(now=now())
    assert alert_on_arrivals(company.engine.lake, now=now()) == 0
    return company


def crowd(company, *, n, hours_ago, text="上菜太慢了，等了半天", store="n1", prefix="c"):
    items = [
        FeedbackIn(
            external_id=f"{prefix}{place}",
            text=f"{text}，第{place}次来",
            occurred_at=now() - timedelta(hours=hours_ago, minutes=place % 50),
            unit=UnitIn(code=store),
        )
        for place in range(n)
    ]
    return company.hear(*items)


@pytest.fixture
def incident(company):
    """Eight quiet weeks at the northern store, and twenty complaints within the last day."""
    items = [
        FeedbackIn(
            external_id=f"old{day}-{place}",
            text=f"味道不错，第{day}天第{place}杯",
            occurred_at=now() - timedelta(days=day, hours=3 + place),
            unit=UnitIn(code=("n1", "s1")[place % 2]),
        )
        for day in range(2, 60)
        for place in range(4)
    ]
    company.hear(*items)
    crowd(company, n=24, hours_ago=6)
    ensure_rules(now=now())
    assert look_at_hours(company.engine.lake, now=now()) >= 1
    return Incident.objects.get(subject__contains="service_serving_speed")


def test_a_low_star_raises_one_alert_for_the_voice(watched):
    voice = watched.say("太难吃了", rating=BAD)
    assert alert_on_arrivals(watched.engine.lake, now=now()) == 1
    signal = Signal.objects.get()
    assert (signal.kind, signal.feedback_id, signal.unit) == ("low_stars", voice, watched.north)
    assert alert_on_arrivals(watched.engine.lake, now=now()) == 0


def test_going_over_the_same_arrivals_again_raises_nothing_twice(watched):
    watched.say("太难吃了", rating=BAD)
    alert_on_arrivals(watched.engine.lake, now=now())
    AlertMark.objects.filter(name="arrivals").update(position=0)
    assert alert_on_arrivals(watched.engine.lake, now=now()) == 0
    assert Signal.objects.count() == 1


def test_old_voices_that_are_loaded_now_are_no_news(watched):
    watched.say("太难吃了", rating=BAD, occurred_at=now() - timedelta(days=9))
    assert alert_on_arrivals(watched.engine.lake, now=now()) == 0


def test_a_long_wait_and_a_risk_word_are_noticed_where_the_rule_looks(watched):
    AlertRule.objects.create(
        kind="risk_words",
        name="曝光",
        options={"words": ["记者"]},
        unit=watched.south,
        level=3,
        is_on=True,
        created_at=now(),
    )
    watched.say("我要找记者", store="n1")
    watched.say("我要找记者", store="s1")
    watched.say("等了四十分钟才上菜", store="s1")
    alert_on_arrivals(watched.engine.lake, now=now())
    kinds = sorted(Signal.objects.values_list("kind", "unit__code"))
    assert ("risk_words", "s1") in kinds
    assert ("risk_words", "n1") not in kinds
    assert ("waited", "s1") in kinds


def test_a_threshold_speaks_once_and_then_rests(watched):
    crowd(watched, n=12, hours_ago=3)
    rule = AlertRule.objects.create(
        kind="threshold",
        name="多",
        options={"measure": "voices", "n": 10, "hours": 6},
        level=2,
        cool_down_minutes=60,
        is_on=True,
        created_at=now(),
    )
    assert evaluate_counting(watched.engine.lake, now=now()) == 1
    assert evaluate_counting(watched.engine.lake, now=now() + timedelta(minutes=30)) == 0
    assert Signal.objects.filter(rule=rule).count() == 1


def test_silence_is_told_where_voices_were_to_be_expected(watched):
    items = [
        FeedbackIn(
            external_id=f"w{week}-{place}",
            text=f"好喝，第{week}周第{place}杯",
            occurred_at=now() - timedelta(weeks=week, hours=2, minutes=place),
            unit=UnitIn(code="s1"),
        )
        for week in range(1, 8)
        for place in range(6)
    ]
    watched.hear(*items)
    options = {"measure": "voices", "n": 4, "hours": 6}
    common = {"kind": "absence", "options": options, "is_on": True, "created_at": now()}
    AlertRule.objects.create(name="南", unit=watched.south, **common)
    AlertRule.objects.create(name="北", unit=watched.north, **common)
    evaluate_counting(watched.engine.lake, now=now())
    assert [one.rule.name for one in Signal.objects.all()] == ["南"]


def test_a_wave_of_complaints_becomes_one_incident_that_names_place_and_subject(incident, company):
    assert incident.unit == company.north
    assert (incident.tone, incident.direction) == ("bad", 1)
    assert incident.observed > 5 * incident.expected
    assert Incident.objects.filter(tone="bad").count() == 1
    assert Signal.objects.filter(incident=incident).count() == 1
    assert look_at_hours(company.engine.lake, now=now()) == 0


def test_an_hour_that_is_looked_at_again_makes_no_second_incident(incident, company):
    n = Incident.objects.count()
    AlertMark.objects.filter(name="hours").update(position=0)
    look_at_hours(company.engine.lake, now=now())
    assert Incident.objects.count() == n


def test_what_is_quiet_for_two_days_is_over(incident, company):
    look_at_hours(company.engine.lake, now=now() + timedelta(days=4))
    incident.refresh_from_db()
    assert incident.status == "over"
    assert incident.events.filter(kind="over").exists()


def test_the_page_tells_what_explains_it_and_links_to_the_voices(incident, company):
    page = company.visit("owner").get(reverse("alert", args=[incident.pk])).content.decode()
    assert "北京一店" in page
    assert "aspect=service_serving_speed" in page
    assert "period=custom" in page


def test_a_store_manager_sees_only_incidents_of_the_own_store(incident, company):
    north, south = company.visit("manager", unit="n1"), company.visit("manager", unit="s1")
    address = reverse("alert", args=[incident.pk])
    assert north.get(address).status_code == 200
    assert south.get(address).status_code == 404
    assert "北京一店" in north.get(reverse("alerts")).content.decode()
    assert "北京一店" not in south.get(reverse("alerts")).content.decode()


def test_figures_of_a_wider_incident_are_those_of_the_own_units(incident, company):
    incident.unit = company.north.parent
    incident.save()
    IncidentUnit.objects.create(incident=incident, unit=company.south, observed=3, expected=1)
    page = company.visit("manager", unit="s1").get(reverse("alert", args=[incident.pk])).content.decode()
    assert "广州一店" in page
    assert "北京一店" not in page
    assert "Only your own units are shown." in page


def test_what_people_do_is_written_down_and_can_be_undone(incident, company):
    boss = company.visit("owner")
    address = reverse("alert_act", args=[incident.pk])
    for action, kind in (("acknowledge", "acknowledged"), ("mute", "muted"), ("close", "closed")):
        boss.post(address, {"action": action, "days": "7"})
        assert incident.events.filter(kind=kind, by__isnull=False).exists()
    incident.refresh_from_db()
    assert incident.status == "closed"
    boss.post(f"{address}?action=reopen")
    boss.post(f"{address}?action=unmute")
    incident.refresh_from_db()
    assert (incident.status, incident.muted_until) == ("open", None)


def test_an_auditor_of_another_store_cannot_act(incident, company):
    address = reverse("alert_act", args=[incident.pk])
    assert company.visit("manager", unit="s1").post(address, {"action": "close"}).status_code == 404
    assert company.visit("auditor").post(address, {"action": "close"}).status_code in (403, 404)


def test_a_rule_is_tried_on_the_past_before_it_is_switched_on(watched):
    watched.say("太难吃了", rating=BAD)
    boss = watched.visit("owner")
    address = f"{reverse('new_alert_rule')}?kind=low_stars"
    form = {
        "name": "One star",
        "stars": "1",
        "level": "2",
        "cool_down_minutes": "0",
        "channel": "",
        "unit": "",
    }
    tried = boss.post(address, {**form, "action": "try"})
    assert tried.status_code == 200
    assert "spoken 1 times" in tried.content.decode()
    assert not AlertRule.objects.filter(name="One star").exists()
    assert boss.post(address, {**form, "action": "save"}).status_code == 302
    rule = AlertRule.objects.get(name="One star")
    assert not rule.is_on
    boss.post(reverse("alert_rule_act", args=[rule.pk]), {"action": "on"})
    rule.refresh_from_db()
    assert rule.is_on


def test_a_rule_out_of_range_is_refused_and_a_brought_one_stays(watched):
    boss = watched.visit("owner")
    address = f"{reverse('new_alert_rule')}?kind=threshold"
    form = {"name": "x", "measure": "voices", "n": "0", "hours": "6", "level": "2", "cool_down_minutes": "0"}
    assert boss.post(address, {**form, "action": "save"}).status_code == 422
    rule = AlertRule.objects.get(code="low_stars")
    boss.post(reverse("alert_rule_act", args=[rule.pk]), {"action": "delete"})
    rule.refresh_from_db()
    assert rule.deleted_at is None


@pytest.mark.parametrize("kind", ["threshold", "change", "absence", "anomaly", "urgent", "waited"])
def test_every_kind_of_rule_can_be_held_against_the_past(watched, kind):
    boss = watched.visit("owner")
    form = {
        "name": "x",
        "measure": "voices",
        "n": "1",
        "hours": "6",
        "percent": "20",
        "level": "1",
        "cool_down_minutes": "60",
        "urgency": "1",
        "minutes": "5",
        "n_false_a_week": "1",
        "action": "try",
    }
    page = boss.post(f"{reverse('new_alert_rule')}?kind={kind}", form)
    assert page.status_code == 200
    assert "a week" in page.content.decode()


def test_the_chores_of_a_server_can_be_run_again_and_again(company):
    from zhiyin.insight.alerts.background import make_alerts_chore, make_arrivals_chore

    engine = open_engine(company.engine.home)
    for chore in (make_arrivals_chore(engine), make_alerts_chore(engine)):
        for _ in range(2):
            chore.run(lambda: False)
