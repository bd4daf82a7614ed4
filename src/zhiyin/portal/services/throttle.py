"""Counts tries and holds back whoever tries too often; nothing counted can be read back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from django.db import transaction
from django.utils.crypto import salted_hmac

from zhiyin.portal.errors import TooManyTries
from zhiyin.portal.models import PortalTry

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most `most` tries of one kind and value within a window that begins with the first."""

    kind: str
    value: str
    most: int
    window: timedelta

    @property
    def key(self) -> str:
        """Keyed hash of kind and value."""
        value = self.value.encode("utf-8", "replace").decode()
        return salted_hmac(f"portal.throttle.{self.kind}", value, algorithm="sha256").hexdigest()


def speaking(*, link: str, address: str) -> list[Limit]:
    """Limits of sending voices. A whole food court speaks from one address, so both are wide."""
    return [
        *_by_address("speak", address, most=120, window=_HOUR),
        Limit(kind="speak-link", value=link, most=600, window=_HOUR),
    ]


def finding(*, number: str, address: str) -> list[Limit]:
    """Limits of guessing four digits: 30 a day for a number find one in 333, from wherever they come.

    One address has far fewer for one number, so that a stranger can hardly use up its owner's share.
    """
    return [
        *_by_address("find", address, most=60, window=_HOUR),
        *_by_address("find-pair", address, most=6, window=_HOUR, of=number),
        Limit(kind="find-number", value=number, most=30, window=_DAY),
    ]


def opening(*, address: str) -> list[Limit]:
    """Limits of opening wrong links; 128 bits cannot be guessed, but nobody need try all day."""
    return _by_address("open", address, most=60, window=_HOUR)


def coding(*, key: str, address: str) -> list[Limit]:
    """Limits of sending codes: they cost money, and nobody is to be flooded with them."""
    return [
        *_by_address("code", address, most=20, window=_HOUR),
        Limit(kind="code-to-hour", value=key, most=4, window=_HOUR),
        Limit(kind="code-to-day", value=key, most=10, window=_DAY),
    ]


def asking(*, address: str) -> list[Limit]:
    """Limits of trying codes and of sending requests; a code itself bears five tries."""
    return _by_address("ask", address, most=60, window=_HOUR)


def searching(*, address: str) -> list[Limit]:
    """Limits of searching the help pages: people type again and again, machines do not read them out."""
    return _by_address("search", address, most=300, window=_HOUR)


def acting(*, token: str) -> list[Limit]:
    """Limits of what is done with one case."""
    return [Limit(kind="act", value=token, most=40, window=_HOUR)]


def charge(limits: Iterable[Limit], *, now: datetime) -> None:
    """Count a try before it is looked at, so that parallel ones count as well.

    Raises:
        TooManyTries: a limit is reached; the try was not counted.
    """
    with transaction.atomic():
        PortalTry.objects.filter(ends_at__lte=now).delete()
        rows = [(_locked_row(limit, now), limit) for limit in _in_order(limits)]
        waits = [row.ends_at - now for row, limit in rows if row.n_tries >= limit.most]
        if waits:
            raise TooManyTries(max(1, round(max(waits).total_seconds())))
        for row, _ in rows:
            row.n_tries += 1
            row.save(update_fields=["n_tries"])


def check(limits: Iterable[Limit], *, now: datetime) -> None:
    """Nothing where one more try would be borne; counts none.

    Raises:
        TooManyTries: a limit is reached.
    """
    most = {limit.key: limit.most for limit in limits}
    rows = PortalTry.objects.filter(key__in=most, ends_at__gt=now)
    waits = [row.ends_at - now for row in rows if row.n_tries >= most[row.key]]
    if waits:
        raise TooManyTries(max(1, round(max(waits).total_seconds())))


def forgive(limits: Iterable[Limit], *, now: datetime) -> None:
    """Take back the charge of a try that was right."""
    with transaction.atomic():
        for limit in _in_order(limits):
            row = _locked_row(limit, now)
            row.n_tries = max(0, row.n_tries - 1)
            row.save(update_fields=["n_tries"])


def _locked_row(limit: Limit, now: datetime) -> PortalTry:
    PortalTry.objects.bulk_create(
        [PortalTry(key=limit.key, ends_at=now + limit.window)], ignore_conflicts=True
    )
    return PortalTry.objects.select_for_update().get(key=limit.key)


def _in_order(limits: Iterable[Limit]) -> list[Limit]:
    return sorted(limits, key=lambda limit: limit.key)  # one order of locks for everybody


def _by_address(kind: str, address: str, *, most: int, window: timedelta, of: str = "") -> list[Limit]:
    """Nothing where the address is unknown: strangers must not share one limit."""
    if not address:
        return []
    return [Limit(kind=kind, value=f"{of}\0{network_of(address)}", most=most, window=window)]


def network_of(address: str) -> str:
    """The address, or the first 64 bits of an IPv6 one: a household has all of the rest to itself."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(IPv6Address(int(parsed) >> 64 << 64)) if isinstance(parsed, IPv6Address) else str(parsed)
