"""What this part keeps of a person, for the rights room: read, taken along, erased."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.customers.models import ContactStar, RelationMember
from zhiyin.customers.profile.index.storing import forget_keys
from zhiyin.customers.rights.holders import Holder, Part, Person, Value, register_holder
from zhiyin.engine import open_engine


def register_holding() -> None:
    """Register the stars of contacts and the relations."""
    register_holder(
        Holder(
            name="contact_stars",
            title=gettext_lazy("Stars that staff gave at contacts"),
            read=_read_stars,
            erase=_erase_stars,
            order=50,
        ),
        Holder(
            name="facts_index",
            title=gettext_lazy("Index of facts by customer"),
            erase=_erase_index,
            order=190,
        ),
        Holder(
            name="relations",
            title=gettext_lazy("Households and companies"),
            read=_read_relations,
            erase=_erase_relations,
            order=50,
        ),
    )


def _read_stars(person: Person) -> list[Part]:
    stars = ContactStar.objects.filter(key__in=person.keys).order_by("at", "pk")
    rows: list[list[Value]] = [[one.at.isoformat(), one.stars] for one in stars]
    title = _("Stars that staff gave at contacts")
    return [Part(name="contact_stars", title=title, columns=["at", "stars"], rows=rows)] if rows else []


def _erase_stars(person: Person) -> int:
    return ContactStar.objects.filter(key__in=person.keys).delete()[0]


def _read_relations(person: Person) -> list[Part]:
    members = RelationMember.objects.filter(identity__key__in=person.keys).select_related("relation")
    rows: list[list[Value]] = [
        [one.relation.kind, one.relation.name, one.role, one.added_at.isoformat()]
        for one in members.order_by("added_at", "pk")
    ]
    columns = ["kind", "name", "role", "since"]
    title = _("Households and companies")
    return [Part(name="relations", title=title, columns=columns, rows=rows)] if rows else []


def _erase_relations(person: Person) -> int:
    return RelationMember.objects.filter(identity__key__in=person.keys).delete()[0]


def _erase_index(person: Person) -> int:
    return forget_keys(open_engine(settings.HOME).home, keys=person.keys)
