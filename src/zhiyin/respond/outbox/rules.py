"""What a channel allows an answer to be, from `channels.toml`, and what of it a text breaks."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

import msgspec

from zhiyin.listen.queries import list_channels

_FILE = Path(__file__).parent / "channels.toml"
# As long as any answer may be, wherever it goes.
MAX_SIGNS = 5_000
_MARKDOWN = re.compile(
    r"\*\*[^*\n]{1,200}\*\*|^#{1,6} |^\* |\[[^\]\n]{1,200}\]\(|`[^`\n]{1,200}`", re.MULTILINE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRule:
    """What one channel allows. 0 where no limit is known; `hours` run from the customer's words on."""

    code: str
    is_public: bool
    max_signs: int = 0
    max_bytes: int = 0
    hours: int = 0
    max_messages: int = 0
    source: str = ""
    checked: date | None = None

    @property
    def limit(self) -> int:
        """The most that a text may count, in signs or, with `counts_bytes`, in bytes."""
        return self.max_bytes or self.max_signs or MAX_SIGNS

    @property
    def counts_bytes(self) -> bool:
        """Whether the channel counts bytes: a Chinese sign has three."""
        return bool(self.max_bytes)

    def count(self, text: str) -> int:
        """How long the text is, as the channel counts."""
        return len(text.encode("utf-8", "replace")) if self.counts_bytes else len(text)

    def ends_at(self, *, said_at: datetime) -> datetime | None:
        """Until when an answer is taken; None where there is no end."""
        return said_at + timedelta(hours=self.hours) if self.hours else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToAnswer:
    """Which voices wait for an answer, and for how long they may."""

    kinds: frozenset[str]
    but_not: frozenset[str]
    hours: tuple[int, ...]
    days: int


class Breach(StrEnum):
    """What of a rule an answer breaks."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_LATE = "too_late"


def find_rule(channel: str, *, source: str = "", kind: str = "") -> ChannelRule:
    """The rule of the channel or, nearer to the matter, of the source; without one a rule without limits.

    Such a rule is public for channels whose `kind` is, so that a risky answer is read before it is seen.
    """
    by_code = _rules()
    known = by_code.get(source.casefold()) or by_code.get(channel.casefold())
    return known or ChannelRule(code=channel, is_public=(kind or kind_of(channel)) == "public")


def find_breaches(rule: ChannelRule, text: str, *, said_at: datetime, now: datetime) -> list[Breach]:
    """What the rule has against the text, at `now`, for words of the customer said at `said_at`."""
    found = []
    if not text.strip():
        found.append(Breach.EMPTY)
    if rule.count(text.strip()) > rule.limit:
        found.append(Breach.TOO_LONG)
    end = rule.ends_at(said_at=said_at)
    if end is not None and now > end:
        found.append(Breach.TOO_LATE)
    return found


def has_markdown(text: str) -> bool:
    """Whether the text holds marks that plain text shows as they are: bold, headings, lists, links, code."""
    return _MARKDOWN.search(text) is not None


def kind_of(channel: str) -> str:
    """The kind of a channel in use; empty for an unknown one. One query."""
    return next((one.kind for one in list_channels() if one.code == channel), "")


def to_answer() -> ToAnswer:
    """Which voices wait for an answer."""
    told = msgspec.convert(_told(), type=_Told)
    return ToAnswer(
        kinds=told.kinds_to_answer,
        but_not=told.not_to_answer,
        hours=told.hours_to_answer,
        days=told.days_looked_back,
    )


class _Told(msgspec.Struct, frozen=True, kw_only=True):
    """The head of the file."""

    kinds_to_answer: frozenset[str]
    not_to_answer: frozenset[str]
    hours_to_answer: tuple[int, ...]
    days_looked_back: int


class _Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table of the file."""

    codes: tuple[str, ...]
    is_public: bool
    max_signs: int = 0
    max_bytes: int = 0
    hours: int = 0
    max_messages: int = 0
    source: str = ""
    checked: date | None = None


@cache
def _told() -> dict[str, object]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@cache
def _rules() -> dict[str, ChannelRule]:
    tables = {
        name: msgspec.convert(told, type=_Rule) for name, told in _told().items() if isinstance(told, dict)
    }
    return {
        code: ChannelRule(
            code=name,
            is_public=told.is_public,
            max_signs=told.max_signs,
            max_bytes=told.max_bytes,
            hours=told.hours,
            max_messages=told.max_messages,
            source=told.source,
            checked=told.checked,
        )
        for name, told in tables.items()
        for code in told.codes
    }
