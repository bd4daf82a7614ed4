"""Makes channels: the built-in ones, and those that a voice names first."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import msgspec

from zhiyin.listen.models import Channel

DEFAULT_CHANNEL = "other"


class BuiltIn(msgspec.Struct, frozen=True):
    """A channel of `channels.yaml`."""

    code: str
    zh: str
    en: str
    kind: str


def ensure_channels(codes: Iterable[str]) -> None:
    """Make the channels that are not there: built-in ones with their names, others for review."""
    wanted = set(codes)
    lacking = wanted - set(Channel.objects.filter(code__in=wanted).values_list("code", flat=True))
    if lacking:
        # Two processes may meet the same new channel: the second finds it made.
        Channel.objects.bulk_create([_make(code) for code in sorted(lacking)], ignore_conflicts=True)


def ensure_built_in_channels() -> None:
    """Make every channel of the built-in list; harmless when repeated."""
    ensure_channels(built_in_channels())


@cache
def built_in_channels() -> dict[str, BuiltIn]:
    """The channels that every installation begins with, by code."""
    text = files("zhiyin.listen").joinpath("data/channels.yaml").read_bytes()
    return {one.code: one for one in msgspec.yaml.decode(text, type=list[BuiltIn])}


def _make(code: str) -> Channel:
    known = built_in_channels().get(code)
    if known is None:
        return Channel(code=code, name_zh=code, name_en=code, needs_review=True)
    return Channel(code=code, name_zh=known.zh, name_en=known.en, kind=known.kind)
