"""Signing in and out."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import authenticate
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from zhiyin.people.actors import Actor
from zhiyin.people.errors import WrongCredentials
from zhiyin.people.models import Account
from zhiyin.people.queries.accounts import find_account
from zhiyin.people.services.audit import record_event
from zhiyin.people.services.throttle import charge_attempt, forgive_attempt


def check_credentials(
    username: str,
    *,
    password: str,
    address: str,
    request: HttpRequest | None = None,
    now: datetime | None = None,
) -> Account:
    """The active account whose name and password these are. Takes equally long for unknown names.

    Raises:
        TooManyAttempts: failed too often lately, for this name or from this address.
        WrongCredentials: without saying which of the two is wrong.
    """
    now = now or timezone.now()
    charge_attempt(username=username, address=address, now=now)
    account = authenticate(request, username=username, password=password)
    if not isinstance(account, Account):
        known = find_account(username)
        record_event(
            "session.refused",
            by=Actor(kind="visitor", address=address),
            target=("account", known.pk if known else ""),
            outcome="refused",
        )
        raise WrongCredentials
    with transaction.atomic():
        forgive_attempt(username=username, address=address, now=now)
        # Nobody else clears them away, and signing in is rare enough to do it here.
        Session.objects.filter(expire_date__lt=now).delete()
        record_event("session.opened", by=Actor.of(account, address=address), target=("account", account.pk))
    return account


def note_sign_out(account: Account, *, address: str) -> None:
    """Record that the account ended its session."""
    record_event("session.closed", by=Actor.of(account, address=address), target=("account", account.pk))
