"""Reads who is who; every door follows links as they are now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from zhiyin.customers.identifiers.queries import find_identities_by_tail
from zhiyin.customers.models import Identity, IdentityUnit, LinkChange
from zhiyin.engine import open_engine
from zhiyin.listen.authors import identifier_keys
from zhiyin.listen.identifiers import read_identifier
from zhiyin.people.scope import Scope

_COMPANY = 0
_CHUNK = 900


def find_customer(customer_id: UUID) -> UUID | None:
    """The customer of that id; of one that was merged away, the customer that it is part of now."""
    if Identity.objects.filter(customer=customer_id).exists():
        return customer_id
    return Identity.objects.filter(born=customer_id).values_list("customer", flat=True).first()


def customer_of_key(key: str) -> UUID | None:
    """Whose facts have this key; None where it is nobody's."""
    return Identity.objects.filter(key=key).values_list("customer", flat=True).first()


def keys_of(customer: UUID) -> list[str]:
    """The keys under which facts name the customer, of all its identities."""
    return list(Identity.objects.filter(customer=customer).order_by("pk").values_list("key", flat=True))


def identities_of(customer: UUID) -> list[Identity]:
    """The customer's identities, the oldest first."""
    return list(Identity.objects.filter(customer=customer).order_by("first_seen_at", "pk"))


def find_by_identifier(type: str, value: str, *, source: str = "") -> UUID | None:
    """The customer with this identifier, however it is written; None where nobody has it.

    A type that means something only within its source needs `source`, or `type@source`.
    """
    identifier = read_identifier(type, value, source=source)
    if identifier is None:
        return None
    (key,) = identifier_keys([identifier], vault=open_engine(settings.HOME).vault)
    return customer_of_key(key)


def find_by_tail(last_four: str, *, scope: Scope) -> list[UUID]:
    """Customers with an identifier that ends in these four signs, seen in the scope; newest first."""
    identities = find_identities_by_tail(last_four, scope=scope)
    return [*dict.fromkeys(identity.customer for identity in identities)]


def visible_customers(customers: Iterable[UUID], *, scope: Scope) -> set[UUID]:
    """Those of them with an identity that was seen in a unit of the scope."""
    wanted = [*dict.fromkeys(customers)]
    if scope.unit_ids is None:
        return set(wanted)
    units = scope.unit_ids - {_COMPANY}
    found: set[UUID] = set()
    for start in range(0, len(wanted), _CHUNK):
        rows = IdentityUnit.objects.filter(
            identity__customer__in=wanted[start : start + _CHUNK], unit_id__in=units
        )
        found.update(rows.values_list("identity__customer", flat=True))
    return found


def list_link_changes(customer: UUID) -> list[LinkChange]:
    """What was done to the links of the customer's identities, the newest first."""
    ids = list(Identity.objects.filter(customer=customer).values_list("pk", flat=True))
    return _changes_of(ids)


def _changes_of(ids: Sequence[int]) -> list[LinkChange]:
    found: dict[int, LinkChange] = {}
    for start in range(0, len(ids), _CHUNK // 2):
        some = ids[start : start + _CHUNK // 2]
        rows = LinkChange.objects.filter(Q(link__left__in=some) | Q(link__right__in=some))
        found |= {row.pk: row for row in rows.select_related("link__left", "link__right", "by")}
    return sorted(found.values(), key=lambda row: (row.at, row.pk), reverse=True)
