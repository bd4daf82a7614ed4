"""What a record must be to be taken in; what is merely untidy is tidied."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

import msgspec

from zhiyin.listen import validation
from zhiyin.listen.faults import Fault
from zhiyin.listen.items import AuthorIn, IdentityIn, UnitIn
from zhiyin.listen.records.items import InspectionIn, ProductIn, PurchaseIn, RecordIn
from zhiyin.listen.records.kinds import SAMPLE_SOURCE, RecordKind
from zhiyin.listen.records.receivers import last_four
from zhiyin.listen.validation import Unacceptable

MAX_COUNT = 1_000_000_000
_FAR_YEARS = 100


def check_record(record: RecordIn, *, kind: RecordKind, now: datetime) -> RecordIn | Fault:
    """The record, tidied, or the first fault found. `now` is aware; a time without a zone is Beijing's."""
    try:
        changed = _changes(record, kind=kind, now=now)
    except Unacceptable as refusal:
        return refusal.fault
    return msgspec.structs.replace(record, **changed) if changed else record


def _changes(record: RecordIn, *, kind: RecordKind, now: datetime) -> dict[str, object]:
    changed: dict[str, object] = {"external_id": validation.check_external_id(record.external_id)}
    if record.source is not None:
        changed["source"] = validation.check_name(record.source, "source")
        if changed["source"] == SAMPLE_SOURCE:
            raise Unacceptable("source", "reserved")
    for name in kind.names:
        value = getattr(record, name)
        if value is not None:
            changed[name] = validation.check_name(value, name)
    for name in kind.moments:
        value = getattr(record, name)
        if value is not None:
            is_ahead = name in kind.futures
            changed[name] = _future(value, name, now) if is_ahead else validation.check_time(value, name, now)
    for name in kind.figures:
        _check_figure(getattr(record, name), name)
    if record.unit is not None:
        changed["unit"] = _unit(record.unit, now)
    customer: AuthorIn | None = getattr(record, "customer", None)
    if customer is not None:
        changed["customer"] = validation.check_author(customer, now)
    if isinstance(record, ProductIn):
        _name_owner(changed)
    if isinstance(record, PurchaseIn) and record.phone_tail is not None:
        changed["phone_tail"] = _tail(record.phone_tail)
    _check_together(record, changed)
    return {name: value for name, value in changed.items() if value != getattr(record, name)}


def _unit(unit: UnitIn, now: datetime) -> UnitIn | None:
    return validation.check_unit(unit, now) if unit.code or unit.name else None


def _check_figure(value: float | None, name: str) -> None:
    if value is None:
        return
    validation.check_number(value, name)
    if value < 0:
        raise Unacceptable(name, "negative")
    if value > MAX_COUNT:
        raise Unacceptable(name, "too_great", MAX_COUNT)


def _future(value: datetime, field: str, now: datetime) -> datetime:
    """A time that may lie ahead, by a century at most."""
    last_year = now.year + _FAR_YEARS
    if value.year > last_year:
        raise Unacceptable(field, "too_far", last_year)
    return validation.check_time(value, field, max(now, value if value.tzinfo else value.replace(tzinfo=UTC)))


def _tail(text: str) -> str | None:
    """The last four digits; what is covered whole tells nothing."""
    told = validation.check_name(text, "phone_tail")
    if told is None or not told.strip("*＊xX"):
        return None
    tail = last_four(told)
    if tail is None:
        raise Unacceptable("phone_tail", "unreadable_tail")
    return tail


def _name_owner(changed: dict[str, object]) -> None:
    """Whoever has the device is known by its number too, written always the same way."""
    serial = changed.get("serial")
    if not isinstance(serial, str):
        return
    number = "".join(unicodedata.normalize("NFKC", serial).split()).upper()
    customer = changed.get("customer")
    owner = customer if isinstance(customer, AuthorIn) else AuthorIn()
    device = IdentityIn(type="device", value=number)
    identities = [*(one for one in owner.identities if one != device), device]
    changed["serial"] = number
    changed["customer"] = msgspec.structs.replace(owner, identities=identities)


def _check_together(record: RecordIn, changed: dict[str, object]) -> None:
    if isinstance(record, InspectionIn):
        if not changed["item"]:
            raise Unacceptable("item", "missing")
        if record.max_score <= 0 or record.score > record.max_score:
            raise Unacceptable("score", "outside_scale", f"0–{record.max_score:g}")
    if isinstance(record, PurchaseIn):
        ordered, delivered = changed["ordered_at"], changed.get("delivered_at")
        if isinstance(ordered, datetime) and isinstance(delivered, datetime) and delivered < ordered:
            raise Unacceptable("delivered_at", "before_order")
    if isinstance(record, ProductIn) and not changed["product"]:
        raise Unacceptable("product", "missing")
