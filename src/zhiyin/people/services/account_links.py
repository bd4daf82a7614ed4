"""One-time links by which a person sets the own password: invitations, and resets."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from zhiyin.errors import Conflict
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.errors import AccountLinkInvalid
from zhiyin.people.models import Account, AccountLink
from zhiyin.people.models.links import LinkKind
from zhiyin.people.services.accounts import give_password, new_session_stamp
from zhiyin.people.services.audit import record_event
from zhiyin.people.services.keys import hash_secret

# Somebody who is invited may be on holiday; who asked for a new password waits for it.
LIVES: Mapping[LinkKind, timedelta] = {"invitation": timedelta(days=7), "reset": timedelta(days=1)}


def create_account_link(account: Account, *, by: Actor = SYSTEM) -> str:
    """A secret for the address `/join/<secret>/`, good once; earlier ones of the account end.

    An invitation for who has no password yet, else a reset; the old password stays good until then.

    Raises:
        Conflict: the account is shut.
    """
    if not account.is_active:
        raise Conflict("The account is shut.", next_step="Open it again first.")
    kind: LinkKind = "reset" if account.has_usable_password() else "invitation"
    secret = secrets.token_urlsafe(24)
    with transaction.atomic():
        AccountLink.objects.filter(account=account, used_at__isnull=True).delete()
        AccountLink.objects.create(
            account=account,
            kind=kind,
            secret_hash=hash_secret(secret),
            expires_at=timezone.now() + LIVES[kind],
        )
        record_event("account.link_made", by=by, target=("account", account.pk), details={"kind": kind})
    return secret


def get_account_link(secret: str) -> AccountLink:
    """The link, with its account; raises `AccountLinkInvalid` where it cannot be used (any more)."""
    link = _valid_links(secret).select_related("account").first()
    if link is None:
        raise AccountLinkInvalid
    return link


def use_account_link(secret: str, *, password: str, language: str, address: str = "") -> Account:
    """The account, now with this password and reading this language; its sessions end, the link is spent.

    Raises:
        AccountLinkInvalid: unknown, used, expired, or the account is shut.
        WeakPassword: the password breaks a rule; the link is still good.
    """
    with transaction.atomic():
        link = get_account_link(secret)
        # The update is the claim: of two requests with one link only the first changes a row.
        if not _valid_links(secret).update(used_at=timezone.now()):
            raise AccountLinkInvalid
        account = link.account
        give_password(account, password)
        account.language = language
        account.session_stamp = new_session_stamp()
        account.save(update_fields=["password", "language", "session_stamp"])
        actor = Actor.of(account, address=address)
        record_event("account.link_used", by=actor, target=("account", account.pk))
    return account


def _valid_links(secret: str) -> QuerySet[AccountLink]:
    return AccountLink.objects.filter(
        secret_hash=hash_secret(secret),
        used_at__isnull=True,
        expires_at__gt=timezone.now(),
        account__is_active=True,
    )
