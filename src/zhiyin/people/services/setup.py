"""The first start: a one-time link makes the first owner."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from zhiyin.people.actors import Actor
from zhiyin.people.errors import AlreadySetUp, SetupTokenInvalid
from zhiyin.people.models import Account, SetupToken
from zhiyin.people.queries.accounts import has_owner
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.audit import record_event
from zhiyin.people.services.keys import hash_secret
from zhiyin.people.services.units import change_unit, ensure_root

LIFE = timedelta(days=1)

on_set_up: list[Callable[[Account], None]] = []
"""Rooms above add what they have ready for the first owner; called once, as the account is made."""


def create_setup_token() -> str:
    """A secret for the address `/setup/<secret>/`, good once, for a day. Earlier ones stay good.

    Raises:
        AlreadySetUp: there is an owner.
    """
    if has_owner():
        raise AlreadySetUp
    SetupToken.objects.filter(expires_at__lt=timezone.now(), used_at__isnull=True).delete()
    secret = secrets.token_urlsafe(24)
    SetupToken.objects.create(secret_hash=hash_secret(secret), expires_at=timezone.now() + LIFE)
    return secret


def use_setup_token(
    secret: str,
    *,
    username: str,
    password: str,
    company: str,
    language: str = "zh-hans",
    time_zone: str | None = None,
    address: str = "",
) -> Account:
    """The first owner, with the company named and in its time zone; the token and all others are spent.

    Raises:
        SetupTokenInvalid: unknown, used or expired.
        AlreadySetUp: there is an owner.
        InvalidInput, WeakPassword: nothing was changed and the token is still good.
    """
    with transaction.atomic():
        # The update is the claim: of two requests with one token only the first changes a row.
        if not _valid_tokens(secret).update(used_at=timezone.now()):
            raise SetupTokenInvalid
        if has_owner():
            raise AlreadySetUp
        account = create_account(username, password=password, language=language)
        actor = Actor.of(account, address=address)
        grant_role(account, role=Role.OWNER, by=actor)
        change_unit(ensure_root(), name=company, time_zone=time_zone, by=actor)
        SetupToken.objects.filter(used_at__isnull=True).delete()
        record_event("installation.set_up", by=actor, target=("account", account.pk))
        for welcome in on_set_up:
            welcome(account)
    return account


def check_setup_token(secret: str) -> None:
    """Nothing where the token may be used.

    Raises:
        SetupTokenInvalid: unknown, used or expired.
    """
    if not _valid_tokens(secret).exists():
        raise SetupTokenInvalid


def _valid_tokens(secret: str) -> QuerySet[SetupToken]:
    return SetupToken.objects.filter(
        secret_hash=hash_secret(secret), used_at__isnull=True, expires_at__gt=timezone.now()
    )
