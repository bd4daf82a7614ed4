"""Events as callers send them (`CallIn`), and as the log keeps them (`Event`)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

import msgspec

from zhiyin.listen.items import UnitIn

EventType = Literal["track", "identify", "group", "alias", "page", "screen"]
EVENT_TYPES: tuple[str, ...] = get_args(EventType)

Id = str | int | None


class ContextIn(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What we read of the surroundings of a call: the org unit, what is told of the person."""

    unit: str | UnitIn | None = None
    traits: msgspec.Raw = msgspec.Raw(b"null")


class CallIn(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One call. Fields that we do not know are no mistake: clients send more than we keep."""

    type: str | None = None
    message_id: str | None = None
    user_id: Id = None
    anonymous_id: Id = None
    group_id: Id = None
    previous_id: Id = None
    event: str | None = None
    name: str | None = None
    category: str | None = None
    properties: msgspec.Raw = msgspec.Raw(b"null")
    traits: msgspec.Raw = msgspec.Raw(b"null")
    timestamp: str | None = None
    original_timestamp: str | None = None
    sent_at: str | None = None
    context: ContextIn | None = None
    write_key: str | None = None


class BatchIn(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The body of `/v1/batch`."""

    batch: list[msgspec.Raw]
    sent_at: str | None = None
    context: ContextIn | None = None
    write_key: str | None = None


class Event(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """One good call. `properties` and `traits` are JSON objects as they came, empty where none were sent.

    `event_id` is the keyed hash of (source, messageId); ids that are lacking are empty.
    """

    event_id: str
    type: EventType
    name: str
    user_id: str
    anonymous_id: str
    group_id: str
    previous_id: str
    properties: bytes
    traits: bytes
    unit_id: int | None
    occurred_at: datetime
    received_at: datetime
    source: str
