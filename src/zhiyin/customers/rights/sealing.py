"""Seals what requests and consents hold of a person; a token opens only for its row."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.conf import settings

from zhiyin.customers.models import Consent, RightsRequest
from zhiyin.engine import open_engine
from zhiyin.engine.sealed import SealedStore
from zhiyin.engine.vault import Vault
from zhiyin.people.sealed_columns import SealedColumn

_TOKEN_BYTES = 16
_CODE_PURPOSE = "rights-code"


def seal_words(text: str, *, number: str, part: str) -> bytes | None:
    """The words of a request, encrypted; None for none. `part` is `words` or `contact`."""
    return vault().encrypt(text.encode("utf-8", "replace"), context=_request(number, part)) if text else None


def open_words(sealed: bytes | memoryview[int] | None, *, number: str, part: str) -> str:
    """What was sealed; empty for none.

    Raises:
        TokenUnreadable: it was damaged, or is another request's.
    """
    return vault().decrypt(bytes(sealed), context=_request(number, part)).decode() if sealed else ""


def seal_proof(text: str, *, key: str) -> bytes | None:
    """What proves a consent, encrypted for its identity; None for none."""
    return vault().encrypt(text.encode("utf-8", "replace"), context=_consent(key)) if text else None


def open_proof(sealed: bytes | memoryview[int] | None, *, key: str) -> str:
    """What was sealed; empty for none."""
    return vault().decrypt(bytes(sealed), context=_consent(key)).decode() if sealed else ""


def make_token() -> str:
    """128 random bits, fit for an address or a cookie."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def hash_token(token: str) -> str:
    """What is kept of a token; it has 128 random bits, so that nothing slower is needed."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def hash_code(code: str, *, handle: str) -> str:
    """What is kept of a six-digit code: only with the installation's key can it be tried."""
    return vault().blind_index(f"{handle}\0{code}", purpose=_CODE_PURPOSE).hex()


def is_same(one: str, other: str) -> bool:
    """Whether two hashes agree, at one speed."""
    return hmac.compare_digest(one, other)


def vault() -> Vault:
    """The installation's."""
    return open_engine(settings.HOME).vault


def list_sealed_here() -> list[SealedStore]:
    """Where words, contacts and proofs are kept, for the rotation of the keys."""
    return [
        SealedColumn(
            model=RightsRequest,
            column="words_sealed",
            needs=("number",),
            context=lambda row: _request(str(row["number"]), "words"),
        ),
        SealedColumn(
            model=RightsRequest,
            column="contact_sealed",
            needs=("number",),
            context=lambda row: _request(str(row["number"]), "contact"),
        ),
        SealedColumn(
            model=Consent,
            column="proof_sealed",
            needs=("key",),
            context=lambda row: _consent(str(row["key"])),
        ),
    ]


def _request(number: str, part: str) -> bytes:
    return f"rights-{part}\0{number}".encode()


def _consent(key: str) -> bytes:
    return b"rights-proof\0" + key.encode()
