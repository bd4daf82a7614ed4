"""Takes photos and recordings in, ties them to the voice they came with, and lets them go again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import IO
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from zhiyin.engine import open_engine
from zhiyin.engine.vault import Vault
from zhiyin.people.models import OrgUnit
from zhiyin.portal.errors import EvidenceNotFound, FileReason, FileRefused
from zhiyin.portal.evidence.kinds import HEAD_BYTES, MAX_BYTES, MAX_PHOTOS, MAX_SOUNDS, recognise
from zhiyin.portal.evidence.photos import clean_jpeg, clean_png, clean_webp
from zhiyin.portal.evidence.sealed_files import drop, make_key, read_sealed, write_sealed
from zhiyin.portal.evidence.sounds import clean_m4a, clean_ogg, clean_wav, clean_webm
from zhiyin.portal.models import Evidence
from zhiyin.portal.services.sealing import evidence_context, key_of
from zhiyin.respond.models import Case

# Whoever gave up a form does not come back to it after a day.
KEPT_UNSENT = timedelta(days=1)
_MOST_SWEPT = 50
_PHOTOS = ("jpeg", "png", "webp")
_CLEANERS: dict[str, Callable[[IO[bytes]], Iterator[bytes]]] = {
    "jpeg": clean_jpeg,
    "png": clean_png,
    "webp": clean_webp,
    "wav": clean_wav,
    "m4a": clean_m4a,
    "ogg": clean_ogg,
    "webm": clean_webm,
}


def keep(file: IO[bytes], *, form_id: str, unit: OrgUnit, wants_photo: bool, now: datetime) -> Evidence:
    """The file, cleaned and encrypted, waiting for its form to be sent; the same again is kept once.

    Raises:
        FileRefused: it is none that we take, damaged, too large, or one too many.
    """
    _sweep(now)
    file.seek(0)
    kind = recognise(file.read(HEAD_BYTES), wants_photo=wants_photo)
    uuid, key, counted = uuid4(), make_key(), _Counted()
    write_sealed(uuid, counted.through(_CLEANERS[kind.code](file)), key=key)
    row = Evidence(
        uuid=uuid,
        form_key=key_of(form_id),
        content_hash=_vault().blind_index(counted.digest, purpose="evidence"),
        unit=unit,
        kind=kind.code,
        n_bytes=counted.n_bytes,
        key_sealed=_vault().encrypt(key, context=evidence_context(uuid)),
        at=now,
    )
    try:
        return _save(row, wants_photo=wants_photo)
    except (FileRefused, IntegrityError):
        drop(uuid)
        raise


def _save(row: Evidence, *, wants_photo: bool) -> Evidence:
    same = Evidence.objects.filter(form_key=row.form_key, content_hash=row.content_hash).first()
    if same is not None:
        drop(row.uuid)
        return same
    of_form = Evidence.objects.filter(form_key=row.form_key)
    of_kind = of_form.filter(kind__in=_PHOTOS) if wants_photo else of_form.exclude(kind__in=_PHOTOS)
    if of_kind.count() >= (MAX_PHOTOS if wants_photo else MAX_SOUNDS):
        raise FileRefused(FileReason.TOO_MANY)
    with transaction.atomic():
        row.save(force_insert=True)
    return row


def list_kept(form_id: str) -> list[Evidence]:
    """What came with the form, the first first."""
    return list(Evidence.objects.filter(form_key=key_of(form_id)).order_by("pk"))


def list_sent(case: Case) -> list[Evidence]:
    """What the customer sent with the case's first words and since, the first first."""
    theirs = Q(case=case) | Q(feedback_id=case.feedback_id) if case.feedback_id else Q(case=case)
    return list(Evidence.objects.filter(theirs).exclude(feedback_id="").order_by("pk"))


def let_go(form_id: str, *, uuid: UUID) -> None:
    """The customer does not want to send this one after all; what was sent stays."""
    _forget(Evidence.objects.filter(form_key=key_of(form_id), uuid=uuid, feedback_id=""))


def tie(form_id: str, *, feedback_id: str, case: Case | None = None) -> int:
    """What came with the form belongs to the voice now; how many they are. Again, it changes nothing."""
    waiting = Evidence.objects.filter(form_key=key_of(form_id), feedback_id="")
    return waiting.update(feedback_id=feedback_id, case=case)


def open_file(evidence: Evidence) -> Iterator[bytes]:
    """The file as it was kept. Raises `EvidenceNotFound` where it is gone, before the first piece."""
    key = _vault().decrypt(bytes(evidence.key_sealed), context=evidence_context(evidence.uuid))
    pieces = read_sealed(evidence.uuid, key=key)
    first = next(pieces, None)
    if first is None:
        raise EvidenceNotFound
    return _with_first(first, pieces)


def erase_evidence(feedback_ids: Sequence[str]) -> None:
    """Let go what came with these voices, and all that was sent to their own cases."""
    about_them = Q(feedback_id__in=feedback_ids) | Q(case__feedback_id__in=feedback_ids)
    _forget(Evidence.objects.filter(about_them))


def _sweep(now: datetime) -> None:
    """What was never sent does not stay."""
    old = Evidence.objects.filter(feedback_id="", at__lt=now - KEPT_UNSENT).order_by("at")
    _forget(Evidence.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:_MOST_SWEPT])))


def _forget(rows: QuerySet[Evidence]) -> None:
    """With the row goes the key: should the process die before the file goes, nobody can read it."""
    with transaction.atomic():
        uuids = list(rows.values_list("uuid", flat=True))
        rows.delete()
        for uuid in uuids:
            transaction.on_commit(partial(drop, uuid))


class _Counted:
    """Counts and hashes what passes, and stops what is too large."""

    def __init__(self) -> None:
        self.n_bytes = 0
        self._hash = hashlib.sha256()

    def through(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """The same pieces."""
        for piece in pieces:
            self.n_bytes += len(piece)
            if self.n_bytes > MAX_BYTES:
                raise FileRefused(FileReason.TOO_LARGE)
            self._hash.update(piece)
            yield piece

    @property
    def digest(self) -> bytes:
        """SHA-256 of all of it."""
        return self._hash.digest()


def _with_first(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _vault() -> Vault:
    return open_engine(settings.HOME).vault
