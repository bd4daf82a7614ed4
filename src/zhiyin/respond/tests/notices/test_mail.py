"""Mail about notices: to whoever wants it, one for all that waits, not at night, never twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from zhiyin.respond.models import Case, Notice
from zhiyin.respond.notices.kinds import MailWish, NoticeKind
from zhiyin.respond.notices.mailing import send_mails
from zhiyin.respond.notices.services import Wishes, mark_read, save_wishes

_NOON = datetime(2026, 11, 18, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
_LATER = timedelta(minutes=3)


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(timezone, "now", lambda: _NOON)
    return _NOON


@pytest.fixture
def reader(shop: Any, mailbox: Any) -> Any:
    """A manager with an address, English and the usual wishes."""
    shop.manager.email, shop.manager.language = "manager@example.com", "en"
    shop.manager.save()
    return shop.manager


def _mails(mailbox: Any) -> list[tuple[list[str], str, str]]:
    read = [(to, message_from_bytes(content, policy=default)) for _who, to, content in mailbox.messages]
    return [(to, one["Subject"], one.get_body(("plain",)).get_content()) for to, one in read]


def test_one_mail_goes_out_once_with_no_words_of_the_customer(
    noon: datetime, reader: Any, mailbox: Any, note: Any, make_case: Any
) -> None:
    case = make_case(title="王先生 13800000000")
    note(reader, case=case)
    assert send_mails(now=noon) == 0
    assert [send_mails(now=noon + _LATER) for _n in range(2)] == [1, 0]
    ((to, subject, text),) = _mails(mailbox)
    assert (to, subject) == (["manager@example.com"], f"You are named in a note on case {case.number}.")
    assert "北京一店" in text
    assert "王先生" not in text
    assert Notice.objects.get().mail == "sent"


def test_what_was_read_meanwhile_is_not_mailed(noon: datetime, reader: Any, mailbox: Any, note: Any) -> None:
    mark_read([note(reader).pk], account=reader, is_read=True)
    assert send_mails(now=noon + _LATER) == 0
    assert Notice.objects.get().mail == "none"


def test_quiet_hours_hold_all_back_and_bring_it_as_one(
    noon: datetime, reader: Any, mailbox: Any, note: Any
) -> None:
    for n in range(3):
        note(reader, key=str(n))
    night = noon.replace(hour=23)
    assert send_mails(now=night) == 0
    morning = noon.replace(hour=8) + timedelta(days=1)
    assert send_mails(now=morning - timedelta(minutes=1)) == 0
    assert send_mails(now=morning) == 1
    ((_to, subject, text),) = _mails(mailbox)
    assert subject == "3 notices for you"
    assert text.count("You are named") == 3


def test_the_highest_urgency_breaks_quiet_hours(
    noon: datetime, reader: Any, mailbox: Any, note: Any, make_case: Any
) -> None:
    case = make_case()
    Case.objects.filter(pk=case.pk).update(urgency=3)
    note(reader, case=Case.objects.get(pk=case.pk))
    assert send_mails(now=noon.replace(hour=23)) == 1


def test_each_account_chooses_what_comes(noon: datetime, reader: Any, note: Any) -> None:
    note(reader, kind=NoticeKind.APPROVAL_GIVEN)
    assert Notice.objects.get(key="one").mail == "none"
    save_wishes(Wishes(mail=MailWish.ALL, quiet_from=None, quiet_until=None), account=reader)
    note(reader, key="two", kind=NoticeKind.APPROVAL_GIVEN)
    assert Notice.objects.get(key="two").mail == "waiting"
    save_wishes(Wishes(mail=MailWish.NONE, quiet_from=None, quiet_until=None), account=reader)
    assert Notice.objects.get(key="two").mail == "none"


def test_without_address_or_server_nothing_waits(noon: datetime, shop: Any, note: Any) -> None:
    note(shop.manager)
    shop.agent.email = "agent@example.com"
    note(shop.agent, by=None)
    assert set(Notice.objects.values_list("mail", flat=True)) == {"none"}


def test_a_refused_mail_says_why_and_a_busy_server_is_asked_again(
    noon: datetime, reader: Any, mailbox: Any, note: Any
) -> None:
    mailbox.answer = "451 later"
    note(reader)
    assert send_mails(now=noon + _LATER) == 0
    held = Notice.objects.get()
    assert (held.mail, held.mail_reason, held.n_mail_tries) == ("waiting", "busy", 1)
    assert send_mails(now=noon + _LATER + timedelta(seconds=30)) == 0
    assert Notice.objects.get().n_mail_tries == 1
    mailbox.answer = "250 OK"
    assert send_mails(now=noon + _LATER + timedelta(seconds=61)) == 1
    mailbox.refused.add("manager@example.com")
    note(reader, key="two")
    send_mails(now=noon + _LATER)
    assert Notice.objects.get(key="two").mail == "failed"
