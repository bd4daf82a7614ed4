"""Hands converted chunks to the intake door, a few commits ahead, and keeps the job's counts."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zhiyin import __version__
from zhiyin.listen.importers.convert import Converted
from zhiyin.listen.importers.rejected import RejectedRows
from zhiyin.listen.importers.tables import BadRow, Chunk, Table
from zhiyin.listen.models import ImportJob
from zhiyin.listen.receipts import Receipt
from zhiyin.listen.services.imports.jobs import save_if_running
from zhiyin.listen.services.imports.report import ImportProgress
from zhiyin.listen.services.intake import Intake, Origin, Submission

_AHEAD = 4
"""Chunks under way at once: reading goes on while the log commits, and memory stays bounded."""
_SAVE_SECONDS = 0.5
_BATCH_ITEMS = 1_000


class Cancelled(Exception):
    """Someone cancelled the job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """A chunk on its way: its submissions, and the rows that were bad before."""

    chunk: Chunk
    converted: Converted | None
    table: Table
    submissions: Sequence[Submission]
    n_rows: int


class Delivery:
    """Sends chunks in order and settles them in order; only what is settled counts as done."""

    def __init__(
        self,
        job: ImportJob,
        *,
        intake: Intake,
        rejected: RejectedRows,
        on_progress: Callable[[ImportProgress], None] | None,
    ) -> None:
        self._job = job
        self._intake = intake
        self.rejected = rejected
        self._on_progress = on_progress
        self._sent: deque[_Sent] = deque()
        self._started = self._saved = time.monotonic()
        self._n_rows_before = job.n_rows_done
        self._seconds_before = job.seconds_spent
        self._share: Callable[[], float | None] = lambda: None

    @property
    def seconds(self) -> float:
        """Since the run began."""
        return time.monotonic() - self._started

    def send(
        self, chunk: Chunk, *, converted: Converted | None, table: Table, source: str, n_rows: int
    ) -> None:
        """Submits the chunk's voices; waits if too many chunks are under way.

        Raises:
            Cancelled: someone cancelled the job.
            Unavailable: database or log do not answer.
        """
        origin = Origin(source=source, connector="file", connector_version=__version__)
        items = converted.items if converted else []
        submissions = [
            self._intake.submit(items[start : start + _BATCH_ITEMS], origin=origin)
            for start in range(0, len(items), _BATCH_ITEMS)
        ]
        self._sent.append(
            _Sent(chunk=chunk, converted=converted, table=table, submissions=submissions, n_rows=n_rows)
        )
        self._share = table.share_read
        while len(self._sent) > _AHEAD:
            self._settle(self._sent.popleft())

    def finish(self) -> None:
        """Waits for everything under way and writes the last counts."""
        while self._sent:
            self._settle(self._sent.popleft())
        self._save()

    def _settle(self, sent: _Sent) -> None:
        receipts: list[Receipt] = []
        for submission in sent.submissions:
            if submission.committed is not None:
                submission.committed.result()
            receipts += submission.receipts
        bad = [*sent.chunk.bad, *_refused(sent, receipts)]
        bad.sort(key=lambda row: row.line)
        self._job.n_rows_done += sent.n_rows
        self._job.n_accepted += sum(receipt.status == "accepted" for receipt in receipts)
        self._job.n_unchanged += sum(receipt.status == "unchanged" for receipt in receipts)
        self._job.n_rejected += len(bad)
        self.rejected.add(bad, names=sent.chunk.names)
        if time.monotonic() - self._saved >= _SAVE_SECONDS:
            self._save()

    def _save(self) -> None:
        self._saved = time.monotonic()
        if self.rejected.n_bytes:
            self._job.rejected_file = self.rejected.path.name
        self._job.options["rejected_bytes"] = self.rejected.n_bytes
        self._job.share_read = self._share()
        self._job.seconds_spent = self._seconds_before + self.seconds
        if not save_if_running(self._job):
            raise Cancelled
        if self._on_progress:
            self._on_progress(self._progress())

    def _progress(self) -> ImportProgress:
        job = self._job
        rate = (job.n_rows_done - self._n_rows_before) / max(self.seconds, 1e-6)
        share = self._share()
        left = self.seconds * (1 - share) / share if share else None
        return ImportProgress(
            n_rows=job.n_rows_done,
            n_accepted=job.n_accepted,
            n_unchanged=job.n_unchanged,
            n_rejected=job.n_rejected,
            rows_per_second=rate,
            share=share,
            seconds_left=left,
        )


def _refused(sent: _Sent, receipts: Sequence[Receipt]) -> list[BadRow]:
    """The rows that the converter or the intake door refused, with their places in the file."""
    if sent.converted is None:
        return []
    refused = list(sent.converted.bad)
    for index, receipt in zip(sent.converted.indexes, receipts, strict=True):
        if receipt.fault is not None:
            refused.append(
                BadRow(
                    table=sent.table.name,
                    line=sent.chunk.lines[index],
                    code=receipt.fault.code,
                    field=receipt.fault.field,
                    values=(receipt.fault.limit,),
                    cells=sent.chunk.rows[index],
                )
            )
    return refused
