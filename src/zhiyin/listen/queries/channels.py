"""Reads channels."""

from __future__ import annotations

import msgspec

from zhiyin.listen.models import Channel


class ChannelOut(msgspec.Struct, frozen=True, kw_only=True):
    """One way of speaking to the company; `needs_review` where a voice named it first."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    needs_review: bool


def list_channels() -> list[ChannelOut]:
    """Every active channel by code. Channels are no secret: they need no scope."""
    rows = Channel.objects.filter(is_active=True).order_by("code")
    return [
        ChannelOut(
            code=row.code,
            name_zh=row.name_zh,
            name_en=row.name_en,
            kind=row.kind,
            needs_review=row.needs_review,
        )
        for row in rows
    ]
