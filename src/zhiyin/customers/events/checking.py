"""What a call must be to become an event; times are put right for clocks that go wrong."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import uuid4

import msgspec

from zhiyin.customers.events.items import EVENT_TYPES, CallIn, Event, EventType, Id
from zhiyin.engine.vault import Vault
from zhiyin.listen import validation
from zhiyin.listen.faults import Fault
from zhiyin.listen.items import UnitIn
from zhiyin.listen.records.units import find_unit_ids
from zhiyin.listen.tidy import replace_surrogates
from zhiyin.listen.validation import LOCAL_ZONE, Unacceptable

EVENT_PURPOSE = "event"
_MAX_MESSAGE_ID = 200
_A_DAY = timedelta(days=1)
_NOTHING = (b"", b"null", b"{}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sends: the source of the key, the units that it may write for (None: all), and when it came."""

    source: str
    allowed_units: Collection[int] | None
    sent_at: str | None
    now: datetime


def check_calls(calls: Sequence[CallIn | Fault], *, sender: Sender, vault: Vault) -> list[Event | Fault]:
    """An event for each call, in order, or the first fault found. Asks the database where units are named."""
    units = {place: unit for place, call in enumerate(calls) if (unit := _unit_of(call))}
    ids_of = find_unit_ids(units.values()) if units else {}
    checked: list[Event | Fault] = []
    for place, call in enumerate(calls):
        if isinstance(call, Fault):
            checked.append(call)
            continue
        try:
            unit_id = _find_unit(units.get(place), ids_of=ids_of, allowed=sender.allowed_units)
            checked.append(_to_event(call, unit_id=unit_id, sender=sender, vault=vault))
        except Unacceptable as refusal:
            checked.append(refusal.fault)
    return checked


def _to_event(call: CallIn, *, unit_id: int | None, sender: Sender, vault: Vault) -> Event:
    kind = _type(call)
    user, anonymous = _id(call.user_id, "userId"), _id(call.anonymous_id, "anonymousId")
    group, previous = _id(call.group_id, "groupId"), _id(call.previous_id, "previousId")
    if not user and not anonymous:
        raise Unacceptable("userId", "nobody")
    if kind == "group" and not group:
        raise Unacceptable("groupId", "missing")
    if kind == "alias" and not (user and previous):
        raise Unacceptable("previousId" if user else "userId", "missing")
    return Event(
        event_id=_event_id(call, source=sender.source, vault=vault),
        type=kind,
        name=_name(call, kind=kind),
        user_id=user,
        anonymous_id=anonymous,
        group_id=group,
        previous_id=previous,
        properties=_object(call.properties, "properties"),
        traits=_traits(call, kind=kind),
        unit_id=unit_id,
        occurred_at=_occurred_at(call, sender=sender),
        received_at=sender.now,
        source=sender.source,
    )


def _type(call: CallIn) -> EventType:
    if not call.type:
        raise Unacceptable("type", "missing")
    if call.type not in EVENT_TYPES:
        raise Unacceptable("type", "unknown_type", call.type[:40])
    return cast("EventType", call.type)


def _id(value: Id, field: str) -> str:
    if value is None:
        return ""
    return validation.check_name(str(value), field) or ""


def _name(call: CallIn, *, kind: EventType) -> str:
    if kind == "track":
        name = validation.check_name(call.event or "", "event")
        if not name:
            raise Unacceptable("event", "missing")
        return name
    if kind in ("page", "screen"):
        parts = [validation.check_name(part or "", "name") for part in (call.category, call.name)]
        return " ".join(part for part in parts if part)
    return ""


def _traits(call: CallIn, *, kind: EventType) -> bytes:
    """Those of the person, or, of a group, of the group."""
    own = _object(call.traits, "traits")
    if own or kind == "group" or call.context is None:
        return own
    return _object(call.context.traits, "context.traits")


def _object(raw: msgspec.Raw, field: str) -> bytes:
    given = bytes(raw).strip()
    if given in _NOTHING:
        return b""
    if given[:1] != b"{":
        raise Unacceptable(field, "wrong_type", "object")
    try:
        msgspec.json.decode(given)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _mended(given, field)
    except RecursionError:
        raise Unacceptable(field, "too_deep") from None
    return given


def _mended(given: bytes, field: str) -> bytes:
    try:
        mended = json.dumps(json.loads(given), ensure_ascii=False, allow_nan=False)
        return replace_surrogates(mended).encode()
    except RecursionError:
        raise Unacceptable(field, "too_deep") from None
    except ValueError:
        raise Unacceptable(field, "malformed") from None


def _event_id(call: CallIn, *, source: str, vault: Vault) -> str:
    """The keyed hash of (source, messageId); a call without one is told by its content and its time.

    Without either nobody can say whether it was sent before: it counts each time.
    """
    if call.message_id:
        name = validation.check_name(call.message_id, "messageId", _MAX_MESSAGE_ID) or ""
    elif call.timestamp or call.original_timestamp:
        name = "\0" + msgspec.json.encode(msgspec.structs.replace(call, sent_at=None)).decode()
    else:
        name = f"\0\0{uuid4()}"
    return vault.blind_index(f"{source}\0{name}", purpose=EVENT_PURPOSE).hex()


def _occurred_at(call: CallIn, *, sender: Sender) -> datetime:
    """`receivedAt - (sentAt - timestamp)`, so that a sender's wrong clock does not move what it tells.

    Without `sentAt` the time is taken as told. What would lie after its arrival counts as of then.
    """
    field = "originalTimestamp" if call.original_timestamp else "timestamp"
    told = _moment(call.original_timestamp or call.timestamp, field)
    if told is None:
        return sender.now
    sent = _moment(call.sent_at or sender.sent_at, "sentAt")
    if sent is None:
        return validation.check_time(told, field, sender.now)
    age = sent - told
    if age < -_A_DAY:
        raise Unacceptable(field, "too_late")
    try:
        return min(validation.check_time(sender.now - age, field, sender.now), sender.now)
    except OverflowError:
        raise Unacceptable(field, "too_early", validation.FIRST_YEAR) from None


def _moment(text: str | None, field: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Unacceptable(field, "unreadable_date") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL_ZONE)


def _unit_of(call: CallIn | Fault) -> UnitIn | None:
    if isinstance(call, Fault) or call.context is None or not call.context.unit:
        return None
    unit = call.context.unit
    return UnitIn(code=unit) if isinstance(unit, str) else unit


def _find_unit(
    unit: UnitIn | None, *, ids_of: Mapping[UnitIn, int], allowed: Collection[int] | None
) -> int | None:
    if unit is None:
        if allowed is None:
            return None
        if len(allowed) == 1:  # a store's key writes for its store
            return next(iter(allowed))
        raise Unacceptable("context.unit", "missing")
    unit_id = ids_of.get(unit)
    if unit_id is None or (allowed is not None and unit_id not in allowed):
        raise Unacceptable("context.unit", "unknown_unit", (unit.code or unit.name or "")[:100])
    return unit_id
