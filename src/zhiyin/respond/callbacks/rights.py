"""The calls promised to a person, as the person may see and take them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.customers.rights.holders import Holder, Part, Person, Value, register_holder
from zhiyin.respond.callbacks.erasing import erase_call_words
from zhiyin.respond.models import CallBack, Case


def register() -> None:
    """Called once, when the apps are ready."""
    register_holder(
        Holder(name="call_backs", title=gettext_lazy("Call-backs"), read=_read, erase=_erase, order=45)
    )


def _read(person: Person) -> list[Part]:
    found = CallBack.objects.filter(case__feedback_id__in=person.feedback_ids).order_by("pk")
    rows: list[list[Value]] = [
        [
            row.case.number,
            row.topic,
            row.promised_at.isoformat(),
            row.until_at.isoformat(),
            str(row.state),
            [f"{call.at.isoformat()} {call.outcome}" for call in row.attempts.all()],
            "\n".join(call.note for call in row.attempts.all() if call.note),
        ]
        for row in found.select_related("case").prefetch_related("attempts")
    ]
    columns = ["number", "topic", "promised_at", "until_at", "state", "calls", "notes"]
    return [Part(name="call_backs", title=_("Call-backs"), columns=columns, rows=rows)] if rows else []


def _erase(person: Person) -> int:
    cases = list(Case.objects.filter(feedback_id__in=person.feedback_ids))
    for case in cases:
        erase_call_words(case)
    return CallBack.objects.filter(case__in=cases).count()
