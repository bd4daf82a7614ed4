"""Makes channels: the built-in ones, and those that a voice names first."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import msgspec
from django.db import transaction

from zhiyin.errors import InvalidInput
from zhiyin.listen.models import Channel
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.services.audit import record_event

DEFAULT_CHANNEL = "other"
MAX_NAME = 100


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


def change_channel(channel: Channel, *, name_zh: str, name_en: str, kind: str, by: Actor = SYSTEM) -> None:
    """Gives it other names or another kind; having been looked at by a person, it needs no review any more.

    Raises:
        InvalidInput: a name is empty or too long, or there is no such kind.
    """
    for field, name in (("name_zh", name_zh), ("name_en", name_en)):
        if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
            raise InvalidInput(f"A name has 1 to {MAX_NAME} signs.", next_step="Correct it.", field=field)
    if kind not in channel_kinds():
        raise InvalidInput("There is no such kind of channel.", field="kind")
    channel.name_zh, channel.name_en, channel.kind = name_zh.strip(), name_en.strip(), kind
    channel.needs_review = False
    with transaction.atomic():
        channel.save(update_fields=["name_zh", "name_en", "kind", "needs_review"])
        record_event("channel.changed", by=by, target=("channel", channel.code), details={"kind": kind})


def switch_channel(channel: Channel, *, is_active: bool, by: Actor = SYSTEM) -> None:
    """Shows it among the channels, or no longer; voices that arrive through it are kept either way."""
    with transaction.atomic():
        changed = Channel.objects.filter(pk=channel.pk).exclude(is_active=is_active)
        if changed.update(is_active=is_active):
            action = "channel.switched_on" if is_active else "channel.switched_off"
            record_event(action, by=by, target=("channel", channel.code))
    channel.is_active = is_active


@cache
def channel_kinds() -> frozenset[str]:
    """Codes of the kinds of channel."""
    text = files("zhiyin.listen").joinpath("data/channel_kinds.yaml").read_bytes()
    return frozenset(msgspec.yaml.decode(text, type=dict[str, dict[str, str]]))


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
