"""Training as a job that a worker runs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhiyin.engine import open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.models import BackgroundJob
from zhiyin.listen.services.jobs.kinds import JobView
from zhiyin.listen.services.jobs.table import Progress, make_table_kind, start_job
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission

KIND = "training"


def submit_training(*, by: Account) -> BackgroundJob:
    """The job that trains a candidate; the open one, if there is one."""
    return start_job(KIND, by=by)


def find_training() -> JobView | None:
    """The last training job."""
    return next(iter(TRAINING_KIND.list_recent(1)), None)


def _work(*, home: Home, progress: Progress) -> dict[str, int]:
    # What training needs takes long to load, and pages do without.
    from zhiyin.listen.services.learning.training import train_candidate

    running = BackgroundJob.objects.filter(kind=KIND, status=BackgroundJob.Status.RUNNING)
    job = running.select_related("started_by").first()
    by = Actor.of(job.started_by) if job is not None and job.started_by else SYSTEM
    made = train_candidate(
        open_engine(home), by=by, tell=lambda done, total: progress.tell(done, n_total=total)
    )
    return {"corrections": made.n_corrections, "would_change": made.report["n_changed"]}


TRAINING_KIND = make_table_kind(
    KIND,
    name=_("Training from corrections"),
    icon="school",
    permission=Permission.TAXONOMY_EDIT,
    work=_work,
    figure_names={
        "corrections": _("Corrections learned"),
        "would_change": _("Of the last voices, would be labelled otherwise"),
    },
)
