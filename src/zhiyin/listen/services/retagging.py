"""Re-tagging of stored voices: a job that a worker or the command line runs, and where it stands."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from zhiyin.engine import Engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.engine.protocols import BatchRunner
from zhiyin.engine.runner import make_runner
from zhiyin.errors import Conflict
from zhiyin.listen.facts import FEEDBACK
from zhiyin.listen.models import BackgroundJob, VersionInForce
from zhiyin.listen.pipeline.retagging import (
    OnProgress,
    Target,
    TargetChanged,
    Watchers,
    retag,
)
from zhiyin.listen.pipeline.stage import drop_stage
from zhiyin.listen.services.jobs.kinds import UNFINISHED, JobKind
from zhiyin.listen.services.jobs.runner import hold_job
from zhiyin.listen.services.jobs.table import JobCancelled, Progress, make_table_kind, start_job
from zhiyin.listen.services.learning.in_use import get_model_file
from zhiyin.listen.services.taxonomy import TaxonomyWatch, get_taxonomy, read_taxonomy_text
from zhiyin.listen.services.version_in_force import hold, let_go
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission
from zhiyin.people.services.audit import record_event
from zhiyin.understand.batches import make_batch_function
from zhiyin.understand.label import model_label
from zhiyin.understand.polarity import load_polarity

KIND = "retagging"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetaggingState:
    """A re-tagging that waits or runs: figures are of the version `shown` until all are of `wanted`."""

    job_id: int
    share: float
    shown: str
    wanted: str


def submit_retagging(*, by: Actor = SYSTEM) -> BackgroundJob:
    """The job that makes stored voices understood by the chosen taxonomy; the open one, if there is one.

    To be called in the transaction that chooses the taxonomy: arriving voices keep the old one from
    here until the facts have changed.
    """
    with transaction.atomic():
        account = Account.objects.filter(pk=by.id).first() if by.kind == "account" else None
        job = start_job(KIND, by=account)
        hold(job, engine=open_engine(settings.HOME))
        record_event("retagging.started", by=by, target=("job", job.pk))
    return job


def find_retagging() -> RetaggingState | None:
    """The re-tagging that is open. One query, two while there is one."""
    job = BackgroundJob.objects.filter(kind=KIND, status__in=UNFINISHED).first()
    if job is None:
        return None
    shown = VersionInForce.objects.values_list("label", flat=True).first()
    return RetaggingState(
        job_id=job.pk,
        share=min(1.0, job.n_done / job.n_total) if job.n_total else 0.0,
        shown=shown or "",
        wanted=get_taxonomy().taxonomy.label,
    )


def count_other_versions(engine: Engine) -> int:
    """How many current voices are not understood by the chosen taxonomy. Reads two columns of all."""
    if FEEDBACK.name not in engine.lake.tables():
        return 0
    with engine.lake.connect(FEEDBACK.name) as connection:
        row = connection.execute(
            "SELECT count(*) FROM feedback WHERE is_current AND taxonomy IS DISTINCT FROM ?",
            [get_taxonomy().taxonomy.label],
        ).fetchone()
    return int(row[0]) if row else 0


def retag_stored(
    *, home: Home, on_progress: OnProgress = lambda done, total: None, n_processes: int | None = None
) -> int:
    """Does the work until facts and choice agree; returns how many versions of voices it made again.

    `n_processes` analyse, one a core if not given.

    Raises:
        Conflict: the disk has too little space. Whatever `on_progress` raises.
    """
    engine = open_engine(home)
    runner = make_runner(n_processes or os.cpu_count() or 1)
    try:
        while True:
            run = _Run(engine, home=home, runner=runner)
            with suppress(TargetChanged):
                n_voices = run.go(on_progress)
                if run.is_wanted():
                    return n_voices
    finally:
        runner.close()


class _Run:
    """One run to the taxonomy that is chosen when it begins."""

    def __init__(self, engine: Engine, *, home: Home, runner: BatchRunner) -> None:
        self._engine = engine
        self._home = home
        self._runner = runner
        self._watch = TaxonomyWatch()
        self._taxonomy, self._text = get_taxonomy().taxonomy, read_taxonomy_text()
        self._model = get_model_file()
        self._is_wanted = True

    def is_wanted(self) -> bool:
        """Whether nobody chose another one, or another model, since. Two small queries."""
        is_same = self._watch.find_new() is None and get_model_file() == self._model
        self._is_wanted = self._is_wanted and is_same
        return self._is_wanted

    def go(self, on_progress: OnProgress) -> int:
        watchers = Watchers(on_progress=on_progress, on_switch=self._note_switch, is_wanted=self.is_wanted)
        return retag(self._engine, self._target(), runner=self._runner, watchers=watchers)

    def _target(self) -> Target:
        digest = hashlib.sha256(repr(self._taxonomy).encode()).hexdigest()
        return Target(
            key=f"{model_label((self._model or load_polarity()).version)} {self._taxonomy.label} {digest}",
            make=partial(
                make_batch_function,
                taxonomy=self._taxonomy,
                model=self._model,
                private_patterns=settings.PRIVATE_PATTERNS,
            ),
        )

    def _note_switch(self) -> None:
        let_go(self._taxonomy, text=self._text)


def retag_here(*, home: Home, on_progress: OnProgress, by: Actor = SYSTEM) -> int:
    """As a worker does it, in this process; returns how many versions of voices were made again.

    Interrupted, it leaves the job open: called again, or by a worker, it goes on where it stood.

    Raises:
        Conflict: a worker is at it, somebody cancelled it, or the disk has too little space.
    """
    job = submit_retagging(by=by)
    with hold_job(home, kind=KIND, job_id=job.pk) as lock:
        if lock is None:
            raise Conflict("A running server re-tags already.", next_step="See its page of jobs.")
        _make_kind(on_progress).run(job.pk, home)
    job.refresh_from_db()
    if job.status != BackgroundJob.Status.DONE:
        raise Conflict(job.message or "Somebody cancelled it.")
    return int(job.details.get("retagged", 0))


def _make_kind(on_progress: OnProgress = lambda done, total: None) -> JobKind:
    """The kind; its jobs also tell `on_progress` how far they are."""

    def work(*, home: Home, progress: Progress) -> dict[str, int]:
        def tell(done: int, total: int) -> None:
            progress.tell(done, n_total=total)
            on_progress(done, total)

        try:
            n_voices = retag_stored(home=home, on_progress=tell)
        except (JobCancelled, Conflict):
            drop_stage(home)
            raise
        record_event("retagging.done", details={"retagged": n_voices})
        return {"retagged": n_voices}

    return make_table_kind(
        KIND,
        name=_("Re-tagging"),
        icon="tags",
        permission=Permission.TAXONOMY_EDIT,
        work=work,
        figure_names={"retagged": _("Voices re-tagged")},
    )


RETAGGING_KIND = _make_kind()
