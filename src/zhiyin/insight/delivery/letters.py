"""What one attempt sends: a stored message made ready for its destination."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from zhiyin.insight.delivery.contract import Attachment


class Address(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What reaches a destination; kept sealed. `keyword` is one that a robot wants in every message."""

    url: str = ""
    secret: str = ""
    keyword: str = ""
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message for one destination. `url` is the whole address of its page, empty where none is known.

    `reference` stays over all attempts; `at` is the moment of this one.
    """

    reference: str
    key: str
    title: str
    text: str
    markdown: str
    url: str
    level: int
    language: str
    created_at: datetime
    at: datetime
    picture: bytes | None = None
    attachments: tuple[Attachment, ...] = ()
