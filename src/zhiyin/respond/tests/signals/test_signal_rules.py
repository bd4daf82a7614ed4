"""Rules by which signals open cases: kept, checked, and changed on their page with undo."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.models import AuditEvent
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.respond.models import Case, SignalRule
from zhiyin.respond.signals import services
from zhiyin.respond.signals.services import RuleWords
from zhiyin.respond.tests.signals.running import run_rules

pytestmark = pytest.mark.django_db(transaction=True)


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
    assert run_rules() == 1
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
    run_rules()
    case = Case.objects.get()
    browser = enter(shop.owner)
    page = browser.get(reverse("case", args=[case.number])).content.decode()
    assert "Much trouble" in page
    assert f"{reverse('alerts')}?view=single" in page
    alerts = browser.get(reverse("alerts"), {"view": "single"}).content.decode()
    assert reverse("case", args=[case.number]) in alerts
