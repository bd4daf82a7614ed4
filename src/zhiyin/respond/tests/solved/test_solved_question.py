"""Whether it is really solved: asked once a round, answered by the customer, “no” too often climbs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from zhiyin.customers.rights.frequency import count_contacts
from zhiyin.errors import InvalidInput
from zhiyin.people.actors import SYSTEM
from zhiyin.people.models import AuditEvent
from zhiyin.respond.callbacks.services import Promise, plan_call_back
from zhiyin.respond.models import CallAttempt, Case, OutgoingAnswer, SolvedQuestion, Step
from zhiyin.respond.services import CUSTOMER, Contact, close_case, reopen_case, send_answer
from zhiyin.respond.solved.asking import ask_due
from zhiyin.respond.solved.customer import find_question, say_if_solved
from zhiyin.respond.solved.rules import read_settings, save_settings
from zhiyin.respond.solved.scores import Concern, Stars, register_stars, score_case

_DAY = timedelta(days=1)


def _answered(case: Case, *, by: Any) -> Case:
    return send_answer(case, text="已退款。", by=by)


def test_the_customer_is_asked_after_three_days_once(make_case, shop) -> None:
    case, now = _answered(make_case(), by=shop.by_agent), timezone.now()
    assert ask_due(now=now + 2 * _DAY) == 0
    assert find_question(case) is None
    assert [ask_due(now=now + 3 * _DAY) for _n in range(2)] == [1, 0]
    assert find_question(case) is not None
    say_if_solved(case, is_solved=True)
    assert find_question(case) is None
    assert SolvedQuestion.objects.get().is_solved


def test_who_has_said_it_already_is_not_asked(make_case, shop) -> None:
    case, later = _answered(make_case(), by=shop.by_agent), timezone.now() + 4 * _DAY
    say_if_solved(case, is_solved=True)
    assert ask_due(now=later) == 0
    assert SolvedQuestion.objects.get().answered_at is not None


def test_a_case_that_moved_on_asks_nobody(make_case, shop) -> None:
    later = timezone.now() + 4 * _DAY
    withdrawn = make_case()
    close_case(withdrawn, by=CUSTOMER, reason="不需要了")
    assert not SolvedQuestion.objects.exists()
    answered = _answered(make_case(), by=shop.by_agent)
    close_case(answered, by=SYSTEM)
    assert ask_due(now=later) == 0
    assert SolvedQuestion.objects.get().dropped_at is not None


def test_no_reopens_with_the_same_owner_and_the_second_no_climbs(make_case, shop) -> None:
    case = _answered(make_case(), by=shop.by_agent)
    ask_due(now=timezone.now() + 3 * _DAY)
    case = say_if_solved(case, is_solved=False, words="还是没到账")
    assert (case.owner, case.level) == (shop.agent, 0)
    case = _answered(case, by=shop.by_agent)
    case = say_if_solved(case, is_solved=False)
    seen = Case.objects.get(pk=case.pk)
    assert (seen.owner, seen.level, seen.version) == (shop.manager, 1, case.version)
    assert case.owner == shop.manager
    kinds = list(seen.events.order_by("at", "id").values_list("kind", flat=True))
    assert kinds[-2:] == [Step.REOPENED, Step.ESCALATED]
    said = SolvedQuestion.objects.order_by("round").values_list("round", "is_solved")
    assert list(said) == [(0, False), (1, False)]


def test_staff_who_take_it_up_again_climb_nothing(make_case, shop) -> None:
    save_settings(days=0, climbs_at=1, by=SYSTEM)
    case = reopen_case(_answered(make_case(), by=shop.by_agent), by=shop.by_agent)
    assert (case.owner, case.level) == (shop.agent, 0)
    assert SolvedQuestion.objects.get().dropped_at is not None


def test_with_zero_a_case_never_climbs_and_is_asked_at_once(make_case, shop) -> None:
    save_settings(days=0, climbs_at=0, by=SYSTEM)
    case = _answered(make_case(), by=shop.by_agent)
    assert ask_due(now=timezone.now() + timedelta(seconds=1)) == 1
    for _n in range(3):
        case = _answered(say_if_solved(case, is_solved=False), by=shop.by_agent)
    assert Case.objects.get(pk=case.pk).level == 0


def test_the_highest_owner_keeps_what_nobody_else_can_take(make_case, shop) -> None:
    save_settings(days=1, climbs_at=1, by=SYSTEM)
    case = _answered(make_case(owner=shop.owner), by=shop.by_agent)
    assert say_if_solved(case, is_solved=False).owner == shop.owner


def test_three_concerns_are_scored_from_words_clocks_and_stars(make_case, shop) -> None:
    case = _answered(make_case(), by=shop.by_agent)
    say_if_solved(case, is_solved=True)
    rows = [
        Stars(concern=Concern.ATTITUDE, stars=2, round=0),
        Stars(concern=Concern.ATTITUDE, stars=5, round=1),
    ]
    register_stars("test", lambda asked: rows if asked.pk == case.pk else [])
    scores = {one.concern: one for one in score_case(case)}
    assert (scores[Concern.SOLVED].is_good, scores[Concern.ATTITUDE].stars) == (True, 5)
    assert scores[Concern.SPEED].is_good is None  # without a clock nobody knows
    register_stars("test", lambda asked: [])


def test_settings_are_kept_by_form_and_refused_with_their_field(shop, enter) -> None:
    browser, url = enter(shop.owner), reverse("manage_solved")
    assert browser.post(url, {"days": "5", "climbs_at": "3"}).status_code == 302
    assert (read_settings().days, read_settings().climbs_at) == (5, 3)
    assert browser.post(url, {"days": "99", "climbs_at": "3"}).status_code == 422
    with pytest.raises(InvalidInput) as refused:
        save_settings(days=3, climbs_at=10, by=SYSTEM)
    assert refused.value.field == "climbs_at"
    assert AuditEvent.objects.filter(action="solved_settings.changed").count() == 1
    assert enter(shop.agent).get(url).status_code == 403


def test_the_case_shows_what_the_customer_said(make_case, shop, enter) -> None:
    case = _answered(make_case(), by=shop.by_agent)
    url, browser = reverse("case", args=[case.number]), enter(shop.agent)
    assert "The customer will be asked" in browser.get(url).content.decode()
    ask_due(now=timezone.now() + 3 * _DAY)
    assert "has not said yet" in browser.get(url).content.decode()
    say_if_solved(Case.objects.get(pk=case.pk), is_solved=True)
    page = browser.get(url).content.decode()
    assert "Solved, the customer says" in page
    assert "yes, they say" in page


def test_the_question_goes_by_mail_too(make_case, shop, settings) -> None:
    settings.SMTP_HOST, settings.MAIL_FROM = "mail.example.com", "us@example.com"
    case = make_case(contact=Contact(email="wang@example.com"))
    _answered(case, by=shop.by_agent)
    OutgoingAnswer.objects.all().delete()  # the answer itself
    assert ask_due(now=timezone.now() + 3 * _DAY) == 1
    letter = OutgoingAnswer.objects.get(case=case)
    assert case.number in letter.text
    assert b"wang@example.com" not in bytes(letter.to_sealed)


def test_who_was_contacted_often_enough_is_asked_later(make_case, shop) -> None:
    customer = uuid4()
    case = _answered(make_case(customer=customer), by=shop.by_agent)
    now = timezone.now() + 3 * _DAY
    promise = Promise(promised_at=timezone.now() + _DAY, zone="Asia/Shanghai", topic="退款")
    call = plan_call_back(case, promise=promise, by=shop.by_agent)
    for _n in range(3):
        CallAttempt.objects.create(call_back=call, at=now - _DAY, outcome="no_answer")
    assert count_contacts([customer], after=now - 7 * _DAY, until=now)[customer] == 3
    assert ask_due(now=now) == 0
    assert ask_due(now=now + 5 * _DAY) == 0
    assert ask_due(now=now + 7 * _DAY) == 1
    assert count_contacts([customer], after=now, until=now + 8 * _DAY)[customer] == 1
