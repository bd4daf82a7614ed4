"""The stars that staff gave at a person's contacts, as the person may see and take them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.customers.rights.holders import Holder, Part, Person, Value, register_holder
from zhiyin.respond.models import ContactMood


def register() -> None:
    """Called once, when the apps are ready."""
    register_holder(
        Holder(
            name="case_stars",
            title=gettext_lazy("Stars that staff gave in cases"),
            read=_read,
            erase=_erase,
            order=45,
        )
    )


def _read(person: Person) -> list[Part]:
    found = ContactMood.objects.filter(case__feedback_id__in=person.feedback_ids)
    rows: list[list[Value]] = [
        [mood.case.number, mood.event.at.isoformat(), mood.stars]
        for mood in found.select_related("case", "event").order_by("event__at", "pk")
    ]
    title, columns = _("Stars that staff gave in cases"), ["number", "at", "stars"]
    return [Part(name="case_stars", title=title, columns=columns, rows=rows)] if rows else []


def _erase(person: Person) -> int:
    return ContactMood.objects.filter(case__feedback_id__in=person.feedback_ids).delete()[0]
