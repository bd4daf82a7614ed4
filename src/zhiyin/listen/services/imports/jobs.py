"""The job rows of imports: started, resumed, kept up to date, stopped."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import msgspec
from django.db.models import F
from django.utils import timezone

from zhiyin.engine.home import Home
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.listen.models import ImportJob
from zhiyin.listen.services.imports.report import ImportRequest

UNFINISHED = (ImportJob.Status.WAITING, ImportJob.Status.RUNNING, ImportJob.Status.INTERRUPTED)
_RESUMABLE = (ImportJob.Status.RUNNING, ImportJob.Status.INTERRUPTED)
_BLOCK = 1024 * 1024


def hash_file(path: Path) -> str:
    """SHA-256 of the contents, in hex: a renamed file is the same file.

    Raises:
        InvalidInput: the file cannot be read.
    """
    digest = sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except (OSError, ValueError):
        raise InvalidInput(
            "The file cannot be read.", next_step="Check the path and its permissions."
        ) from None
    return digest.hexdigest()


@contextmanager
def only_import_of(file_hash: str, *, home: Home) -> Iterator[None]:
    """Holds the file for this process; the system lets go of it even if the process is killed.

    Raises:
        Conflict: another process is importing the same file.
    """
    folder = home.files / "imports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{file_hash[:32]}.lock"
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Conflict(
                "This file is being imported already.", next_step="Wait until it is done."
            ) from None
        yield


def open_job(*, name: str, file_hash: str, request: ImportRequest, started_by_id: int | None) -> ImportJob:
    """The interrupted job of the same file and request, else a new one. Call under `only_import_of`."""
    # By way of JSON, as the database keeps it.
    wish = msgspec.json.decode(msgspec.json.encode(msgspec.structs.replace(request, is_fresh=False)))
    if not request.is_fresh:
        # What was handed in by page is the worker's, which has the file.
        own = ImportJob.objects.filter(file_hash=file_hash, status__in=_RESUMABLE, upload=None)
        for job in own.order_by("-pk")[:20]:
            if job.options.get("request") == wish:
                ImportJob.objects.filter(pk=job.pk).update(status=ImportJob.Status.RUNNING)
                return job
    return ImportJob.objects.create(
        file_name=name[:255],
        file_hash=file_hash,
        mapping={},
        options={"request": wish, "rejected_bytes": 0},
        started_by_id=started_by_id,
    )


def begin_job(job: ImportJob) -> bool:
    """Marks a handed-in job as running; False if it has ended. Call under `only_import_of`."""
    n_updated = ImportJob.objects.filter(pk=job.pk, status__in=UNFINISHED).update(
        status=ImportJob.Status.RUNNING, n_starts=F("n_starts") + 1
    )
    job.refresh_from_db()
    return n_updated == 1


def fail_job(job: ImportJob, *, message: str) -> None:
    """Ends a job that cannot be done, whether or not it was begun."""
    ImportJob.objects.filter(pk=job.pk, status__in=UNFINISHED).update(
        status=ImportJob.Status.FAILED, message=message, ended_at=timezone.now()
    )


def save_if_running(job: ImportJob) -> bool:
    """Writes the counts down; False if someone cancelled the job meanwhile."""
    n_updated = ImportJob.objects.filter(pk=job.pk, status=ImportJob.Status.RUNNING).update(
        mapping=job.mapping,
        options=job.options,
        n_rows_done=job.n_rows_done,
        n_accepted=job.n_accepted,
        n_unchanged=job.n_unchanged,
        n_rejected=job.n_rejected,
        rejected_file=job.rejected_file,
        share_read=job.share_read,
        seconds_spent=job.seconds_spent,
    )
    return n_updated == 1


def end_job(job: ImportJob, *, status: ImportJob.Status, message: str = "") -> None:
    """Sets the final status, unless the job was cancelled."""
    if status != ImportJob.Status.CANCELLED:
        ImportJob.objects.filter(pk=job.pk, status=ImportJob.Status.RUNNING).update(
            status=status, message=message, ended_at=timezone.now()
        )


def cancel_import(job_id: int) -> None:
    """Stops a waiting or running import after the batch at hand; what was taken stays.

    Raises:
        NotFound: no such import.
        Conflict: it has ended already.
    """
    n_updated = ImportJob.objects.filter(pk=job_id, status__in=UNFINISHED).update(
        status=ImportJob.Status.CANCELLED, ended_at=timezone.now()
    )
    if n_updated:
        return
    if not ImportJob.objects.filter(pk=job_id).exists():
        raise NotFound(f"There is no import {job_id}.")
    raise Conflict(f"Import {job_id} has ended already.")
