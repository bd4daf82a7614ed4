"""Opening a case: a number, one owner, a due date, and one case a voice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from zhiyin.errors import InvalidInput
from zhiyin.people.models import Account, AuditEvent
from zhiyin.people.roles import Role
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.due import default_due
from zhiyin.respond.errors import CannotOwn, NobodyToOwn, VoiceHasCase
from zhiyin.respond.models import Case, CaseEvent, CaseStatus, Step
from zhiyin.respond.numbers import draw_number, normal_number
from zhiyin.respond.queries import find_default_owner, list_possible_owners, read_words
from zhiyin.respond.services import CUSTOMER, open_case

pytestmark = pytest.mark.django_db


def test_a_case_has_a_number_an_owner_a_due_date_and_one_event(shop, make_case) -> None:
    case = make_case()
    assert normal_number(case.number) == case.number
    assert case.owner == shop.agent
    assert case.status == CaseStatus.OPEN
    assert case.due_at > timezone.now()
    (event,) = CaseEvent.objects.filter(case=case)
    assert (event.kind, event.owner_to, event.owner_from) == (Step.OPENED, shop.agent, None)
    assert AuditEvent.objects.filter(action="case.opened", target_id=case.number).count() == 1


def test_the_same_voice_twice_names_the_case_that_is_there(make_case, new_id) -> None:
    feedback_id = new_id()
    first = make_case(feedback_id=feedback_id)
    with pytest.raises(VoiceHasCase, match=first.number) as refused:
        make_case(feedback_id=feedback_id)
    assert refused.value.number == first.number
    assert Case.objects.count() == 1


def test_a_case_cannot_be_without_an_owner(make_case) -> None:
    case = make_case()
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(owner=None)


def test_who_may_not_work_on_the_unit_cannot_be_named(shop, make_case) -> None:
    for account in (shop.stranger, shop.auditor):
        with pytest.raises(CannotOwn):
            make_case(owner=account)
    assert Case.objects.count() == 0


def test_a_customer_gets_the_manager_of_the_nearest_unit_upwards(shop, make_case) -> None:
    assert make_case(by=CUSTOMER, unit_id=shop.store.pk).owner == shop.agent
    assert make_case(by=CUSTOMER, unit_id=shop.north.pk).owner == shop.manager
    assert make_case(by=CUSTOMER, unit_id=shop.company.pk).owner == shop.owner
    assert make_case(by=CUSTOMER, unit_id=None).unit == shop.company


def test_an_auditor_who_opens_a_case_does_not_become_its_owner(shop) -> None:
    assert find_default_owner(shop.store) == shop.agent


def test_a_manager_goes_before_an_agent_and_the_less_busy_before_the_busier(
    shop, make_case, make_account: Callable[..., Account]
) -> None:
    first = make_account("boss-1", role=Role.MANAGER, unit=shop.store)
    second = make_account("boss-2", role=Role.MANAGER, unit=shop.store)
    owners = [make_case(by=CUSTOMER).owner for _ in range(4)]
    assert sorted(owners, key=str) == [first, first, second, second]


def test_somebody_who_left_gets_no_cases(shop, make_case) -> None:
    shop.agent.is_active = False
    shop.agent.save()
    assert make_case(by=CUSTOMER).owner == shop.manager
    assert shop.agent not in list_possible_owners(shop.store)


def test_without_anybody_no_case_is_opened(shop, make_case) -> None:
    Account.objects.update(is_active=False)
    with pytest.raises(NobodyToOwn):
        make_case(by=CUSTOMER)


def test_a_case_needs_a_title(make_case) -> None:
    with pytest.raises(InvalidInput, match="title"):
        make_case(title="  ")


def test_the_words_of_the_customer_are_kept_encrypted_and_masked(make_case) -> None:
    said = "等了四十分钟，我的电话 13812345678"
    case = make_case(customer_words=said)
    (words,) = case.words.all()
    assert read_words(case) == [said]
    assert "13812345678" not in words.masked
    assert b"13812345678" not in bytes(words.sealed)


@pytest.mark.parametrize(
    ("urgency", "due"),
    [
        (3, datetime(2026, 11, 22, 4, 0, tzinfo=UTC)),
        (2, datetime(2026, 11, 22, 15, 59, tzinfo=UTC)),
        (1, datetime(2026, 11, 24, 2, 0, tzinfo=UTC)),
        (0, datetime(2026, 11, 24, 2, 0, tzinfo=UTC)),
    ],
)
def test_the_more_urgent_the_sooner_it_is_due(urgency: int, due: datetime) -> None:
    now = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
    assert default_due(urgency=urgency, now=now, zone_name="Asia/Shanghai") == due


def test_late_at_night_there_is_still_time_to_answer() -> None:
    now = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
    assert default_due(urgency=2, now=now, zone_name="Asia/Shanghai") == now + timedelta(hours=2)


def test_a_number_is_known_however_it_is_typed() -> None:
    for typed in ("K2611-000123", " k2611 000123", "Ｋ２６１１－０００１２３", "2611000123", "k2611—000123"):
        assert normal_number(typed) == "K2611-000123"
    for typed in ("", "K26-1", "12345", "K2611-00012", "' OR 1=1"):
        assert normal_number(typed) == ""


def test_numbers_grow_when_a_month_is_full() -> None:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    assert len(draw_number(now=now)) == len("K2611-000123")
    assert normal_number(draw_number(now=now, n_tried=3)) != ""
    assert len(draw_number(now=now, n_tried=3)) == len("K2611-0000123")


def test_two_who_open_at_once_get_one_case(shop, new_id) -> None:
    feedback_id = new_id()
    opened = []
    for by in (shop.by_agent, shop.by_manager):
        try:
            opened.append(open_case(feedback_id=feedback_id, unit_id=shop.store.pk, title="慢", by=by))
        except VoiceHasCase:
            continue
    assert len(opened) == 1
    assert EVERYTHING.allows(opened[0].unit_id)
