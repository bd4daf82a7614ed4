"""Jobs that need no table of their own: rows of `BackgroundJob`, run by a function."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from django.db.models import F, QuerySet
from django.utils import timezone

from zhiyin.engine.home import Home
from zhiyin.errors import Conflict, InvalidInput
from zhiyin.listen.errors import JobEnded
from zhiyin.listen.models import BackgroundJob
from zhiyin.listen.services.jobs.kinds import UNFINISHED, JobFigure, JobKind, JobView, name_of
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_SAVE_SECONDS = 0.5


class JobCancelled(Exception):
    """Somebody asked the job to stop."""


class Progress:
    """How a job tells where it stands, and learns that it was cancelled."""

    def __init__(self, job_id: int) -> None:
        self._job_id = job_id
        self._saved = 0.0

    def tell(self, n_done: int, *, n_total: int | None) -> None:
        """Writes the counts down about twice a second.

        Raises:
            JobCancelled: somebody cancelled the job.
        """
        if time.monotonic() - self._saved < _SAVE_SECONDS and n_done != n_total:
            return
        self._saved = time.monotonic()
        running = BackgroundJob.objects.filter(pk=self._job_id, status=BackgroundJob.Status.RUNNING)
        if not running.update(n_done=n_done, n_total=n_total):
            raise JobCancelled


class TableWork(Protocol):
    """The work of a job; what it returns is kept as `details` and shown as figures."""

    def __call__(self, *, home: Home, progress: Progress) -> dict[str, int]:
        """Raises: JobCancelled when told so; InvalidInput or Conflict if it cannot be done at all."""
        ...


def make_table_kind(
    code: str,
    *,
    name: StrPromise | str,
    icon: str,
    permission: Permission,
    work: TableWork,
    figure_names: dict[str, StrPromise | str],
) -> JobKind:
    """A kind whose jobs are rows of `BackgroundJob`; `figure_names` are those of the results."""

    def view(job: BackgroundJob) -> JobView:
        return _view(job, name=name, figure_names=figure_names)

    return JobKind(
        code=code,
        name=name,
        icon=icon,
        permission=permission,
        find=lambda job_id: next(map(view, _jobs(code).filter(pk=job_id)), None),
        list_recent=lambda limit: [view(job) for job in _jobs(code).order_by("-pk")[:limit]],
        list_open=lambda: [*_open(code).order_by("pk").values_list("pk", flat=True)],
        n_starts=lambda job_id: _jobs(code).get(pk=job_id).n_starts,
        run=lambda job_id, home: _run(job_id, home=home, work=work),
        cancel=_cancel,
        give_up=lambda job_id, message: _end(job_id, "failed", message=message),
    )


def start_job(kind: str, *, by: Account | None) -> BackgroundJob:
    """The job of that kind that waits or runs already, else a new one that waits for a worker."""
    job = _open(kind).first()
    return job or BackgroundJob.objects.create(kind=kind, started_by=by)


def _jobs(kind: str) -> QuerySet[BackgroundJob]:
    return BackgroundJob.objects.select_related("started_by").filter(kind=kind)


def _open(kind: str) -> QuerySet[BackgroundJob]:
    return BackgroundJob.objects.filter(kind=kind, status__in=UNFINISHED)


def _run(job_id: int, *, home: Home, work: TableWork) -> None:
    begun = BackgroundJob.objects.filter(pk=job_id, status__in=UNFINISHED)
    if not begun.update(status=BackgroundJob.Status.RUNNING, n_starts=F("n_starts") + 1):
        return
    try:
        details = work(home=home, progress=Progress(job_id))
    except JobCancelled:
        return
    except (InvalidInput, Conflict) as error:
        _end(job_id, "failed", message=str(error))
        return
    except BaseException:
        BackgroundJob.objects.filter(pk=job_id, status=BackgroundJob.Status.RUNNING).update(
            status=BackgroundJob.Status.INTERRUPTED
        )
        raise
    BackgroundJob.objects.filter(pk=job_id).update(details=details)
    _end(job_id, "done")


def _end(job_id: int, status: str, *, message: str = "") -> None:
    BackgroundJob.objects.filter(pk=job_id, status__in=UNFINISHED).update(
        status=status, message=message, ended_at=timezone.now()
    )


def _cancel(job_id: int) -> None:
    n_updated = BackgroundJob.objects.filter(pk=job_id, status__in=UNFINISHED).update(
        status=BackgroundJob.Status.CANCELLED, ended_at=timezone.now()
    )
    if not n_updated:
        raise JobEnded("The job has ended already.")


def _view(
    job: BackgroundJob, *, name: StrPromise | str, figure_names: dict[str, StrPromise | str]
) -> JobView:
    return JobView(
        kind=job.kind,
        id=job.pk,
        name=name,
        status=job.status,  # type: ignore[arg-type] # the column's choices are the same names
        share=job.n_done / job.n_total if job.n_total else None,
        n_done=job.n_done,
        n_total=job.n_total,
        figures=[
            JobFigure(name=title, n=int(job.details[key]))
            for key, title in figure_names.items()
            if key in job.details
        ],
        per_second=None,
        seconds_spent=((job.ended_at or timezone.now()) - job.created_at).total_seconds(),
        seconds_left=None,
        message=job.message,
        owner_id=job.started_by_id,
        owner=name_of(job.started_by),
        created_at=job.created_at,
        ended_at=job.ended_at,
    )
