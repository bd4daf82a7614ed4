"""Remembers who left on a list for contact: that counts as a contact, and goes with the customer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from zhiyin.customers.models import ListedForContact
from zhiyin.customers.rights.holders import Part, Person, Value

_KEPT = timedelta(days=366)
_CHUNK = 500


def keep_listed(customers: Iterable[UUID], *, purpose: str, channel: str, at: datetime) -> None:
    """They left on a list now; again on the same day, nothing is added. What is older than a year goes."""
    ListedForContact.objects.filter(at__lt=at - _KEPT).delete()
    day = timezone.localdate(at)
    ListedForContact.objects.bulk_create(
        [
            ListedForContact(customer=one, purpose=purpose, channel=channel, day=day, at=at)
            for one in customers
        ],
        batch_size=_CHUNK,
        ignore_conflicts=True,
    )


def find_listed(customers: Sequence[UUID], *, purpose: str, channel: str, at: datetime) -> frozenset[UUID]:
    """Who of them left on such a list today already. A query for every 500."""
    found: set[UUID] = set()
    rows = ListedForContact.objects.filter(purpose=purpose, channel=channel, day=timezone.localdate(at))
    for start in range(0, len(customers), _CHUNK):
        part = rows.filter(customer__in=customers[start : start + _CHUNK])
        found.update(part.values_list("customer", flat=True))
    return frozenset(found)


def count_listed(customers: Sequence[UUID], after: datetime, until: datetime) -> Iterable[tuple[UUID, int]]:
    """How often each left on a list. One query."""
    rows = ListedForContact.objects.filter(customer__in=customers, at__gt=after, at__lte=until)
    return rows.values("customer").annotate(n=Count("pk")).values_list("customer", "n")


def read_listed(person: Person) -> list[Part]:
    """For the customer's own copy: which lists they left on."""
    rows = ListedForContact.objects.filter(customer__in=person.customers).order_by("at", "pk")
    told: list[list[Value]] = [[one.at.isoformat(), one.purpose, one.channel] for one in rows]
    if not told:
        return []
    columns = ("at", "purpose", "channel")
    return [Part(name="contact_lists", title=_("Lists for contact"), columns=columns, rows=told)]


def erase_listed(person: Person) -> int:
    """How many rows went."""
    n_rows, _by_model = ListedForContact.objects.filter(customer__in=person.customers).delete()
    return n_rows
