"""What an entry must be to be taken in."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from zhiyin.customers.value.contract import KINDS, MAX_NOTE, ValueIn, ValueKind
from zhiyin.listen import validation
from zhiyin.listen.faults import Fault
from zhiyin.listen.items import AuthorIn, UnitIn
from zhiyin.listen.validation import Unacceptable

MAX_AMOUNT = 100_000_000
_CENT = Decimal("0.01")


def check_value(value: ValueIn, *, now: datetime) -> ValueIn | Fault:
    """The entry, tidied, or the first fault found; a time without a zone is Beijing's."""
    try:
        return _correction(value) if value.corrects else _entry(value, now=now)
    except Unacceptable as refusal:
        return refusal.fault


def to_cents(amount: Decimal | None) -> int | None:
    """Hundredths of the currency, halves upwards."""
    return None if amount is None else int(amount.quantize(_CENT, rounding=ROUND_HALF_UP) * 100)


def _correction(value: ValueIn) -> ValueIn:
    for name in ("kind", "customer", "unit", "amount", "points"):
        if getattr(value, name):
            raise Unacceptable(name, "not_a_correction")
    return ValueIn(
        external_id=validation.check_external_id(value.external_id),
        corrects=validation.check_external_id(value.corrects or ""),
        source=validation.check_name(value.source, "source") if value.source else None,
        note=_note(value.note),
    )


def _entry(value: ValueIn, *, now: datetime) -> ValueIn:
    if value.occurred_at is None:
        raise Unacceptable("occurred_at", "missing")
    if value.amount is None and value.points is None and value.kind in ("savings", "points"):
        raise Unacceptable("amount" if value.kind == "savings" else "points", "missing")
    return ValueIn(
        external_id=validation.check_external_id(value.external_id),
        occurred_at=validation.check_time(value.occurred_at, "occurred_at", now),
        kind=check_kind(value.kind),
        source=validation.check_name(value.source, "source") if value.source else None,
        customer=_customer(value.customer, now=now),
        unit=_unit(value.unit, now=now),
        amount=_amount(value.amount),
        points=_points(value.points),
        note=_note(value.note),
    )


def check_kind(text: str) -> ValueKind:
    """The kind; raises `Unacceptable` where there is none of that name."""
    for kind in KINDS:
        if kind == text.strip().lower():
            return kind
    raise Unacceptable("kind", "unknown_kind", text[:40])


def _customer(customer: AuthorIn | None, *, now: datetime) -> AuthorIn:
    found = validation.check_author(customer, now) if customer else None
    if found is None or not found.identities:
        raise Unacceptable("customer", "names_nobody")
    return found


def _unit(unit: UnitIn | None, *, now: datetime) -> UnitIn | None:
    return validation.check_unit(unit, now) if unit and (unit.code or unit.name) else None


def _amount(amount: Decimal | None) -> Decimal | None:
    if amount is None:
        return None
    if not amount.is_finite():
        raise Unacceptable("amount", "not_finite")
    if amount < 0:
        raise Unacceptable("amount", "negative")
    if amount > MAX_AMOUNT:
        raise Unacceptable("amount", "too_great", MAX_AMOUNT)
    return amount


def _points(points: int | None) -> int | None:
    if points is None:
        return None
    if points < 0:
        raise Unacceptable("points", "negative")
    if points > MAX_AMOUNT:
        raise Unacceptable("points", "too_great", MAX_AMOUNT)
    return points


def _note(note: str | None) -> str | None:
    return validation.check_name(note, "note", MAX_NOTE) if note else None
