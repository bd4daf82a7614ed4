"""What lists and files of silence hold of a person, and how it goes."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.customers.models import Invited
from zhiyin.customers.rights.holders import Holder, Part, Person, Value, register_holder
from zhiyin.customers.silence.table import drop_files
from zhiyin.engine import open_engine


def register_silence() -> None:
    """Adds lists and files to the places that hold personal data."""
    register_holder(
        Holder(name="silence", title=gettext_lazy("Invitation lists"), read=_read, erase=_erase, order=50)
    )


def _read(person: Person) -> list[Part]:
    rows = Invited.objects.filter(customer__in=person.customers).select_related("of_list")
    if not rows:
        return []
    columns = ("list", "made_at", "is_held_out", "overdue", "risk")
    told: list[list[Value]] = [
        [one.of_list.name, one.of_list.made_at.isoformat(), one.is_held_out, one.overdue, one.risk]
        for one in rows
    ]
    return [Part(name="invitations", title=_("Invitation lists"), columns=columns, rows=told)]


def _erase(person: Person) -> int:
    n_rows, _by_model = Invited.objects.filter(customer__in=person.customers).delete()
    drop_files(open_engine(settings.HOME).home)
    return n_rows
