"""Keeps what a browser alone may read again: found by a hash of its form's id, sealed under it."""

from __future__ import annotations

from django.conf import settings
from django.utils.crypto import salted_hmac

from zhiyin.engine import open_engine
from zhiyin.engine.sealed import SealedStore
from zhiyin.people.sealed_columns import SealedColumn
from zhiyin.portal.models import Evidence, Submission


def key_of(form_id: str) -> str:
    """What a form is remembered by; the id cannot be found from it."""
    return salted_hmac("portal.form", form_id, algorithm="sha256").hexdigest()


def seal(text: str, *, form_id: str) -> bytes:
    """The text, encrypted; only with the form's id does it open again."""
    return open_engine(settings.HOME).vault.encrypt(text.encode(), context=_context(form_id))


def unseal(token: bytes, *, form_id: str) -> str:
    """What `seal` was given.

    Raises:
        TokenUnreadable: another form's, or damaged.
    """
    return open_engine(settings.HOME).vault.decrypt(token, context=_context(form_id)).decode()


def evidence_context(uuid: object) -> bytes:
    """What the key of a photo or recording is bound to."""
    return f"portal.evidence\0{uuid}".encode()


def list_sealed_here() -> list[SealedStore]:
    """Where this room keeps what it sealed. A receipt opens only with a browser's form id: it times out."""
    return [
        SealedColumn(model=Submission, column="receipt", context=None),
        SealedColumn(
            model=Evidence,
            column="key_sealed",
            needs=("uuid",),
            context=lambda row: evidence_context(row["uuid"]),
        ),
    ]


def _context(form_id: str) -> bytes:
    return b"portal.receipt\0" + form_id.encode()
