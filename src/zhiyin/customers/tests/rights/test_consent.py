"""The one place that decides whether somebody may be contacted."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhiyin.customers.models import Consent, Identity
from zhiyin.customers.rights.consent import (
    ContactRules,
    Reason,
    list_permits,
    may_contact,
    may_contact_many,
)
from zhiyin.customers.rights.dated import set_rules
from zhiyin.customers.rights.holds import lift_restriction, place_hold, restrict
from zhiyin.customers.rights.purposes import CHANNELS, list_purposes
from zhiyin.customers.rights.saying import Statement, current_text, record_consent, set_text
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.people.actors import SYSTEM

pytestmark = pytest.mark.django_db
NOON = datetime(2030, 5, 6, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
NIGHT = datetime(2030, 5, 6, 14, 30, tzinfo=UTC)  # 22:30


def ask(customer: UUID, *, purpose: str = "survey", channel: str = "sms", at: datetime = NOON) -> Reason:
    return may_contact(customer, purpose=purpose, channel=channel, at=at).reason


def say(
    customer: UUID, *, is_given: bool, purpose: str = "survey", channel: str = "sms", **more: object
) -> None:
    record_consent(
        customer, Statement(purpose=purpose, channel=channel, is_given=is_given, **more), by=SYSTEM
    )


def test_without_a_word_nobody_is_contacted_for_what_needs_consent(wang) -> None:
    assert ask(wang.customer) is Reason.NO_CONSENT
    assert ask(wang.customer, purpose="service") is Reason.NO_CONSENT_NEEDED


def test_a_yes_allows_its_purpose_on_its_channel_alone(wang) -> None:
    say(wang.customer, is_given=True)
    assert may_contact(wang.customer, purpose="survey", channel="sms", at=NOON).allowed
    assert ask(wang.customer, channel="mail") is Reason.NO_CONSENT
    assert ask(wang.customer, purpose="marketing") is Reason.NO_CONSENT


def test_what_was_said_last_holds_and_the_history_stays(wang) -> None:
    say(wang.customer, is_given=True, channel="")
    say(wang.customer, is_given=False)
    assert ask(wang.customer) is Reason.WITHDRAWN
    assert ask(wang.customer, channel="mail") is Reason.CONSENT
    assert Consent.objects.filter(is_given=True).count() == 1
    say(wang.customer, is_given=True)
    assert ask(wang.customer) is Reason.CONSENT


@pytest.mark.parametrize("at", [NOON, NIGHT])
def test_the_whole_table_says_what_each_question_says(wang, at) -> None:
    say(wang.customer, is_given=True, channel="")
    say(wang.customer, is_given=False)
    say(wang.customer, is_given=True, purpose="marketing", channel="phone", expires_at=NOON)
    restrict(wang.customer, kind="child", by=SYSTEM)
    found = list_permits(wang.customer, at=at)
    for purpose, channel in (
        ("survey", "sms"),
        ("survey", "mail"),
        ("marketing", "phone"),
        ("service", "sms"),
    ):
        assert found[purpose, channel] == may_contact(wang.customer, purpose=purpose, channel=channel, at=at)
    assert len(found) == len(CHANNELS) * len(list_purposes())


def test_a_no_stays_with_every_part_when_a_link_is_taken_back(wang) -> None:
    say(wang.customer, is_given=True)
    say(wang.customer, is_given=False)
    mail = Identity.objects.get(key=wang.keys[1])
    Identity.objects.filter(pk=mail.pk).update(customer=mail.born)
    assert ask(mail.born) is Reason.WITHDRAWN


def test_a_yes_stays_with_the_identity_that_gave_it(wang) -> None:
    record_consent(
        wang.customer, Statement(purpose="survey", channel="mail", is_given=True), by=SYSTEM, key=wang.keys[1]
    )
    mail = Identity.objects.get(key=wang.keys[1])
    Identity.objects.filter(pk=mail.pk).update(customer=mail.born)
    assert ask(mail.born, channel="mail") is Reason.CONSENT
    assert ask(wang.customer, channel="mail") is Reason.NO_CONSENT


def test_an_id_that_was_merged_away_is_still_answered(wang) -> None:
    say(wang.customer, is_given=True)
    assert ask(Identity.objects.get(key=wang.keys[1]).born) is Reason.CONSENT


def test_a_consent_ends_on_its_day(wang) -> None:
    say(wang.customer, is_given=True, expires_at=NOON)
    assert ask(wang.customer, at=NOON - timedelta(seconds=1)) is Reason.CONSENT
    assert ask(wang.customer, at=NOON) is Reason.EXPIRED


def test_nobody_is_rung_at_night_but_mail_may_go(wang) -> None:
    say(wang.customer, is_given=True, channel="")
    permit = may_contact(wang.customer, purpose="survey", channel="phone", at=NIGHT)
    assert (permit.allowed, permit.reason, permit.is_for_now) == (False, Reason.QUIET_HOURS, True)
    assert ask(wang.customer, channel="mail", at=NIGHT) is Reason.CONSENT


def test_quiet_hours_are_the_installations_from_a_day_on(wang) -> None:
    say(wang.customer, is_given=True)
    rules = ContactRules(quiet_from=time(11), quiet_until=time(13))
    set_rules("contact", rules, from_day=date(2030, 5, 6), by=SYSTEM, now=timezone.now())
    assert ask(wang.customer, at=NOON) is Reason.QUIET_HOURS
    assert ask(wang.customer, at=NOON - timedelta(days=1)) is Reason.CONSENT


def test_for_a_child_a_guardian_must_have_said_yes(wang) -> None:
    restrict(wang.customer, kind="child", by=SYSTEM)
    say(wang.customer, is_given=True)
    assert ask(wang.customer) is Reason.CHILD
    say(wang.customer, is_given=True, is_by_guardian=True)
    assert ask(wang.customer) is Reason.CONSENT


@pytest.mark.parametrize("kind", ["no_contact", "deceased"])
def test_a_restriction_beats_every_consent_until_it_is_lifted(wang, kind) -> None:
    say(wang.customer, is_given=True)
    restrict(wang.customer, kind=kind, by=SYSTEM)
    assert ask(wang.customer) == Reason(kind)
    assert ask(wang.customer, purpose="service") == Reason(kind)
    lift_restriction(wang.customer, kind=kind, by=SYSTEM)
    assert ask(wang.customer) is Reason.CONSENT


def test_a_hold_stops_contact_only_where_it_says_so(wang) -> None:
    say(wang.customer, is_given=True)
    place_hold(wang.customer, reason="仲裁", by=SYSTEM)
    assert ask(wang.customer) is Reason.CONSENT
    place_hold(wang.customer, reason="仲裁", stops_contact=True, by=SYSTEM)
    assert ask(wang.customer) is Reason.LEGAL_HOLD


def test_whom_nobody_knows_is_never_contacted() -> None:
    assert ask(uuid4(), purpose="service") is Reason.UNKNOWN_CUSTOMER


def test_an_unknown_purpose_or_channel_is_refused_by_name(wang) -> None:
    with pytest.raises(InvalidInput, match="purpose"):
        may_contact(wang.customer, purpose="spam", channel="sms")
    with pytest.raises(InvalidInput, match="channel"):
        may_contact(wang.customer, purpose="survey", channel="fax")
    with pytest.raises(InvalidInput, match="channel"):
        may_contact(wang.customer, purpose="survey", channel="")
    with pytest.raises(NotFound):
        say(uuid4(), is_given=True)


def test_the_words_agreed_to_are_kept_in_their_version(wang) -> None:
    say(wang.customer, is_given=True)
    set_text("survey", text_zh="新的说法", text_en="New words", by=SYSTEM)
    say(wang.customer, is_given=True)
    first, second = Consent.objects.order_by("pk")
    assert (first.text.version, second.text.version) == (1, 2)
    assert "满意度" in first.text.text_zh
    newest = current_text("survey")
    assert newest is not None
    assert newest.text_zh == "新的说法"


def test_what_is_sent_twice_counts_once(wang) -> None:
    for _again in range(2):
        say(wang.customer, is_given=True, reference="order-17")
    assert Consent.objects.count() == 1


def test_proof_is_kept_encrypted(wang) -> None:
    say(wang.customer, is_given=True, proof="录音 20301105-17 王芳")
    sealed = bytes(Consent.objects.get().proof_sealed)
    assert "王芳".encode() not in sealed


def test_a_list_is_answered_in_few_queries(know, django_assert_max_num_queries) -> None:
    customers = [know(("email", f"m{number}@example.com")).customer for number in range(40)]
    for customer in customers[::2]:
        say(customer, is_given=True)
    with django_assert_max_num_queries(14):
        permits = may_contact_many(customers, purpose="survey", channel="sms", at=NOON)
    assert [permits[one].allowed for one in customers] == [True, False] * 20


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(said=st.lists(st.tuples(st.booleans(), st.sampled_from(["", "sms", "mail"])), max_size=6))
def test_the_last_word_on_a_channel_decides_whatever_came_before(wang, said) -> None:
    Consent.objects.all().delete()
    for is_given, channel in said:
        say(wang.customer, is_given=is_given, channel=channel)
    last = [is_given for is_given, channel in said if channel in ("", "sms")]
    assert may_contact(wang.customer, purpose="survey", channel="sms", at=NOON).allowed is bool(
        last and last[-1]
    )
