"""What comes in: `FeedbackIn` as callers send it, `RawItem` as the intake log keeps it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

MAX_TEXT_CHARACTERS = 100_000


class UnitIn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An org unit by code or, where there is none, by name; an unknown one is created for review."""

    code: str | None = None
    name: str | None = None


class IdentityIn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One identifier of the author, such as `phone`, `email`, `wechat_openid`, `member`, `platform_user`."""

    type: str
    value: str
    verified: bool = False


class AuthorIn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Who spoke, as far as known."""

    name: str | None = None
    identities: list[IdentityIn] = []


class RatingIn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A rating with its scale, such as 4 of 5 or 9 on 0 to 10; `worst` is the lowest possible value."""

    value: float
    best: float = 5.0
    worst: float = 1.0


class MediaIn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A link to a picture, sound or film."""

    url: str
    type: str | None = None


class TurnIn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One turn of a conversation; times in seconds from its start."""

    speaker: Literal["customer", "staff", "robot"]
    text: str
    start_seconds: float | None = None
    end_seconds: float | None = None


class ReplyIn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The company's answer where the source carries it."""

    text: str
    at: datetime | None = None


class FeedbackIn(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, forbid_unknown_fields=True
):
    """One voice. `text` or `turns` or `rating` must say something; times without a zone are Beijing's."""

    external_id: str
    text: str = ""
    channel: str | None = None
    source: str | None = None
    occurred_at: datetime | None = None
    touchpoint: str | None = None
    product: str | None = None
    unit: UnitIn | None = None
    author: AuthorIn | None = None
    order_id: str | None = None
    rating: RatingIn | None = None
    media: list[MediaIn] = []
    turns: list[TurnIn] = []
    reply: ReplyIn | None = None
    attributes: dict[str, str | float | bool | None] = {}


class RawItem(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """One item of an intake message (msgpack): the validated `FeedbackIn` as JSON bytes, and its names.

    `key` is the blind index of (source, external id); `feedback_id` was given to that key before the
    message was logged, so that a repetition keeps it.
    """

    feedback_id: str
    key: bytes
    content_hash: bytes
    source: str
    received_at: datetime
    connector: str
    connector_version: str
    payload: bytes
