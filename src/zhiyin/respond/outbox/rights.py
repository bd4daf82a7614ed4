"""The answers to a person's voices, as the person may see and take them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.customers.rights.holders import Holder, Part, Person, Value, register_holder
from zhiyin.respond.models import OutgoingAnswer
from zhiyin.respond.outbox.erasing import erase_outgoing


def register_rights() -> None:
    """Called once, when the app is ready."""
    title = gettext_lazy("Answers where you wrote")
    register_holder(Holder(name="outgoing_answers", title=title, read=_read, erase=_erase, order=55))


def _read(person: Person) -> list[Part]:
    """What was sent where they wrote; answers on cases are among the cases."""
    answers = OutgoingAnswer.objects.filter(
        feedback_id__in=person.feedback_ids, is_reply=True, sent_at__isnull=False
    )
    rows: list[list[Value]] = [
        [one.feedback_id, one.channel, one.sent_at.isoformat() if one.sent_at else None, one.text]
        for one in answers.order_by("sent_at", "pk")
    ]
    columns = ["feedback_id", "channel", "sent_at", "our_answer"]
    title = _("Answers where you wrote")
    return [Part(name="outgoing_answers", title=title, columns=columns, rows=rows)] if rows else []


def _erase(person: Person) -> int:
    n = OutgoingAnswer.objects.filter(feedback_id__in=person.feedback_ids).count()
    erase_outgoing(person.feedback_ids)
    return n
