"""What a kind of destination is: its limits, its retries, its address, and how it sends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from zhiyin.insight.delivery.answers import Answer
from zhiyin.insight.delivery.letters import Address, Letter
from zhiyin.insight.delivery.outside import Outside

PEOPLE_RETRY_SECONDS = (5.0, 30.0, 120.0, 600.0, 1800.0, 7200.0, 21600.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most `n` requests within any `seconds`."""

    n: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One product that takes messages.

    `check` gives back the address made clean or raises InvalidInput with its field; `show` says of it what
    may be shown. `send` touches no database. `is_digested`: people read it, so a flood becomes one message.
    `avoids_half_hours`: the product asks not to be written to at :00 and :30.
    """

    code: str
    limits: tuple[Limit, ...]
    check: Callable[[Address], Address]
    show: Callable[[Address], str]
    send: Callable[[Address, Letter, Outside], Answer]
    retry_seconds: tuple[float, ...] = PEOPLE_RETRY_SECONDS
    is_digested: bool = True
    avoids_half_hours: bool = False
