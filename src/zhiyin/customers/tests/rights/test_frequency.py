"""One cap over everything that begins with us: calls, questions, invitations and lists together."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from zhiyin.customers.models import Identity, InvitationList, Invited, ListedForContact
from zhiyin.customers.rights.consent import ContactRules, Reason, list_permits, may_contact, may_contact_many
from zhiyin.customers.rights.dated import set_rules
from zhiyin.customers.rights.frequency import count_contacts
from zhiyin.customers.rights.holders import Person, list_holders
from zhiyin.customers.rights.saying import Statement, record_consent
from zhiyin.customers.segments.listing import keep_listed
from zhiyin.customers.silence.invitations import list_invited
from zhiyin.people.actors import SYSTEM

pytestmark = pytest.mark.django_db
_DAY = timedelta(days=1)


@pytest.fixture
def noon() -> datetime:
    """Tomorrow at twelve by the company's clock."""
    return timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0) + _DAY


@pytest.fixture
def agreed(wang) -> UUID:
    for purpose in ("survey", "marketing"):
        record_consent(wang.customer, Statement(purpose=purpose, channel="", is_given=True), by=SYSTEM)
    return wang.customer


def _invite(customer: UUID, *, at: datetime, is_held_out: bool = False) -> InvitationList:
    made = InvitationList.objects.create(
        name="回来看看",
        kind="overdue",
        least=1.5,
        purpose="marketing",
        channel="mail",
        held_out_share=0.2,
        seed=1,
        made_at=at,
    )
    Invited.objects.create(of_list=made, customer=customer, is_held_out=is_held_out, overdue=2.0, risk=0.5)
    return made


def _ask(customer: UUID, *, at: datetime, purpose: str = "survey") -> Reason:
    return may_contact(customer, purpose=purpose, channel="mail", at=at).reason


def test_invitations_and_lists_together_reach_the_cap(agreed, noon) -> None:
    for n in (1, 2):
        _invite(agreed, at=noon - n * _DAY)
    assert _ask(agreed, at=noon) is Reason.CONSENT
    keep_listed([agreed], purpose="survey", channel="sms", at=noon - _DAY)
    permit = may_contact(agreed, purpose="survey", channel="mail", at=noon)
    assert (permit.allowed, permit.reason, permit.is_for_now) == (False, Reason.TOO_OFTEN, False)
    assert list_permits(agreed, at=noon)["survey", "mail"] == permit


def test_what_they_asked_for_is_done_however_often(agreed, noon) -> None:
    for _n in range(5):
        _invite(agreed, at=noon - _DAY)
    assert _ask(agreed, at=noon, purpose="service") is Reason.NO_CONSENT_NEEDED


def test_who_was_held_out_or_invited_long_ago_was_not_contacted_lately(agreed, noon) -> None:
    for _n in range(3):
        _invite(agreed, at=noon - _DAY, is_held_out=True)
        _invite(agreed, at=noon - 7 * _DAY)
    assert count_contacts([agreed], after=noon - 7 * _DAY, until=noon) == {agreed: 0}
    assert _ask(agreed, at=noon) is Reason.CONSENT


def test_contacts_of_all_that_is_one_person_count(wang, agreed, noon) -> None:
    other = Identity.objects.get(key=wang.keys[1]).born
    for customer in (agreed, other, other):
        _invite(customer, at=noon - _DAY)
    assert _ask(agreed, at=noon) is Reason.TOO_OFTEN
    assert _ask(other, at=noon) is Reason.TOO_OFTEN


def test_the_cap_is_the_installations_and_may_be_none(agreed, noon) -> None:
    _invite(agreed, at=noon - _DAY)
    quiet = {"quiet_from": time(21), "quiet_until": time(8)}
    today: date = timezone.localdate()
    set_rules(
        "contact", ContactRules(**quiet, most_contacts=1), from_day=today, by=SYSTEM, now=timezone.now()
    )
    assert _ask(agreed, at=noon) is Reason.TOO_OFTEN
    set_rules(
        "contact", ContactRules(**quiet, most_contacts=0), from_day=today, by=SYSTEM, now=timezone.now()
    )
    assert _ask(agreed, at=noon) is Reason.CONSENT


def test_a_refusal_is_told_as_what_it_is(wang, noon) -> None:
    for _n in range(3):
        _invite(wang.customer, at=noon - _DAY)
    assert _ask(wang.customer, at=noon) is Reason.NO_CONSENT


def test_a_list_does_not_stand_in_its_own_way(agreed) -> None:
    now = timezone.now()
    for n in (1, 2):
        _invite(agreed, at=now - n * _DAY)
    made = _invite(agreed, at=now - timedelta(minutes=1))
    assert [is_allowed for _one, is_allowed in list_invited(made)] == [True]
    assert may_contact_many([agreed], purpose="marketing", channel="mail")[agreed].reason is Reason.TOO_OFTEN


def test_a_list_that_is_fetched_twice_a_day_counts_once_and_goes_with_the_customer(wang, noon) -> None:
    for _n in range(2):
        keep_listed([wang.customer], purpose="survey", channel="sms", at=noon)
    assert ListedForContact.objects.count() == 1
    holder = next(one for one in list_holders() if one.name == "contact_lists")
    person = Person(customers=(wang.customer,), keys=wang.keys)
    assert holder.read is not None
    assert [part.rows[0][1:] for part in holder.read(person)] == [["survey", "sms"]]
    assert holder.erase is not None
    assert holder.erase(person) == 1
    keep_listed([wang.customer], purpose="survey", channel="sms", at=noon - 400 * _DAY)
    keep_listed([], purpose="survey", channel="sms", at=noon)
    assert not ListedForContact.objects.exists()
