"""With its case a planned visit ends: told why, the time is free again, and back with the case alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.people.actors import SYSTEM
from zhiyin.respond.flow.merging import merge_case
from zhiyin.respond.models import Case, CaseNote, OutgoingAnswer, Visit
from zhiyin.respond.services import Contact, close_case, send_answer
from zhiyin.respond.services.customer import confirm_solved
from zhiyin.respond.services.handing import undo
from zhiyin.respond.visits import progress
from zhiyin.respond.visits.kinds import VisitState
from zhiyin.respond.visits.missing import mark_missed

_HOUR = timedelta(hours=1)


def _now(case: Case) -> Case:
    return Case.objects.select_related("unit", "owner").get(pk=case.pk)


def _state(visit: Visit) -> VisitState:
    return Visit.objects.get(pk=visit.pk).stands


def test_solved_by_the_customer_nobody_comes_and_the_time_is_free(
    make_case: Any, hire: Any, book: Any, shop: Any
) -> None:
    case, who = make_case(), hire()
    visit = book(case, who)
    send_answer(_now(case), text="您好，已为您换新。", by=shop.by_agent)
    confirm_solved(_now(case))
    assert _state(visit) is VisitState.CANCELLED
    assert CaseNote.objects.filter(case=case, text__endswith="问题已解决。").count() == 1
    book(make_case(), who)


def test_closed_by_staff_it_ends_too_and_comes_back_with_the_case(
    make_case: Any, hire: Any, book: Any, shop: Any
) -> None:
    case = make_case()
    visit = book(case, hire())
    closed = close_case(_now(case), by=shop.by_agent, reason="客户说不用了")
    assert _state(visit) is VisitState.CANCELLED
    undo(closed, by=shop.by_agent)
    assert _state(visit) is VisitState.PLANNED


def test_one_whose_time_was_given_away_stays_called_off(
    make_case: Any, hire: Any, book: Any, shop: Any
) -> None:
    case, who = make_case(), hire()
    visit = book(case, who)
    closed = close_case(_now(case), by=shop.by_agent, reason="客户说不用了")
    book(make_case(), who)
    undo(closed, by=shop.by_agent)
    assert _now(case).is_open
    assert _state(visit) is VisitState.CANCELLED
    assert CaseNote.objects.filter(case=case, text__endswith="请重新预约上门。").count() == 1


def test_one_that_has_begun_is_ended_by_hand(make_case: Any, hire: Any, book: Any, shop: Any) -> None:
    case = make_case()
    visit = progress.set_out(book(case, hire()), by=SYSTEM)
    close_case(_now(case), by=shop.by_agent, reason="客户说不用了")
    assert _state(visit) is VisitState.ON_WAY


def test_one_that_was_missed_is_so_again(make_case: Any, hire: Any, book: Any, shop: Any) -> None:
    case = make_case()
    visit = book(case, hire())
    Visit.objects.update(slot_start=timezone.now() - 2 * _HOUR, slot_end=timezone.now() - _HOUR)
    assert mark_missed(now=timezone.now()) == 1
    closed = close_case(_now(case), by=shop.by_manager, reason="客户说不用了")
    assert _state(visit) is VisitState.CANCELLED
    undo(closed, by=shop.by_manager)
    assert _state(visit) is VisitState.MISSED
    assert mark_missed(now=timezone.now()) == 0


def test_what_went_into_another_case_ends_with_that(make_case: Any, hire: Any, book: Any, shop: Any) -> None:
    case, heir = make_case(), make_case()
    visit = book(case, hire())
    merge_case(_now(case), into=_now(heir), by=shop.by_agent)
    assert _state(visit) is VisitState.PLANNED
    close_case(_now(heir), by=shop.by_agent, reason="客户说不用了")
    assert _state(visit) is VisitState.CANCELLED


@pytest.mark.parametrize("is_past", [False, True])
def test_the_customer_is_told_unless_the_time_is_over(
    make_case: Any, hire: Any, book: Any, shop: Any, settings: Any, is_past: bool
) -> None:
    settings.SMTP_HOST, settings.MAIL_FROM = "mail.example.com", "us@example.com"
    case = make_case(contact=Contact(email="wang@example.com"))
    book(case, hire())
    if is_past:
        Visit.objects.update(slot_start=timezone.now() - 2 * _HOUR, slot_end=timezone.now() - _HOUR)
    n_before = OutgoingAnswer.objects.count()
    closed = close_case(_now(case), by=shop.by_agent, reason="客户说不用了")
    undo(closed, by=shop.by_agent)
    said = list(OutgoingAnswer.objects.order_by("pk").values_list("text", flat=True))[n_before:]
    assert ["已取消" in one for one in said] == ([] if is_past else [True, False])


def test_the_page_of_a_case_names_what_went_into_it_too(
    make_case: Any, hire: Any, book: Any, enter: Any, shop: Any
) -> None:
    case, heir = make_case(), make_case()
    book(case, hire())
    merge_case(_now(case), into=_now(heir), by=shop.by_agent)
    html = enter(shop.agent).get(f"/cases/{heir.number}/").content.decode()
    assert "张伟 · Planned" in html


def test_the_page_names_what_is_called_off_before_it_is(
    make_case: Any, hire: Any, book: Any, enter: Any, shop: Any
) -> None:
    case = make_case()
    book(case, hire())
    html = enter(shop.agent).get(f"/cases/{case.number}/").content.decode()
    assert "Called off with it:" in html
    assert html.count("张伟 · Planned") == 1
