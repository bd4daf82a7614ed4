"""Takes a file in: read, map, hand to the intake door, note what was refused; resumable at any point."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import msgspec
from django.db import DatabaseError

from zhiyin.engine.home import Home
from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.convert import Converter
from zhiyin.listen.importers.files import open_tables
from zhiyin.listen.importers.rejected import RejectedRows
from zhiyin.listen.importers.tables import Chunk, Table
from zhiyin.listen.models import ImportJob
from zhiyin.listen.services.imports.defaults import defaults_of
from zhiyin.listen.services.imports.delivery import Cancelled, Delivery
from zhiyin.listen.services.imports.jobs import (
    begin_job,
    end_job,
    fail_job,
    hash_file,
    only_import_of,
    open_job,
    save_if_running,
)
from zhiyin.listen.services.imports.plan import first_rows, read_options, settle_plan
from zhiyin.listen.services.imports.report import ImportProgress, ImportReport, ImportRequest, TablePlan
from zhiyin.listen.services.intake import Intake

ReportProgress = Callable[[ImportProgress], None]


def run_import(
    path: Path,
    *,
    intake: Intake,
    home: Home,
    request: ImportRequest | None = None,
    on_progress: ReportProgress | None = None,
    started_by_id: int | None = None,
) -> ImportReport:
    """Takes in every row it can and reports; when it returns, the accepted rows are on disk.

    The same file again adds nothing. An import that was interrupted, by SIGKILL too, goes on where it
    stood when the same file is imported with the same request. Rows that cannot be taken are written
    to `files/rejected/` and never stop the rest. `on_progress` is called about twice a second.

    Raises:
        InvalidInput: the file as a whole is unusable, or the request does not fit it.
        Conflict: another process is importing this file.
        Unavailable: database or log do not answer; import again to go on.
    """
    request = request or ImportRequest()
    with open_tables(path, options=read_options(request)) as tables:
        file_hash = hash_file(path)
        with only_import_of(file_hash, home=home):
            job = open_job(name=path.name, file_hash=file_hash, request=request, started_by_id=started_by_id)
            run = _Run(job, intake=intake, home=home, request=request, on_progress=on_progress)
            return end_run(run, tables=tables, job=job)


def run_job(job: ImportJob, *, path: Path, intake: Intake, home: Home) -> ImportReport | None:
    """Begins or goes on with a job that was handed in by page; None where it was cancelled meanwhile.

    Raises:
        As `run_import`; after `InvalidInput` the job has failed, after anything else it is interrupted.
    """
    request = msgspec.convert(job.options["request"], ImportRequest)
    try:
        with (
            open_tables(path, options=read_options(request), name=job.file_name) as tables,
            only_import_of(job.file_hash, home=home),
        ):
            if not begin_job(job):
                return None
            run = _Run(job, intake=intake, home=home, request=request, on_progress=None)
            return end_run(run, tables=tables, job=job)
    except InvalidInput as error:
        fail_job(job, message=str(error))
        raise


class Run(Protocol):
    """What an import does with the tables of its file."""

    def take(self, tables: Iterator[Table]) -> None:
        """Takes in every table; raises `Cancelled` when told so, `InvalidInput` if none is usable."""
        ...

    def report(self, status: str) -> ImportReport:
        """What was done."""
        ...


def end_run(run: Run, *, tables: Iterator[Table], job: ImportJob) -> ImportReport:
    """Runs to an end, whatever it is, and writes that down."""
    try:
        run.take(tables)
    except Cancelled:
        return run.report("cancelled")
    except InvalidInput as error:
        end_job(job, status=ImportJob.Status.FAILED, message=str(error))
        raise
    except BaseException:
        # What interrupts us matters more than a database that cannot note it: "running" resumes as well.
        with suppress(DatabaseError):
            end_job(job, status=ImportJob.Status.INTERRUPTED)
        raise
    end_job(job, status=ImportJob.Status.DONE)
    return run.report("done")


class _Run:
    """One run over the tables of one file."""

    def __init__(
        self,
        job: ImportJob,
        *,
        intake: Intake,
        home: Home,
        request: ImportRequest,
        on_progress: ReportProgress | None,
    ) -> None:
        self._job = job
        self._request = request
        self._n_to_skip = job.n_rows_done
        self._n_seen = 0
        rejected = RejectedRows(
            home.files / "rejected" / f"import-{job.pk}.csv", n_bytes=int(job.options["rejected_bytes"])
        )
        self._delivery = Delivery(job, intake=intake, rejected=rejected, on_progress=on_progress)
        self._converter = Converter(defaults=defaults_of(request))
        self._plans: list[TablePlan] = []
        self._unusable: list[InvalidInput] = []

    def take(self, tables: Iterator[Table]) -> None:
        """Takes in every table.

        Raises:
            InvalidInput: none of the tables is usable.
        """
        has_rows = False
        for table in tables:
            if table.name in self._request.left_out:
                continue
            has_rows = self._take_table(table) or has_rows
        self._delivery.finish()
        if not self._plans and self._unusable:
            raise self._unusable[0]
        if not has_rows and not self._unusable:
            raise InvalidInput("The file has no rows.", next_step="Export it again, with at least one row.")

    def _take_table(self, table: Table) -> bool:
        """Whether the table had any row, good or bad."""
        sample = Chunk(names=(), rows=[], lines=[]) if table.is_slow else first_rows(table)
        plan = None
        if sample is not None:
            try:
                plan = self._plan(table, sample=sample)
            except InvalidInput as error:
                self._unusable.append(error)
                return True
            self._plans.append(plan)
            self._converter.begin(table, mapping=plan.mapping)
        n_rows = 0
        for chunk in table.chunks():
            n_rows += len(chunk.rows) + len(chunk.bad)
            self._take_chunk(chunk, plan=plan, table=table)
        return n_rows > 0

    def _plan(self, table: Table, *, sample: Chunk) -> TablePlan:
        """The plan that an interrupted run began with, so that rows keep their ids; else a new one."""
        begun = self._job.mapping.get(table.name)
        if begun:
            return msgspec.convert(begun, TablePlan)
        plan = settle_plan(table, sample=sample, request=self._request)
        self._job.mapping[table.name] = msgspec.to_builtins(plan)
        save_if_running(self._job)
        return plan

    def _take_chunk(self, chunk: Chunk, *, plan: TablePlan | None, table: Table) -> None:
        n_rows = len(chunk.rows) + len(chunk.bad)
        self._n_seen += n_rows
        # A chunk without rows only shows how far a slow file is read.
        if n_rows and self._n_seen <= self._n_to_skip:
            if plan is not None:
                self._converter.skip(chunk)
            return
        converted = self._converter.convert(chunk) if plan is not None else None
        self._delivery.send(
            chunk, converted=converted, table=table, source=plan.source if plan else "", n_rows=n_rows
        )

    def report(self, status: str) -> ImportReport:
        """What was done."""
        job = self._job
        rejected = self._delivery.rejected
        return ImportReport(
            job_id=job.pk,
            file_name=job.file_name,
            status="done" if status == "done" else "cancelled",
            n_rows=job.n_rows_done,
            n_accepted=job.n_accepted,
            n_unchanged=job.n_unchanged,
            n_rejected=job.n_rejected,
            n_skipped=min(self._n_to_skip, self._n_seen),
            seconds=self._delivery.seconds,
            rejected_file=rejected.path if rejected.n_bytes else None,
            tables=self._plans,
            unusable=[str(error) for error in self._unusable],
        )
