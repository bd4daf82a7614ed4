"""Remembers answers by `Idempotency-Key`, so that a repeated request is answered, not repeated."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from zhiyin.errors import Conflict, InvalidInput
from zhiyin.listen.models import IdempotencyRecord

KEPT = timedelta(hours=48)
# A request that died with its process; whoever repeats it after this does it again, without harm.
STALE = timedelta(seconds=60)


class StillRunning(Conflict):
    """The first request under this key has not ended."""


class PayloadDiffers(InvalidInput):
    """The key was used for something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was answered: HTTP status and body."""

    status_code: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to carry out a keyed request; `finish_request` or `forget_request` ends it."""

    key_hash: bytes


def begin_request(key: str, *, caller_id: int, payload: bytes, now: datetime) -> Claim | Answer:
    """The right to go on, or what was answered before.

    Raises:
        PayloadDiffers: the key was used for another payload.
        StillRunning: the first request has not ended.
    """
    key_hash = _hash(f"{caller_id}\0{key}".encode())
    fingerprint = _hash(payload)
    record, is_new = IdempotencyRecord.objects.get_or_create(
        key_hash=key_hash, defaults={"fingerprint": fingerprint, "started_at": now}
    )
    if is_new:
        return Claim(key_hash=key_hash)
    if bytes(record.fingerprint) != fingerprint:
        raise PayloadDiffers("This Idempotency-Key was used for another payload.")
    if record.status_code:
        return Answer(status_code=record.status_code, body=zlib.decompress(record.body))
    # Only one of several repetitions may take over what died.
    is_taken = IdempotencyRecord.objects.filter(
        key_hash=key_hash, status_code=0, started_at=record.started_at, started_at__lt=now - STALE
    ).update(started_at=now)
    if not is_taken:
        raise StillRunning("A request with this Idempotency-Key is still running.")
    return Claim(key_hash=key_hash)


def finish_request(claim: Claim, *, answer: Answer) -> None:
    """Remember the answer for `KEPT`."""
    IdempotencyRecord.objects.filter(key_hash=claim.key_hash).update(
        status_code=answer.status_code, body=zlib.compress(answer.body, 1)
    )


def forget_request(claim: Claim) -> None:
    """Let the key be used again, such as after a failure of ours."""
    IdempotencyRecord.objects.filter(key_hash=claim.key_hash, status_code=0).delete()


def drop_old_answers(*, now: datetime) -> int:
    """Delete what was kept long enough; returns how many."""
    return IdempotencyRecord.objects.filter(started_at__lt=now - KEPT).delete()[0]


def _hash(value: bytes) -> bytes:
    return blake2b(value, digest_size=16).digest()
