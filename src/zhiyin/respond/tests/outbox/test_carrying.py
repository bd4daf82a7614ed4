"""Answers leave by a webhook or by mail, once, and what cannot leave is shown to people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from zhiyin.respond.models import OutgoingAnswer
from zhiyin.respond.outbox import services
from zhiyin.respond.outbox.carrying import Carrier
from zhiyin.respond.outbox.claims import claim_next, mark_handed
from zhiyin.respond.outbox.states import Way
from zhiyin.respond.services import Contact, send_answer

pytestmark = pytest.mark.django_db


def _carry(clock) -> int:
    return Carrier(clock=clock).carry_due()


def test_a_program_gets_the_answer_signed_and_once(receiver, waiting, clock) -> None:
    answer = waiting()
    assert _carry(clock) == 1
    assert _carry(clock) == 0
    assert receiver.posted[answer.key]["text"] == answer.text
    assert receiver.tries == {answer.key: 1}
    answer.refresh_from_db()
    assert (answer.state, answer.held_by, answer.reason) == ("sent", "", "")


def test_a_failed_try_comes_again_later_with_the_same_key_and_words(receiver, waiting, clock) -> None:
    answer = waiting()
    receiver.statuses.extend([503, 500])
    _carry(clock)
    answer.refresh_from_db()
    assert (answer.state, answer.reason) == ("waiting", "server")
    assert _carry(clock) == 0  # not yet
    clock.move(seconds=10)
    _carry(clock)
    clock.move(seconds=60)
    _carry(clock)
    answer.refresh_from_db()
    assert (answer.state, answer.n_tries) == ("sent", 3)
    assert receiver.tries == {answer.key: 3}
    assert len(receiver.bodies) == 1


def test_what_fails_for_good_is_shown_and_done_by_hand(receiver, waiting, clock, shop, enter) -> None:
    answer = waiting(unit=shop.store)
    receiver.statuses.append(410)
    _carry(clock)
    answer.refresh_from_db()
    assert (answer.state, answer.reason) == ("failed", "gone")
    assert answer.text in enter(shop.agent).get(reverse("inbox_to_help")).content.decode()
    done = services.mark_put_there(answer, by=shop.by_agent, version=answer.version)
    assert (done.state, done.way) == ("sent", "hand")


def test_a_silent_channel_does_not_hold_up_the_others(receiver, waiting, clock) -> None:
    receiver.statuses.append(503)
    waiting(), waiting()
    waiting(channel="takeaway")  # no program takes these
    assert _carry(clock) == 2
    assert sum(receiver.tries.values()) == 1


def test_undo_stops_what_has_not_gone(receiver, waiting, clock, shop) -> None:
    answer = waiting(next_try_at=clock() + services.UNDO)
    assert _carry(clock) == 0
    services.take_back(answer, by=shop.by_agent)
    clock.move(minutes=5)
    assert _carry(clock) == 0
    assert not receiver.tries


def test_a_dead_workers_answer_is_taken_over_and_the_dead_writes_nothing(receiver, waiting, clock) -> None:
    answer = waiting()
    assert claim_next(token="dead", now=clock(), lease=timedelta(seconds=30)) is not None
    assert _carry(clock) == 0
    clock.move(seconds=31)
    assert _carry(clock) == 1
    answer.refresh_from_db()
    assert answer.state == "sent"
    assert not mark_handed(answer, token="dead", now=clock())


@pytest.fixture
def told(mailbox, home, shop, make_case):
    """An answer on the page of a case whose customer left a mail address."""
    case = make_case(contact=Contact(email="chen@example.com"))
    send_answer(case, text="明天给您换新的。", by=shop.by_agent)
    return OutgoingAnswer.objects.get()


def test_an_answer_on_a_case_goes_by_mail_as_well_where_an_address_is_known(told, mailbox, clock) -> None:
    assert _carry(clock) == 0  # as long as it can be taken back
    clock.move(minutes=1)
    assert _carry(clock) == 1
    assert _carry(clock) == 0
    ((_login, recipients, content),) = mailbox.messages
    assert recipients == ["chen@example.com"]
    assert told.key.encode() in content
    told.refresh_from_db()
    assert (told.state, told.to_sealed) == ("sent", None)  # the address is kept no longer than needed


def test_a_mail_address_that_is_refused_is_told_to_people(told, mailbox, clock) -> None:
    mailbox.refused.add("chen@example.com")
    clock.move(minutes=1)
    _carry(clock)
    told.refresh_from_db()
    assert (told.state, told.reason) == ("failed", "mail_refused")


def test_a_mail_server_that_is_busy_is_asked_again(told, mailbox, clock) -> None:
    mailbox.answer = "451 later"
    clock.move(minutes=1)
    _carry(clock)
    told.refresh_from_db()
    assert (told.state, told.handed_at) == ("waiting", None)
    mailbox.answer = "250 OK"
    clock.move(minutes=2)
    _carry(clock)
    assert len(mailbox.messages) == 1


def test_without_a_mail_server_or_an_address_the_page_alone_tells(home, shop, make_case) -> None:
    send_answer(make_case(contact=Contact(email="a@example.com")), text="好了", by=shop.by_agent)
    assert not OutgoingAnswer.objects.exists()


def test_a_letter_that_may_have_arrived_is_not_sent_twice_unasked(waiting, clock, shop) -> None:
    answer = waiting(way=Way.MAIL, unit=shop.store)
    claim_next(token="dead", now=clock(), lease=timedelta(seconds=30))
    assert mark_handed(answer, token="dead", now=clock())
    clock.move(minutes=5)
    assert _carry(clock) == 0
    answer.refresh_from_db()
    assert (answer.state, answer.reason) == ("unsure", "unheard")
    again = services.confirm_arrived(answer, by=shop.by_agent, version=answer.version)
    assert again.state == "sent"
