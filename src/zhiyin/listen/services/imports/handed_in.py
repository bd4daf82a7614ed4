"""Imports that were handed in by page: submitted, run by a worker, shown as jobs."""

from __future__ import annotations

from contextlib import suppress

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhiyin.engine import open_engine
from zhiyin.engine.home import Home
from zhiyin.errors import NotFound
from zhiyin.listen.models import ImportJob, Upload
from zhiyin.listen.records.importing import import_records_job
from zhiyin.listen.services.imports.jobs import UNFINISHED, cancel_import, fail_job
from zhiyin.listen.services.imports.report import ImportRequest
from zhiyin.listen.services.imports.run import run_job
from zhiyin.listen.services.intake import Intake
from zhiyin.listen.services.jobs.kinds import JobFigure, JobKind, JobView, name_of
from zhiyin.listen.services.uploads import drop_upload, path_of
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.permissions import Permission
from zhiyin.people.services.audit import record_event

KIND = "import"


def submit_import(upload: Upload, *, request: ImportRequest, by: Actor = SYSTEM) -> ImportJob:
    """A job that waits for a worker to take the file in as the request says."""
    with transaction.atomic():
        job = ImportJob.objects.create(
            file_name=upload.file_name,
            file_hash=upload.file_hash,
            mapping={},
            options={"request": msgspec.json.decode(msgspec.json.encode(request)), "rejected_bytes": 0},
            status=ImportJob.Status.WAITING,
            upload=upload,
            started_by=upload.uploaded_by,
        )
        record_event(
            "import.started",
            by=by,
            target=("import", job.pk),
            details={"bytes": upload.n_bytes, "holds": request.holds},
        )
    return job


def run_submitted(job_id: int, home: Home) -> None:
    """Takes the job's file in, from where it stood; when it has ended, the file is dropped.

    Raises:
        InvalidInput: the file is unusable; the job tells why. Conflict: another process imports it.
        Unavailable: database or log do not answer; run it again.
    """
    job = ImportJob.objects.select_related("upload").get(pk=job_id)
    upload = job.upload
    if upload is None:
        return
    engine = open_engine(home)
    try:
        if job.options["request"].get("holds", "voices") != "voices":
            import_records_job(job, path=path_of(upload, home=home), engine=engine)
            return
        run_job(job, path=path_of(upload, home=home), intake=Intake(engine.log, engine.vault), home=home)
    except NotFound as error:
        fail_job(job, message=str(error))
    finally:
        job.refresh_from_db()
        if job.status not in UNFINISHED:
            drop_upload(upload, home=home)


def _cancel(job_id: int) -> None:
    cancel_import(job_id)
    job = ImportJob.objects.select_related("upload").get(pk=job_id)
    if job.upload is not None and not job.n_starts:
        # Nobody has begun with it. Of one under way the worker drops the file when it stops.
        from django.conf import settings

        drop_upload(job.upload, home=settings.HOME)


def _give_up(job_id: int, message: str) -> None:
    with suppress(ImportJob.DoesNotExist):
        fail_job(ImportJob.objects.get(pk=job_id), message=message)


def _list_open() -> list[int]:
    """Those with a file of their own; what the command line began, it goes on with itself."""
    jobs = ImportJob.objects.filter(status__in=UNFINISHED, upload__isnull=False)
    return [*jobs.order_by("pk").values_list("pk", flat=True)]


def _find(job_id: int) -> JobView | None:
    return next(map(_view, ImportJob.objects.select_related("started_by").filter(pk=job_id)), None)


def _list_recent(limit: int) -> list[JobView]:
    return [*map(_view, ImportJob.objects.select_related("started_by").order_by("-pk")[:limit])]


def _view(job: ImportJob) -> JobView:
    spent, share = job.seconds_spent, job.share_read
    is_done = job.status == ImportJob.Status.DONE
    return JobView(
        kind=KIND,
        id=job.pk,
        name=job.file_name,
        status=job.status,  # type: ignore[arg-type] # the column's choices are the same names
        share=1.0 if is_done else share,
        n_done=job.n_rows_done,
        n_total=job.n_rows_done if is_done else None,
        figures=[
            JobFigure(name=_("New or changed"), n=job.n_accepted, tone="good"),
            JobFigure(name=_("Unchanged"), n=job.n_unchanged),
            JobFigure(name=_("Rows refused"), n=job.n_rejected, tone="bad" if job.n_rejected else ""),
        ],
        per_second=job.n_rows_done / spent if spent > 0 else None,
        seconds_spent=spent or ((job.ended_at or timezone.now()) - job.started_at).total_seconds(),
        seconds_left=spent * (1 - share) / share if share and not is_done else None,
        message=job.message,
        owner_id=job.started_by_id,
        owner=name_of(job.started_by),
        created_at=job.started_at,
        ended_at=job.ended_at,
    )


IMPORT_KIND = JobKind(
    code=KIND,
    name=_("Import"),
    icon="file-import",
    permission=Permission.FEEDBACK_IMPORT,
    find=_find,
    list_recent=_list_recent,
    list_open=_list_open,
    n_starts=lambda job_id: ImportJob.objects.values_list("n_starts", flat=True).get(pk=job_id),
    run=run_submitted,
    cancel=_cancel,
    give_up=_give_up,
)
