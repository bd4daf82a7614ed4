"""Signatures of proofs: whoever holds a proof can show others that this installation gave it."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from zhiyin.customers.models import RightsRequest
from zhiyin.customers.rights.requests import proof_document
from zhiyin.customers.rights.sealing import vault
from zhiyin.errors import Conflict, InvalidInput

ALGORITHM = "Ed25519"
MAX_BYTES = 64 * 1024
# What is signed begins with this, so that no other text that the key may sign one day is taken for a proof.
HEAD = b"zhiyin rights proof 1\n"
_KEY_PURPOSE = "rights-proof-1"
_KEY_BYTES = 32


class SignedProof(msgspec.Struct, frozen=True, kw_only=True):
    """The file: `document` is the proof's text to the byte, `key` and `signature` are Base64."""

    document: str
    algorithm: str
    key: str
    signature: str


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a proof says; times as ISO 8601."""

    number: str
    kind: str
    regime: str
    status: str
    received_at: str
    due_at: str
    checked_how: str
    ended_at: str | None = None
    proof: dict[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """Whether the signature is of the key, and what the proof says."""

    is_genuine: bool
    told: Told
    sha256: str


def public_key() -> str:
    """The public key of this installation, Base64 of 32 bytes; it stays the same."""
    return base64.b64encode(_signing_key().public_key().public_bytes_raw()).decode()


def sign_proof(request: RightsRequest) -> SignedProof:
    """The proof of an ended request, signed; the same each time.

    Raises:
        Conflict: the request has not ended, or what is kept of it is not what it ended with.
    """
    document = proof_document(request)
    if request.ended_at is None:
        raise Conflict("The request has not ended.", next_step="Answer it first.")
    if hashlib.sha256(document).hexdigest() != request.proof_hash:
        raise Conflict(
            "What is kept of this request is not what it ended with, so it is not signed.",
            next_step="Compare it with the audit trail and a backup.",
        )
    return SignedProof(
        document=document.decode(),
        algorithm=ALGORITHM,
        key=public_key(),
        signature=base64.b64encode(_signing_key().sign(HEAD + document)).decode(),
    )


def write_signed(proof: SignedProof) -> bytes:
    """The file's bytes."""
    return msgspec.json.format(msgspec.json.encode(proof), indent=1) + b"\n"


def verify_proof(content: bytes, *, key: str) -> Verified:
    """Whether the file was signed by the key (Base64). The key that the file itself names proves nothing.

    Raises:
        InvalidInput: the file is no signed proof, or the key is none.
    """
    if len(content) > MAX_BYTES:
        raise _no_proof()
    try:
        proof = msgspec.json.decode(content, type=SignedProof)
        document = proof.document.encode()
        told = msgspec.json.decode(document, type=Told)
        signature = base64.b64decode(proof.signature, validate=True)
    except (msgspec.MsgspecError, UnicodeError, binascii.Error, RecursionError):
        raise _no_proof() from None
    try:
        _read_key(key).verify(signature, HEAD + document)
    except InvalidSignature:
        is_genuine = False
    else:
        is_genuine = proof.algorithm == ALGORITHM
    return Verified(is_genuine=is_genuine, told=told, sha256=hashlib.sha256(document).hexdigest())


def _signing_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(vault().derive_key(_KEY_PURPOSE))


def _read_key(text: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(
            base64.b64decode(text.strip(), validate=True)[: _KEY_BYTES + 1]
        )
    except (binascii.Error, ValueError):
        raise InvalidInput("The key is no Ed25519 public key in Base64.", field="key") from None


def _no_proof() -> InvalidInput:
    return InvalidInput(
        "This file is no signed proof.",
        next_step="Give the file that the proof was handed over as.",
        field="file",
    )
