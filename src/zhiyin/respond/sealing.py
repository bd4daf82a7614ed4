"""What a case holds encrypted: contact, the token of the link, the customer's own words."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from django.conf import settings

from zhiyin.engine import open_engine
from zhiyin.engine.sealed import SealedStore
from zhiyin.engine.vault import Vault
from zhiyin.people.sealed_columns import SealedColumn
from zhiyin.respond.models import Case, CustomerWords, OutgoingAnswer

_TOKEN_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedToken:
    """A fresh token of 128 random bits, as the row keeps it."""

    hash: bytes
    sealed: bytes


def make_token(*, number: str) -> SealedToken:
    """A token for the link of the case of that number."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    return SealedToken(hash=hash_token(token), sealed=seal(token, purpose="token", number=number))


def hash_token(token: str) -> bytes:
    """SHA-256; the token has 128 random bits, so that nothing slower is needed."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def seal(text: str, *, purpose: str, number: str) -> bytes:
    """The text encrypted; it opens only for the same purpose and case."""
    return _vault().encrypt(text.encode("utf-8", "replace"), context=_context(purpose, number))


def unseal(sealed: bytes | memoryview[int], *, purpose: str, number: str) -> str:
    """What was sealed.

    Raises:
        TokenUnreadable: it was damaged, or moved here from elsewhere.
    """
    return _vault().decrypt(bytes(sealed), context=_context(purpose, number)).decode()


def index_phone(last_four: str, *, number: str) -> bytes:
    """The blind index of the last four digits. It differs from case to case, so that rows tell nothing."""
    return _vault().blind_index(f"{number}\0{last_four}", purpose="case-phone")


def list_sealed_here() -> list[SealedStore]:
    """Where this room keeps what it sealed, for the rotation of the keys."""
    return [
        SealedColumn(
            model=Case,
            column="contact_sealed",
            needs=("number",),
            context=lambda row: _context("contact", str(row["number"])),
        ),
        SealedColumn(
            model=Case,
            column="token_sealed",
            needs=("number",),
            context=lambda row: _context("token", str(row["number"])),
        ),
        SealedColumn(
            model=CustomerWords,
            column="sealed",
            needs=("case__number",),
            context=lambda row: _context("words", str(row["case__number"])),
        ),
        SealedColumn(
            model=OutgoingAnswer,
            column="to_sealed",
            needs=("key",),
            context=lambda row: _context("answer", str(row["key"])),
        ),
    ]


def _context(purpose: str, number: str) -> bytes:
    return f"case-{purpose}\0{number}".encode()


def _vault() -> Vault:
    return open_engine(settings.HOME).vault
