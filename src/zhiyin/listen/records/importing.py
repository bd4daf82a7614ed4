"""Takes a file of records in: read, map, store, note what was refused; resumable at any point."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from zhiyin.engine import Engine
from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.files import open_tables
from zhiyin.listen.importers.mapping import Mapping
from zhiyin.listen.importers.rejected import RejectedRows
from zhiyin.listen.importers.tables import BadRow, Chunk, Table
from zhiyin.listen.models import ImportJob
from zhiyin.listen.receipts import Receipt
from zhiyin.listen.records.columns import guess_columns, has_ids, require_columns
from zhiyin.listen.records.kinds import RecordKind, get_kind
from zhiyin.listen.records.reading import RecordReader
from zhiyin.listen.records.taking import require_source, take_records
from zhiyin.listen.services.imports.delivery import Cancelled
from zhiyin.listen.services.imports.jobs import (
    begin_job,
    fail_job,
    hash_file,
    only_import_of,
    open_job,
    save_if_running,
)
from zhiyin.listen.services.imports.plan import first_rows, read_options
from zhiyin.listen.services.imports.report import ImportProgress, ImportReport, ImportRequest, TablePlan
from zhiyin.listen.services.imports.run import end_run

ReportProgress = Callable[[ImportProgress], None]
# A commit costs the same for ten rows and for ten thousand.
_ROWS_PER_COMMIT = 10_000


def import_records(
    path: Path,
    *,
    request: ImportRequest,
    engine: Engine,
    on_progress: ReportProgress | None = None,
    started_by_id: int | None = None,
) -> ImportReport:
    """Takes in every row it can and reports; when it returns, the accepted rows stand in the lake.

    `request.holds` names the kind, `request.source` the system. The same file again adds nothing; a row
    whose contents changed takes the place of the old one. An import that was interrupted goes on where
    it stood when the same file is imported with the same request.

    Raises:
        InvalidInput: the file as a whole is unusable, or the request does not fit it.
        Conflict: another process is importing this file. Unavailable: the lake does not answer.
    """
    kind = get_kind(request.holds)
    require_source(request.source or "")
    with open_tables(path, options=read_options(request)) as tables:
        file_hash = hash_file(path)
        with only_import_of(file_hash, home=engine.home):
            job = open_job(name=path.name, file_hash=file_hash, request=request, started_by_id=started_by_id)
            run = RecordsRun(job, kind=kind, request=request, engine=engine, on_progress=on_progress)
            return end_run(run, tables=tables, job=job)


def import_records_job(job: ImportJob, *, path: Path, engine: Engine) -> ImportReport | None:
    """Begins or goes on with a job that was handed in by page; None where it was cancelled meanwhile.

    Raises:
        As `import_records`; after `InvalidInput` the job has failed.
    """
    request = msgspec.convert(job.options["request"], ImportRequest)
    try:
        kind = get_kind(request.holds)
        with (
            open_tables(path, options=read_options(request), name=job.file_name) as tables,
            only_import_of(job.file_hash, home=engine.home),
        ):
            if not begin_job(job):
                return None
            run = RecordsRun(job, kind=kind, request=request, engine=engine, on_progress=None)
            return end_run(run, tables=tables, job=job)
    except InvalidInput as error:
        fail_job(job, message=str(error))
        raise


class RecordsRun:
    """One run over the tables of one file."""

    def __init__(
        self,
        job: ImportJob,
        *,
        kind: RecordKind,
        request: ImportRequest,
        engine: Engine,
        on_progress: ReportProgress | None,
    ) -> None:
        self._job = job
        self._kind = kind
        self._request = request
        self._engine = engine
        self._on_progress = on_progress
        self._source = require_source(request.source or "")
        self._rejected = RejectedRows(
            engine.home.files / "rejected" / f"import-{job.pk}.csv",
            n_bytes=int(job.options["rejected_bytes"]),
        )
        self._n_to_skip, self._n_seen = job.n_rows_done, 0
        self._started, self._seconds_before = time.monotonic(), job.seconds_spent
        self._plans: list[TablePlan] = []
        self._unusable: list[InvalidInput] = []
        self._waiting: list[Chunk] = []

    def take(self, tables: Iterator[Table]) -> None:
        """Takes in every table.

        Raises:
            InvalidInput: none of the tables is usable. Cancelled: someone cancelled the job.
        """
        for table in tables:
            if table.name in self._request.left_out:
                continue
            sample = first_rows(table)
            if sample is None:
                continue
            try:
                plan = self._plan(table, sample=sample)
            except InvalidInput as error:
                self._unusable.append(error)
                continue
            self._plans.append(plan)
            self._take_table(table, plan=plan)
        if not self._plans:
            raise (
                self._unusable[0]
                if self._unusable
                else InvalidInput(
                    "The file has no rows.", next_step="Export it again, with at least one row."
                )
            )

    def report(self, status: str) -> ImportReport:
        """What was done."""
        job = self._job
        return ImportReport(
            job_id=job.pk,
            file_name=job.file_name,
            status="done" if status == "done" else "cancelled",
            n_rows=job.n_rows_done,
            n_accepted=job.n_accepted,
            n_unchanged=job.n_unchanged,
            n_rejected=job.n_rejected,
            n_skipped=min(self._n_to_skip, self._n_seen),
            seconds=time.monotonic() - self._started,
            rejected_file=self._rejected.path if self._rejected.n_bytes else None,
            tables=self._plans,
            unusable=[str(error) for error in self._unusable],
        )

    def _plan(self, table: Table, *, sample: Chunk) -> TablePlan:
        """The plan that an interrupted run began with; else the given mapping or a guess."""
        begun = self._job.mapping.get(table.name)
        if begun:
            return msgspec.convert(begun, TablePlan)
        plan = plan_records(table, sample=sample, kind=self._kind, request=self._request)
        has_unit = bool(self._request.unit)
        require_columns(plan.mapping, kind=self._kind, has_unit=has_unit, names=sample.names)
        self._job.mapping[table.name] = msgspec.to_builtins(plan)
        save_if_running(self._job)
        return plan

    def _take_table(self, table: Table, *, plan: TablePlan) -> None:
        reader = RecordReader(kind=self._kind, mapping=plan.mapping, unit=self._request.unit)
        for chunk in table.chunks():
            n_rows = len(chunk.rows) + len(chunk.bad)
            self._n_seen += n_rows
            if n_rows and self._n_seen <= self._n_to_skip:
                reader.skip(chunk)
                continue
            self._waiting.append(chunk)
            if sum(len(one.rows) for one in self._waiting) >= _ROWS_PER_COMMIT:
                self._commit(reader, table=table, mapping=plan.mapping)
        self._commit(reader, table=table, mapping=plan.mapping)

    def _commit(self, reader: RecordReader, *, table: Table, mapping: Mapping) -> None:
        chunks, self._waiting = self._waiting, []
        records = [record for chunk in chunks for record in reader.read(chunk)]
        receipts = take_records(records, kind=self._kind, source=self._source, engine=self._engine)
        start = 0
        for chunk in chunks:
            self._settle(chunk, receipts[start : start + len(chunk.rows)], table=table, mapping=mapping)
            start += len(chunk.rows)
        self._save(table)

    def _settle(self, chunk: Chunk, receipts: list[Receipt], *, table: Table, mapping: Mapping) -> None:
        bad = [*chunk.bad]
        for place, receipt in enumerate(receipts):
            if receipt.fault is not None:
                fault = receipt.fault
                bad.append(
                    BadRow(
                        table=table.name,
                        line=chunk.lines[place],
                        code=fault.code,
                        field=column_of(fault.field, mapping=mapping),
                        values=(fault.limit,),
                        cells=chunk.rows[place],
                    )
                )
        job = self._job
        job.n_rows_done += len(chunk.rows) + len(chunk.bad)
        job.n_accepted += sum(receipt.status == "accepted" for receipt in receipts)
        job.n_unchanged += sum(receipt.status == "unchanged" for receipt in receipts)
        job.n_rejected += len(bad)
        self._rejected.add(sorted(bad, key=lambda row: row.line), names=chunk.names)

    def _save(self, table: Table) -> None:
        job, seconds = self._job, time.monotonic() - self._started
        if self._rejected.n_bytes:
            job.rejected_file = self._rejected.path.name
        job.options["rejected_bytes"] = self._rejected.n_bytes
        job.share_read = table.share_read()
        job.seconds_spent = self._seconds_before + seconds
        if not save_if_running(job):
            raise Cancelled
        if self._on_progress:
            self._on_progress(
                ImportProgress(
                    n_rows=job.n_rows_done,
                    n_accepted=job.n_accepted,
                    n_unchanged=job.n_unchanged,
                    n_rejected=job.n_rejected,
                    rows_per_second=(job.n_rows_done - self._n_to_skip) / max(seconds, 1e-6),
                    share=job.share_read,
                    seconds_left=None,
                )
            )


def plan_records(table: Table, *, sample: Chunk, kind: RecordKind, request: ImportRequest) -> TablePlan:
    """How a table is understood: by the mapping that the request gives, else by a guess.

    Raises:
        InvalidInput: an override does not fit the table.
    """
    given = request.mappings.get(table.name, request.mapping)
    mapping = given or guess_columns(sample, kind=kind, overrides=request.overrides)
    return TablePlan(
        name=table.name,
        kind=table.kind,
        source=request.source or "",
        notes=list(table.notes),
        mapping=mapping,
        origin="given" if given or request.overrides else "guessed",
        problems=[] if has_ids(mapping, kind=kind) else ["no_id"],
    )


def column_of(field: str, *, mapping: Mapping) -> str:
    """The name of the column that a fault's field came from."""
    wanted = "unit_code" if field.startswith("unit") else field
    uses = mapping.columns_of(wanted) or (mapping.columns_of("unit_name") if wanted == "unit_code" else [])
    return uses[0].column if uses else field
