"""One-time codes by which a customer proves whose phone or mailbox they hold; and the visit that follows."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from zhiyin.customers.models import Identity, OneTimeCode
from zhiyin.customers.rights.sealing import hash_code, hash_token, is_same, make_token, vault
from zhiyin.errors import InvalidInput
from zhiyin.listen.authors import identifier_keys
from zhiyin.listen.identifiers import read_identifier

CODE_MINUTES = 10
VISIT_MINUTES = 30
MAX_TRIES = 5
_DIGITS = 6
_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A code to be sent, and the handle that the browser keeps; neither is stored."""

    handle: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody who has shown whose address they hold. `identity` None: nobody is known by it."""

    key: str
    how: str
    identity: Identity | None


def address_key(kind: str, address: str) -> str:
    """The key of the identity that a `phone` or `email` would be, known or not.

    Raises:
        InvalidInput: it is no phone number or no mail address.
    """
    identifier = read_identifier(kind, address, source="")
    if identifier is None:
        raise InvalidInput("This is no phone number or e-mail address.", field="address")
    return identifier_keys([identifier], vault=vault())[0]


def make_code(key: str, *, kind: str, now: datetime) -> Sent:
    """A fresh code for the address of `key`; older ones no longer work. Whether anybody is known by it
    makes no difference.
    """
    handle, code = make_token(), f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
    with transaction.atomic():
        OneTimeCode.objects.filter(expires_at__lt=now - _KEPT).delete()
        OneTimeCode.objects.filter(address_key=key, session_hash__isnull=True).delete()
        OneTimeCode.objects.create(
            handle_hash=hash_token(handle),
            code_hash=hash_code(code, handle=handle),
            address_key=key,
            key=kind,
            made_at=now,
            expires_at=now + timedelta(minutes=CODE_MINUTES),
        )
    return Sent(handle=handle, code=code)


def is_waiting(handle: str, *, now: datetime) -> bool:
    """Whether a code of this handle may still be tried."""
    return _waiting(handle, now=now).exists()


def try_code(handle: str, code: str, *, now: datetime) -> str | None:
    """A token for the visit, once; None for a wrong code, after five of which none works any more."""
    with transaction.atomic():
        # Counted before it is looked at, so that parallel tries count as well.
        if not _waiting(handle, now=now).update(n_tries=F("n_tries") + 1):
            return None
        row = OneTimeCode.objects.select_for_update().get(handle_hash=hash_token(handle))
        if row.session_hash or not is_same(row.code_hash, hash_code(code.strip(), handle=handle)):
            return None
        token = make_token()
        row.session_hash = hash_token(token)
        row.expires_at = now + timedelta(minutes=VISIT_MINUTES)
        row.save(update_fields=["session_hash", "expires_at"])
        return token


def find_visit(token: str, *, now: datetime) -> Visit | None:
    """The visit of this token; None where it has ended."""
    row = OneTimeCode.objects.filter(session_hash=hash_token(token), expires_at__gt=now).first()
    if row is None:
        return None
    identity = Identity.objects.filter(key=row.address_key).first()
    how = "code_mail" if row.key == "email" else "code_phone"
    return Visit(key=row.address_key, how=how, identity=identity)


def end_visit(token: str) -> None:
    """The token opens nothing any more."""
    OneTimeCode.objects.filter(session_hash=hash_token(token)).delete()


def _waiting(handle: str, *, now: datetime) -> QuerySet[OneTimeCode]:
    return OneTimeCode.objects.filter(
        handle_hash=hash_token(handle), session_hash__isnull=True, expires_at__gt=now, n_tries__lt=MAX_TRIES
    )
