"""Rules of clocks as people keep them, and how clocks stand on pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.actors import SYSTEM
from zhiyin.people.models import AuditEvent
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.respond.clocks.kinds import ClockKind, TimeUnit
from zhiyin.respond.clocks.law import begin_deadline, end_deadline, list_deadlines
from zhiyin.respond.clocks.queries import ReadClock, explain_clock, read_clocks
from zhiyin.respond.clocks.services import (
    RuleWords,
    add_suggested,
    get_rule,
    save_rule,
    switch_rule_off,
    undo_rule,
)
from zhiyin.respond.clocks.suggested import list_suggestions
from zhiyin.respond.models import Case, Clock, ClockRule


def _words(**fields: Any) -> RuleWords:
    wanted = {
        "name": "首次答复",
        "kind": ClockKind.FIRST_ANSWER,
        "amount": 120,
        "counted_in": TimeUnit.WORKING_MINUTES,
        "from_day": date(2026, 1, 1),
        **fields,
    }
    return RuleWords(**wanted)


def test_a_change_is_a_new_version_and_can_be_undone(db: None) -> None:
    rule = save_rule(_words(), by=SYSTEM, scope=EVERYTHING)
    save_rule(_words(amount=60), by=SYSTEM, scope=EVERYTHING, key=rule.key)
    assert get_rule(rule.key, scope=EVERYTHING).amount == 60
    undone = undo_rule(rule.key, by=SYSTEM, scope=EVERYTHING)
    assert (undone.version, undone.amount, undone.is_on) == (3, 120, True)
    assert [one.amount for one in ClockRule.objects.order_by("version")] == [120, 60, 120]


def test_switching_off_is_undone_and_a_new_rule_undone_is_off(db: None) -> None:
    rule = save_rule(_words(), by=SYSTEM, scope=EVERYTHING)
    assert not switch_rule_off(rule.key, by=SYSTEM, scope=EVERYTHING).is_on
    assert undo_rule(rule.key, by=SYSTEM, scope=EVERYTHING).is_on
    fresh = save_rule(_words(), by=SYSTEM, scope=EVERYTHING)
    assert not undo_rule(fresh.key, by=SYSTEM, scope=EVERYTHING).is_on


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("amount", 0),
        ("amount", 9_000_000),
        ("warn_percent", 0),
        ("from_day", date(1900, 1, 1)),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(db: None, field: str, value: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        save_rule(_words(**{field: value}), by=SYSTEM, scope=EVERYTHING)
    assert refused.value.field == field


def test_days_never_rest(db: None) -> None:
    words = _words(counted_in=TimeUnit.WORKING_DAYS, amount=7, does_rest=True)
    assert not save_rule(words, by=SYSTEM, scope=EVERYTHING).does_rest


def test_rules_of_other_units_and_of_the_company_are_out_of_reach(shop: Any) -> None:
    only_north = Scope(unit_ids=frozenset({shop.north.pk, shop.store.pk}))
    with pytest.raises(NotFound):
        save_rule(_words(), by=SYSTEM, scope=only_north)
    whole = save_rule(_words(), by=SYSTEM, scope=EVERYTHING)
    with pytest.raises(NotFound):
        switch_rule_off(whole.key, by=SYSTEM, scope=only_north)
    assert save_rule(_words(unit_id=shop.store.pk), by=SYSTEM, scope=only_north).unit_id == shop.store.pk


def test_the_usual_rules_are_added_once(db: None) -> None:
    suggested = list_suggestions(language="zh")
    assert add_suggested(suggested, by=SYSTEM, scope=EVERYTHING) == len(suggested) == 8
    assert add_suggested(suggested, by=SYSTEM, scope=EVERYTHING) == 0
    laws = ClockRule.objects.filter(kind="statutory")
    assert {(one.amount, one.counted_in) for one in laws} == {
        (7, "working_days"),
        (45, "working_days"),
        (10, "working_days"),
        (15, "working_days"),
    }
    assert all(one.source and not one.is_automatic for one in laws)


def test_a_deadline_of_the_law_begins_by_hand_and_ends_by_hand(make_case: Any, shop: Any) -> None:
    add_suggested(list_suggestions(language="zh"), by=SYSTEM, scope=EVERYTHING)
    case = make_case()
    accept = next(one for one in list_deadlines(case) if one.code == "12315_accept")
    begun = timezone.localdate() - timedelta(days=30)
    late = begin_deadline(case, key=accept.key, day=begun, by=shop.by_agent)
    clock = Clock.objects.get(case=case, code="12315_accept")
    assert late.due_at == clock.due_at < case.due_at
    first_late = clock.due_at + timedelta(days=1)
    moments = (clock.started_at, clock.due_at - timedelta(minutes=1))
    assert [_law(case, now=at).left for at in moments] == [7, 1]
    assert _law(case, now=first_late).state == "late_running"
    shown = explain_clock(clock, unit_id=case.unit_id, now=first_late + timedelta(days=9))
    assert (len(shown.days) > 7, shown.stretches) == (True, ())
    assert "12315_accept" not in {one.code for one in list_deadlines(late)}
    ended = end_deadline(late, clock_id=clock.pk, by=shop.by_agent)
    assert ended.due_at > clock.due_at
    with pytest.raises(Conflict):
        end_deadline(ended, clock_id=clock.pk, by=shop.by_agent)
    with pytest.raises(NotFound):
        begin_deadline(ended, key=uuid4(), day=begun, by=shop.by_agent)


def _law(case: Case, *, now: datetime) -> ReadClock:
    return next(one for one in read_clocks(case, now=now) if one.clock.kind == ClockKind.STATUTORY)


def test_the_page_keeps_changes_and_shows_the_way_back(shop: Any, enter: Callable[..., Any]) -> None:
    browser, url = enter(shop.owner), reverse("manage_clocks")
    assert "No rules yet" in browser.get(url).content.decode()
    typed = {
        "name": "VIP",
        "kind": "first_answer",
        "amount": "30",
        "counted_in": "working_minutes",
        "from_day": "2026-01-01",
        "unit": "",
        "min_urgency": "2",
        "min_severity": "0",
        "warn_percent": "50",
        "does_rest": "on",
        "destination": "",
    }
    assert browser.post(url, typed).status_code == 302
    rule = ClockRule.objects.get()
    assert (rule.min_urgency, rule.does_rest, rule.made_by) == (2, True, shop.owner)
    page = browser.get(url).content.decode()
    assert "VIP" in page
    assert reverse("undo_clock", args=[rule.key]) in page
    wrong = browser.post(reverse("clock_rule", args=[rule.key]), {**typed, "amount": "-3"})
    assert (wrong.status_code, ClockRule.objects.count()) == (422, 1)
    too_long = browser.post(url, {**typed, "amount": "999999"})
    assert "up to 600,000 minutes" in too_long.content.decode()
    assert browser.post(reverse("clock_rule", args=[rule.key]), {**typed, "amount": "45"}).status_code == 302
    assert "Version 2" in browser.get(reverse("clock_rule", args=[rule.key])).content.decode()
    assert b"VIP" in b"".join(browser.get(reverse("clocks_export") + "?format=csv").streaming_content)
    assert browser.post(reverse("clock_off", args=[rule.key])).status_code == 302
    assert browser.post(reverse("undo_clock", args=[rule.key])).status_code == 302
    assert get_rule(rule.key, scope=EVERYTHING).is_on
    assert AuditEvent.objects.filter(action="clock_rule.changed").exists()


def test_whoever_may_not_set_rules_finds_no_page(shop: Any, enter: Callable[..., Any]) -> None:
    assert enter(shop.agent).get(reverse("manage_clocks")).status_code in (403, 404)


def test_a_case_shows_its_clocks_and_which_time_counted(
    shop: Any, make_case: Any, make_rule: Any, enter: Callable[..., Any]
) -> None:
    make_rule("first_answer", amount=120, counted_in="minutes")
    make_rule("statutory", amount=7, counted_in="working_days", code="accept", is_automatic=False, name="LAW")
    case = make_case()
    Clock.objects.update(started_at=timezone.now() - timedelta(minutes=30))
    page = enter(shop.agent).get(reverse("case", args=[case.number])).content.decode()
    assert "30 min of 2 h used" in page
    assert "Which time counted" in page
    assert "LAW" in page
    looked = enter(shop.auditor).get(reverse("case", args=[case.number])).content.decode()
    assert "Which time counted" in looked
    assert "Begin the deadline" not in looked


def test_a_deadline_begins_and_ends_on_the_page_of_the_case(
    shop: Any, make_case: Any, make_rule: Any, enter: Callable[..., Any]
) -> None:
    rule = make_rule("statutory", amount=7, counted_in="working_days", code="accept", is_automatic=False)
    case, browser = make_case(), enter(shop.agent)
    url, today = reverse("case_deadline", args=[case.number]), timezone.localdate()
    ahead = {"deadline": str(rule.key), "deadline_day": str(today + timedelta(days=2))}
    assert browser.post(url, ahead).status_code == 422
    assert browser.post(url, {"deadline": str(rule.key), "deadline_day": str(today)}).status_code == 302
    clock = Clock.objects.get(case=case)
    assert browser.post(url, {"deadline": "nothing", "deadline_day": str(today)}).status_code == 404
    assert browser.post(reverse("case_deadline_end", args=[case.number, clock.pk])).status_code == 302
    assert Clock.objects.get(pk=clock.pk).stopped_at is not None
    assert Case.objects.get(pk=case.pk).version == 3
