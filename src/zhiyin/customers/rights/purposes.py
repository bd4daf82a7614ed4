"""Purposes of contacts: those of the package, and what the installation added or changed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec

from zhiyin.customers.models import ConsentPurpose
from zhiyin.errors import InvalidInput

CHANNELS = ("phone", "sms", "mail", "wechat", "app", "letter")
"""The ways by which a person is contacted; an empty channel of a consent stands for all."""


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """The same in both languages."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The words in `zh…` or English."""
        return self.zh if language.startswith("zh") else self.en


class Shipped(msgspec.Struct, frozen=True, kw_only=True):
    """A purpose as the package brings it, with the first version of its words."""

    code: str
    basis: str
    name: Words
    text: Words


class _File(msgspec.Struct, frozen=True):
    purpose: list[Shipped]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """A purpose in use. `needs_consent` false: contract or law allow it until somebody objects.

    Empty `channels`: all may be used for it.
    """

    code: str
    name: Words
    basis: str
    is_on: bool = True
    channels: tuple[str, ...] = ()

    def uses(self, channel: str) -> bool:
        """Whether somebody may be contacted for it on the channel at all."""
        return not self.channels or channel in self.channels

    @property
    def needs_consent(self) -> bool:
        """Whether nobody may be contacted for it without having agreed."""
        return self.basis == "consent"


@cache
def shipped_purposes() -> dict[str, Shipped]:
    """What the package brings, by code."""
    text = files("zhiyin.customers.rights").joinpath("data/purposes.toml").read_bytes()
    return {one.code: one for one in msgspec.toml.decode(text, type=_File).purpose}


def list_purposes() -> list[Purpose]:
    """All purposes, also those switched off; the package's first. One query."""
    found = {
        one.code: Purpose(code=one.code, name=one.name, basis=one.basis)
        for one in shipped_purposes().values()
    }
    for row in ConsentPurpose.objects.order_by("pk"):
        name = Words(zh=row.name_zh, en=row.name_en)
        channels = tuple(one for one in CHANNELS if one in row.channels)
        found[row.code] = Purpose(
            code=row.code, name=name, basis=row.basis, is_on=row.is_on, channels=channels
        )
    return list(found.values())


def get_purpose(code: str) -> Purpose:
    """The purpose.

    Raises:
        InvalidInput: there is none of this code.
    """
    for one in list_purposes():
        if one.code == code:
            return one
    known = ", ".join(one.code for one in list_purposes())
    raise InvalidInput(f"There is no purpose {code[:40]!r}; there are: {known}.", field="purpose")


def check_channel(channel: str) -> str:
    """The channel, or empty for all.

    Raises:
        InvalidInput: it is neither.
    """
    if channel and channel not in CHANNELS:
        raise InvalidInput(f"The channel must be one of {', '.join(CHANNELS)}, or empty.", field="channel")
    return channel
