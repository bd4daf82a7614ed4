"""Signals that open cases: by rule, once each, one case for one thing, and nobody's case twice."""

from __future__ import annotations

import html
import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.insight.models import AlertRule, Incident, IncidentUnit, Signal
from zhiyin.people.actors import Actor
from zhiyin.people.models import AuditEvent, RoleGrant
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.respond.models import Case, CaseNote, SignalCase, SignalRule
from zhiyin.respond.queries import list_feedback_ids
from zhiyin.respond.services import close_case
from zhiyin.respond.signals import services
from zhiyin.respond.signals.opening import Judged, open_from_signals
from zhiyin.respond.signals.services import RuleWords

pytestmark = pytest.mark.django_db(transaction=True)

HURT = "喝了你们的奶茶全家食物中毒，孩子上吐下泻进了医院"


@pytest.fixture
def by(shop: Any) -> Actor:
    return Actor.of(shop.owner)


@pytest.fixture
def make_rule(by: Actor) -> Any:
    """A rule that is on since yesterday."""

    def make(**words: Any) -> SignalRule:
        now = timezone.now() - timedelta(days=1)
        rule = services.save_rule(RuleWords(**({"name": "规则"} | words)), by=by, scope=EVERYTHING, now=now)
        return services.switch_rule(rule.pk, is_on=True, by=by, scope=EVERYTHING, now=now)

    return make


@pytest.fixture
def raise_signal(shop: Any) -> Any:
    """A signal of the store, a threshold that was passed where not said otherwise."""
    watch = AlertRule.objects.create(name="看着", kind="threshold", level=2, created_at=timezone.now())

    def make(**fields: Any) -> Signal:
        wanted = {
            "key": f"test:{Signal.objects.count()}",
            "kind": "threshold",
            "rule": watch,
            "unit": shop.store,
            "measure": "negative",
            "level": 2,
            "at": timezone.now(),
            "figures": {"observed": 12.0, "expected": 3.0, "hours": 24},
        }
        return Signal.objects.create(**(wanted | fields))

    return make


def _run() -> int:
    return open_from_signals(now=timezone.now())


def test_a_signal_opens_one_case_at_its_unit_however_often_one_looks(shop, make_rule, raise_signal) -> None:
    rule = make_rule(urgency=3, due_hours=5, skill="食品安全")
    signal = raise_signal()
    assert [_run(), _run(), _run()] == [1, 0, 0]
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
    assert _run() == 0
    services.switch_rule(rule.pk, is_on=True, by=by, scope=EVERYTHING, now=timezone.now())
    assert _run() == 0, "what came while it was off stays as it is"
    raise_signal()
    assert _run() == 1


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
    assert _run() == 1
    assert Case.objects.get().unit == shop.north


def test_signals_about_one_thing_meet_in_the_case_while_it_is_open(make_rule, raise_signal, by, shop) -> None:
    make_rule()
    raise_signal()
    _run()
    raise_signal()
    raise_signal(unit=shop.far_store)
    assert _run() == 2
    first, other = Case.objects.order_by("pk")
    assert (first.unit, other.unit) == (shop.store, shop.far_store)
    assert CaseNote.objects.get(case=first).text.startswith("仍在继续：")
    close_case(Case.objects.get(pk=first.pk), reason="好了", by=by)
    raise_signal()
    _run()
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
    _run()
    SignalCase.objects.update(matter="incident:0")  # as that of one that was merged into this one
    raise_signal(incident=incident)
    assert _run() == 1
    case = Case.objects.get()
    page = enter(shop.owner).get(reverse("case", args=[case.number])).content.decode()
    assert reverse("alert", args=[incident.pk]) in page


def test_no_more_cases_a_day_than_the_rule_says(make_rule, raise_signal) -> None:
    make_rule(most_a_day=2)
    for n in range(4):
        raise_signal(aspect=f"a{n}")
    assert _run() == 2
    assert _run() == 0
    assert Signal.objects.filter(claimed_by="").count() == 2


def test_without_anybody_to_own_it_the_signal_waits(make_rule, raise_signal, shop) -> None:
    make_rule()
    raise_signal()
    grants = list(RoleGrant.objects.all())
    RoleGrant.objects.all().delete()
    assert _run() == 0
    assert not SignalCase.objects.exists()
    RoleGrant.objects.bulk_create(grants)
    assert _run() == 1


def test_several_processes_open_one_case_of_a_thing(make_rule, raise_signal) -> None:
    make_rule()
    for _ in range(3):
        raise_signal()
    barrier, done = threading.Barrier(3), []

    def work() -> None:
        try:
            barrier.wait(30)
            done.append(_run())
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
    assert _run() == 1
    case = Case.objects.get()
    assert (case.feedback_id, case.urgency, list_feedback_ids(case)) == (hurt, 3, [hurt])
    assert case.customer is not None
    raise_signal(kind="low_stars", level=3, feedback_id=hurt, measure="low_stars")
    SignalRule.objects.filter(pk=rule.pk).update(kind="")
    assert _run() == 1
    assert Case.objects.count() == 1


