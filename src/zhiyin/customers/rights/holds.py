"""Legal holds, which keep data from being erased, and restrictions, which stand against contacts."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from zhiyin.customers.models import HeldKey, LegalHold, Restriction
from zhiyin.customers.rights.persons import keys_of_customer
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.people.actors import Actor
from zhiyin.people.services.audit import record_event

RESTRICTIONS = ("child", "no_contact", "deceased")
_MAX_REASON = 500


def place_hold(
    customer: UUID, *, reason: str, by: Actor, stops_contact: bool = False, account_id: int | None = None
) -> LegalHold:
    """Nothing of the customer is erased until the hold is lifted; whoever asks is told `reason`.

    Raises:
        InvalidInput: no reason. NotFound: nobody knows the customer.
    """
    keys = _keys(customer)
    with transaction.atomic():
        hold = LegalHold.objects.create(
            reason=_reason(reason), stops_contact=stops_contact, made_at=timezone.now(), made_by_id=account_id
        )
        HeldKey.objects.bulk_create([HeldKey(hold=hold, key=key) for key in keys])
        record_event("legal_hold.placed", by=by, target=("customer", customer), details={"hold": hold.pk})
    return hold


def lift_hold(hold_id: int, *, by: Actor, account_id: int | None = None) -> LegalHold:
    """The hold, lifted; lifted before, it stays as it is.

    Raises:
        NotFound: there is none.
    """
    with transaction.atomic():
        hold = LegalHold.objects.select_for_update().filter(pk=hold_id).first()
        if hold is None:
            raise NotFound("There is no such hold.")
        if hold.lifted_at is None:
            hold.lifted_at, hold.lifted_by_id = timezone.now(), account_id
            hold.save(update_fields=["lifted_at", "lifted_by"])
            record_event("legal_hold.lifted", by=by, target=("legal_hold", hold.pk))
    return hold


def find_hold(keys: Sequence[str]) -> LegalHold | None:
    """The oldest hold in force on any of these keys."""
    held = HeldKey.objects.filter(key__in=keys, hold__lifted_at__isnull=True).select_related("hold")
    first = held.order_by("hold__made_at", "pk").first()
    return first.hold if first else None


def restrict(
    customer: UUID, *, kind: str, by: Actor, reason: str = "", account_id: int | None = None
) -> list[Restriction]:
    """Sets what stands in the way of contacts on every identity of the customer.

    Raises:
        InvalidInput: no such kind. NotFound: nobody knows the customer.
    """
    if kind not in RESTRICTIONS:
        raise InvalidInput(f"The kind must be one of {', '.join(RESTRICTIONS)}.", field="kind")
    keys, now = _keys(customer), timezone.now()
    with transaction.atomic():
        rows = [
            Restriction(key=key, kind=kind, reason=reason.strip()[:300], made_at=now, made_by_id=account_id)
            for key in keys
        ]
        Restriction.objects.bulk_create(rows, ignore_conflicts=True)
        record_event("restriction.set", by=by, target=("customer", customer), details={"kind": kind})
    return list(Restriction.objects.filter(key__in=keys, kind=kind, lifted_at__isnull=True))


def lift_restriction(customer: UUID, *, kind: str, by: Actor) -> int:
    """Takes it from every identity of the customer; returns from how many.

    Raises:
        NotFound: nobody knows the customer.
    """
    with transaction.atomic():
        standing = Restriction.objects.filter(key__in=_keys(customer), kind=kind, lifted_at__isnull=True)
        n_rows = standing.update(lifted_at=timezone.now())
        if n_rows:
            record_event("restriction.lifted", by=by, target=("customer", customer), details={"kind": kind})
    return n_rows


def list_restrictions(keys: Sequence[str]) -> list[str]:
    """The kinds in force."""
    found = Restriction.objects.filter(key__in=keys, lifted_at__isnull=True).values_list("kind", flat=True)
    return sorted(set(found))


def _keys(customer: UUID) -> list[str]:
    keys = keys_of_customer(customer)
    if not keys:
        raise NotFound("There is no such customer.")
    return keys


def _reason(reason: str) -> str:
    given = reason.strip()
    if not given or len(given) > _MAX_REASON:
        raise InvalidInput("Say by what right the data must be kept.", field="reason")
    return given
