"""Counts failed sign-ins and holds back whoever tries too many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from zhiyin.people.errors import TooManyAttempts
from zhiyin.people.models import SignInAttempt
from zhiyin.people.models.accounts import normal_username

WINDOW = timedelta(minutes=15)
# Somebody mistyping from one place; one place trying many names; many places trying one name.
# The last is wide, or a stranger could lock anybody out with five requests.
PAIR_LIMIT, ADDRESS_LIMIT, ACCOUNT_LIMIT = 5, 30, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counter:
    """What is counted, hidden by a keyed hash, and how many failures are borne in a window."""

    key: str
    limit: int


def charge_attempt(*, username: str, address: str, now: datetime) -> None:
    """Count an attempt before its password is looked at, so that parallel guesses count as well.

    Raises:
        TooManyAttempts: a limit is reached; the attempt was not counted.
    """
    with transaction.atomic():
        rows = [_locked_row(counter, now) for counter in _counters(username, address)]
        waits = [row.window_started_at + WINDOW - now for row, limit in rows if row.n_failures >= limit]
        if waits:
            raise TooManyAttempts(max(1, round(max(waits).total_seconds())))
        for row, _ in rows:
            row.n_failures += 1
            row.save()


def forgive_attempt(*, username: str, address: str, now: datetime) -> None:
    """Take back the charge of an attempt that was right, and forget what this pair did wrong before."""
    with transaction.atomic():
        rows = [row for row, _ in (_locked_row(counter, now) for counter in _counters(username, address))]
        pair_key = _pair(username, address).key
        for row in rows:
            row.n_failures = 0 if row.key == pair_key else max(0, row.n_failures - 1)
            row.save()
        SignInAttempt.objects.filter(window_started_at__lt=now - 2 * WINDOW).delete()


def _locked_row(counter: _Counter, now: datetime) -> tuple[SignInAttempt, int]:
    SignInAttempt.objects.bulk_create(
        [SignInAttempt(key=counter.key, window_started_at=now)], ignore_conflicts=True
    )
    row = SignInAttempt.objects.select_for_update().get(key=counter.key)
    if row.window_started_at + WINDOW <= now:
        row.n_failures, row.window_started_at = 0, now
    return row, counter.limit


def _counters(username: str, address: str) -> list[_Counter]:
    counters = [
        _pair(username, address),
        _Counter(key=_hidden("address", address), limit=ADDRESS_LIMIT),
        _Counter(key=_hidden("account", normal_username(username)), limit=ACCOUNT_LIMIT),
    ]
    return sorted(counters, key=lambda counter: counter.key)  # one order of locks for everybody


def _pair(username: str, address: str) -> _Counter:
    return _Counter(key=_hidden("pair", f"{normal_username(username)}\0{address}"), limit=PAIR_LIMIT)


def _hidden(kind: str, value: str) -> str:
    value = value.encode("utf-8", "replace").decode()
    return salted_hmac(f"people.throttle.{kind}", value, algorithm="sha256").hexdigest()