def test_rules_are_checked_kept_apart_by_unit_and_audited(shop, by, make_rule) -> None:
    now, theirs = timezone.now(), Scope(unit_ids=frozenset({shop.store.pk}))
    rule = make_rule()
    with pytest.raises(InvalidInput):
        services.save_rule(RuleWords(name=" "), by=by, scope=EVERYTHING, now=now)
    with pytest.raises(InvalidInput):
        services.save_rule(RuleWords(name="x", due_hours=0), by=by, scope=EVERYTHING, now=now)
    with pytest.raises(NotFound):
        services.save_rule(RuleWords(name="x"), by=by, scope=theirs, now=now)
    with pytest.raises(NotFound):
        services.delete_rule(rule.pk, by=by, scope=theirs, now=now)
    with pytest.raises(Conflict):
        services.save_rule(RuleWords(name="y"), by=by, scope=EVERYTHING, now=now, rule_id=rule.pk, version=1)
    services.ensure_rules(now=now)
    brought = SignalRule.objects.exclude(code="").get()
    with pytest.raises(Conflict):
        services.delete_rule(brought.pk, by=by, scope=EVERYTHING, now=now)
    told = AuditEvent.objects.filter(action__startswith="signal_rule").order_by("pk")
    assert list(told.values_list("action", flat=True)) == ["signal_rule.made", "signal_rule.on"]


def test_the_page_makes_changes_switches_and_deletes_with_undo(shop, enter, raise_signal) -> None:
    browser = enter(shop.owner)
    page = reverse("signal_rules")
    assert "No rules yet" in browser.get(page).content.decode()
    typed = {"name": "Much trouble", "min_level": "2", "urgency": "2", "most_a_day": "20"}
    assert browser.post(page, typed | {"most_a_day": "0"}).status_code == 422
    assert browser.post(page, typed).status_code == 302
    rule = SignalRule.objects.get()
    assert not rule.is_on
    act = reverse("signal_rule_act", args=[rule.pk])
    browser.post(act, {"action": "on"})
    raise_signal()
    assert _run() == 1
    shown = browser.get(page).content.decode()
    assert "Much trouble" in shown
    one = reverse("signal_rule", args=[rule.pk])
    changed = browser.get(one).context["form"].initial | {"name": "Other", "version": "9"}
    sent = {name: "" if value in (None, False) else value for name, value in changed.items()}
    assert browser.post(one, sent).status_code == 422
    assert browser.post(one, sent | {"version": str(SignalRule.objects.get().version)}).status_code == 302
    assert (SignalRule.objects.get().name, SignalRule.objects.get().is_on) == ("Other", True)
    browser.post(act, {"action": "delete"})
    assert browser.get(one).status_code == 404
    browser.post(f"{act}?action=restore")
    assert SignalRule.objects.get().is_on


def test_a_change_is_undone_unless_somebody_changed_the_rule_since(shop, enter) -> None:
    browser, page = enter(shop.owner), reverse("signal_rules")
    typed = {"name": "Much trouble", "min_level": "2", "urgency": "2", "most_a_day": "20"}
    browser.post(page, typed)
    one = reverse("signal_rule", args=[SignalRule.objects.get().pk])
    changed = browser.post(one, typed | {"name": "Other", "due_hours": "9", "version": "1"}, follow=True)
    undo = _undo(changed)
    back = browser.post(undo, follow=True).content.decode()
    assert "as it was before" in back
    rule = SignalRule.objects.get()
    assert (rule.name, rule.due_hours, rule.version) == ("Much trouble", None, 3)
    late = browser.post(undo, follow=True).content.decode()
    assert "Somebody else changed this rule" in late
    assert SignalRule.objects.get().version == 3
    assert browser.post(undo.replace("was=", "was=x")).status_code == 404


def test_a_manager_has_rules_of_the_own_units_and_sees_those_from_above(shop, enter, make_rule) -> None:
    make_rule(name="Of all")
    far = make_rule(name="Far away", unit_id=shop.far_store.pk)
    browser, page = enter(shop.manager), reverse("signal_rules")
    shown = browser.get(page)
    assert [one[0].name for one in shown.context["above"]] == ["Of all"]
    assert "Far away" not in shown.content.decode()
    typed = {"name": "Ours", "min_level": "2", "urgency": "2", "most_a_day": "20"}
    assert browser.post(page, typed).status_code == 422, "a manager rules in the own units alone"
    assert browser.post(page, typed | {"unit": shop.far_store.code}).status_code == 422
    assert browser.post(page, typed | {"unit": shop.north.code}).status_code == 302
    ours = SignalRule.objects.get(name="Ours")
    assert browser.post(reverse("signal_rule_act", args=[ours.pk]), {"action": "on"}).status_code == 302
    assert SignalRule.objects.get(name="Ours").is_on
    for rule in (far, SignalRule.objects.get(name="Of all")):
        act = reverse("signal_rule_act", args=[rule.pk])
        assert browser.post(act, {"action": "off"}).status_code == 404
    assert enter(shop.agent).get(page).status_code in (403, 404)


def _undo(response: Any) -> str:
    """The address of the button "Undo" on the page."""
    found = re.search(r'action="([^"]*/undo/[^"]*)"', response.content.decode())
    assert found is not None
    return html.unescape(found[1])


def test_case_and_signal_lead_to_each_other(shop, enter, make_rule, raise_signal, lake) -> None:
    make_rule(name="Much trouble")
    raise_signal()
    _run()
    case = Case.objects.get()
    browser = enter(shop.owner)
    page = browser.get(reverse("case", args=[case.number])).content.decode()
    assert "Much trouble" in page
    assert f"{reverse('alerts')}?view=single" in page
    alerts = browser.get(reverse("alerts"), {"view": "single"}).content.decode()
    assert reverse("case", args=[case.number]) in alerts
