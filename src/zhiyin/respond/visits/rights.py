"""The visits paid to a person, as the person may see and take them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.customers.rights.holders import Holder, Part, Person, Value, register_holder
from zhiyin.respond.models import Case, Visit
from zhiyin.respond.sealing import unseal
from zhiyin.respond.visits.erasing import erase_visit_words


def register() -> None:
    """Called once, when the apps are ready."""
    register_holder(
        Holder(name="visits", title=gettext_lazy("Visits of technicians"), read=_read, erase=_erase, order=45)
    )


def _read(person: Person) -> list[Part]:
    found = Visit.objects.filter(case__feedback_id__in=person.feedback_ids).order_by("pk")
    rows: list[list[Value]] = [
        [
            row.case.number,
            row.slot_start.isoformat(),
            row.slot_end.isoformat(),
            str(row.state),
            row.device,
            unseal(row.serial_sealed, purpose="serial", number=row.case.number) if row.serial_sealed else "",
            row.arrived_at.isoformat() if row.arrived_at else None,
            row.done_at.isoformat() if row.done_at else None,
            row.result,
            row.note,
        ]
        for row in found.select_related("case")
    ]
    columns = [
        "number",
        "from",
        "until",
        "state",
        "device",
        "serial",
        "arrived_at",
        "done_at",
        "result",
        "note",
    ]
    return [Part(name="visits", title=_("Visits of technicians"), columns=columns, rows=rows)] if rows else []


def _erase(person: Person) -> int:
    cases = list(Case.objects.filter(feedback_id__in=person.feedback_ids))
    for case in cases:
        erase_visit_words(case)
    return Visit.objects.filter(case__in=cases).count()
