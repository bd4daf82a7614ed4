"""Signals that open cases: by rule, once each, one case for one thing, and nobody's case twice."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from zhiyin.insight.models import AlertRule, Incident, IncidentUnit, Signal
from zhiyin.people.models import RoleGrant
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.models import Case, CaseNote, SignalCase, SignalRule
from zhiyin.respond.queries import list_feedback_ids
from zhiyin.respond.services import close_case
from zhiyin.respond.signals import services
from zhiyin.respond.signals.opening import Judged, open_from_signals
from zhiyin.respond.tests.signals.running import run_rules

pytestmark = pytest.mark.django_db(transaction=True)

HURT = "喝了你们的奶茶全家食物中毒，孩子上吐下泻进了医院"


def test_a_signal_opens_one_case_at_its_unit_however_often_one_looks(shop, make_rule, raise_signal) -> None:
    rule = make_rule(urgency=3, due_hours=5, skill="食品安全")
    signal = raise_signal()
    assert [run_rules(), run_rules(), run_rules()] == [1, 0, 0]
    case = Case.objects.get()
    assert (case.unit, case.urgency, case.skill, case.feedback_id) == (shop.store, 3, "食品安全", "")
    assert abs(case.due_at - timezone.now() - timedelta(hours=5)) < timedelta(minutes=5)
    assert "12" in case.title
    row = SignalCase.objects.get()
    assert (row.signal, row.rule, row.has_joined) == (signal, rule, False)
    signal.refresh_from_db()
    assert signal.claimed_by == f"case:{case.number}"


def test_without_a_rule_that_is_on_nothing_opens(make_rule, raise_signal, by) -> None:
    rule = make_rule()
    services.switch_rule(rule.pk, is_on=False, by=by, scope=EVERYTHING, now=timezone.now())
    raise_signal()
    assert run_rules() == 0
    services.switch_rule(rule.pk, is_on=True, by=by, scope=EVERYTHING, now=timezone.now())
    assert run_rules() == 0, "what came while it was off stays as it is"
    raise_signal()
    assert run_rules() == 1


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ({"kind": "absence"}, {}),
        ({"min_level": 3}, {}),
        ({"aspect": "service"}, {"aspect": "serviceable"}),
        ({"is_danger": True}, {}),
        ({}, {"kind": "improvement_wanted", "level": 3}),
        ({}, {"kind": "urgent", "level": 3, "feedback_id": ""}),
    ],
)
def test_a_signal_that_no_rule_names_opens_nothing(make_rule, raise_signal, words, fields) -> None:
    make_rule(**words)
    raise_signal(**fields)
    judged = Judged()
    assert open_from_signals(now=timezone.now(), judged=judged) == 0
    assert not Case.objects.exists()
    make_rule(name="every")
    expected = 0 if fields.get("kind") else 1
    assert open_from_signals(now=timezone.now(), judged=judged) == expected, "a new rule is asked anew"


def test_the_unit_of_a_rule_holds_for_all_below_it_and_names_whose_case_it_is(
    shop, make_rule, raise_signal
) -> None:
    make_rule(unit_id=shop.north.pk, for_unit_id=shop.north.pk, aspect="service")
    raise_signal(aspect="service_speed")
    raise_signal(aspect="service_speed", unit=shop.far_store)
    raise_signal(aspect="service_speed", unit=None)
    assert run_rules() == 1
    assert Case.objects.get().unit == shop.north


def test_signals_about_one_thing_meet_in_the_case_while_it_is_open(make_rule, raise_signal, by, shop) -> None:
    make_rule()
    raise_signal()
    run_rules()
    raise_signal()
    raise_signal(unit=shop.far_store)
    assert run_rules() == 2
    first, other = Case.objects.order_by("pk")
    assert (first.unit, other.unit) == (shop.store, shop.far_store)
    assert CaseNote.objects.get(case=first).text.startswith("仍在继续：")
    close_case(Case.objects.get(pk=first.pk), reason="好了", by=by)
    raise_signal()
    run_rules()
    assert Case.objects.count() == 3


def test_an_incident_keeps_its_case_also_when_another_becomes_part_of_it(
    make_rule, raise_signal, shop, enter, lake
) -> None:
    now = timezone.now()
    watch = AlertRule.objects.get()
    fields = {"subject": "negative", "measure": "negative", "tone": "bad", "direction": 1, "level": 2}
    fields |= {"observed": 20, "expected": 4, "window_hours": 24, "rule": watch, "unit": shop.store}
    times = dict.fromkeys(("started_at", "peak_at", "last_at", "opened_at"), now)
    incident = Incident.objects.create(**fields, **times)
    IncidentUnit.objects.create(incident=incident, unit=shop.store, observed=20, expected=4)
    make_rule()
    raise_signal(incident=incident)
    run_rules()
    SignalCase.objects.update(matter="incident:0")  # as that of one that was merged into this one
    raise_signal(incident=incident)
    assert run_rules() == 1
    case = Case.objects.get()
    page = enter(shop.owner).get(reverse("case", args=[case.number])).content.decode()
    assert reverse("alert", args=[incident.pk]) in page


def test_no_more_cases_a_day_than_the_rule_says(make_rule, raise_signal) -> None:
    make_rule(most_a_day=2)
    for n in range(4):
        raise_signal(aspect=f"a{n}")
    assert run_rules() == 2
    assert run_rules() == 0
    assert Signal.objects.filter(claimed_by="").count() == 2


def test_without_anybody_to_own_it_the_signal_waits(make_rule, raise_signal, shop) -> None:
    make_rule()
    raise_signal()
    grants = list(RoleGrant.objects.all())
    RoleGrant.objects.all().delete()
    assert run_rules() == 0
    assert not SignalCase.objects.exists()
    RoleGrant.objects.bulk_create(grants)
    assert run_rules() == 1


def test_several_processes_open_one_case_of_a_thing(make_rule, raise_signal) -> None:
    make_rule()
    for _ in range(3):
        raise_signal()
    barrier, done = threading.Barrier(3), []

    def work() -> None:
        try:
            barrier.wait(30)
            done.append(run_rules())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(done) == 3
    assert SignalCase.objects.count() == 3
    assert Case.objects.count() == 1


def test_a_voice_of_harm_opens_a_case_by_the_rule_that_zhiyin_brings(hear, raise_signal, shop) -> None:
    services.ensure_rules(now=timezone.now() - timedelta(hours=1))
    services.ensure_rules(now=timezone.now())
    rule = SignalRule.objects.get()
    hurt, slow = hear("1", HURT), hear("2", "上菜太慢，等了四十分钟，再不处理我就曝光")
    for voice in (hurt, slow):
        raise_signal(kind="urgent", level=3, feedback_id=voice, measure="urgent")
    assert run_rules() == 1
    case = Case.objects.get()
    assert (case.feedback_id, case.urgency, list_feedback_ids(case)) == (hurt, 3, [hurt])
    assert case.customer is not None
    raise_signal(kind="low_stars", level=3, feedback_id=hurt, measure="low_stars")
    SignalRule.objects.filter(pk=rule.pk).update(kind="")
    assert run_rules() == 1
    assert Case.objects.count() == 1
