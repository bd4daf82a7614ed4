"""Tells the customer of a case something by mail, where an address was left and they may be written to."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from django.conf import settings
from django.utils import translation

from zhiyin.customers.rights.consent import may_contact
from zhiyin.insight.delivery.outside import read_outside
from zhiyin.respond.models import Case, OutgoingAnswer
from zhiyin.respond.outbox.changes import make_key
from zhiyin.respond.outbox.services import UNDO
from zhiyin.respond.outbox.states import AnswerState, Way
from zhiyin.respond.queries import read_contact
from zhiyin.respond.sealing import seal

_PURPOSE, _CHANNEL = "service", "mail"


def write_to_customer(case: Case, text: Callable[[], str], *, at: datetime) -> bool:
    """Whether a letter waits in the outbox now, in the caller's transaction: it goes out or not with it.

    `text` is called in the customer's language. None is written without a mail server or an address, or
    where the customer does not want it; their page tells the same.
    """
    if read_outside().mail is None:
        return False
    email = read_contact(case).email
    if not email or not _may_be_written_to(case, at=at):
        return False
    key = make_key()
    with in_customers_language(case):
        words = text()
    OutgoingAnswer.objects.create(
        key=key,
        feedback_id=case.feedback_id,
        case=case,
        unit_id=case.unit_id,
        is_reply=False,
        channel="email",
        way=Way.MAIL,
        to_sealed=seal(email, purpose="answer", number=key),
        text=words,
        made_at=at,
        changed_at=at,
        state=AnswerState.WAITING,
        next_try_at=at + UNDO,
    )
    return True


def in_customers_language(case: Case) -> AbstractContextManager[None]:
    """Of the case, where it is known, else of the company."""
    if not case.language:
        return translation.override(settings.LANGUAGE_CODE)
    return translation.override("zh-hans" if case.language.startswith("zh") else "en")


def _may_be_written_to(case: Case, *, at: datetime) -> bool:
    """Whoever left an address with a matter may be written to about it, until they object."""
    if case.customer is None:
        return True
    permit = may_contact(case.customer, purpose=_PURPOSE, channel=_CHANNEL, at=at)
    return permit.allowed or permit.is_for_now or permit.reason.value == "unknown_customer"
