"""Brings rows of the operational database into the lake as facts, each exactly once, whatever dies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import pyarrow as pa
from django.db import models, transaction

from zhiyin.engine.protocols import Lake, TableSpec, Transaction
from zhiyin.listen.pipeline.worker import Chore

M = TypeVar("M", bound=models.Model)

SECONDS_BETWEEN_FLUSHES = 1.0
_HEAD_ID = 1


class FactOutbox(Generic[M]):
    """What waits in a table to become facts.

    `model` has the fields `batch` (null until a batch is fixed) and `is_stored`; `head` a single row with
    `n_batches`. `to_rows` turns instances, read with `related` at hand, into rows of `spec`. A batch is
    fixed in the database first, then committed to the lake under its number, then marked: killed in
    between, or run by two processes at once, the same rows come again under the same number, and the
    lake passes over what it has.
    """

    def __init__(
        self,
        model: type[M],
        *,
        head: type[models.Model],
        spec: TableSpec,
        to_rows: Callable[[Sequence[M]], pa.Table],
        related: str = "case",
        max_rows: int = 1_000,
    ) -> None:
        # Managers of a type variable are beyond what the type checker can follow.
        self._rows: Any = model._default_manager
        self._heads: Any = head._default_manager
        self._head = head
        self._spec = spec
        self._to_rows = to_rows
        self._related = related
        self._max_rows = max_rows

    def flush(self, lake: Lake) -> int:
        """Store what is not stored yet; returns how many rows that were."""
        n_stored = 0
        while n_rows := self.flush_batch(lake):
            n_stored += n_rows
        return n_stored

    def flush_batch(self, lake: Lake) -> int:
        """Store the next batch; returns how many rows it had, 0 where nothing waits."""
        if not self._rows.filter(is_stored=False).exists():
            return 0
        lake.create(self._spec)
        batch = self._find_pending() or self._claim(lake)
        if batch is None:
            return 0
        waiting = self._rows.filter(batch=batch, is_stored=False)
        rows = list(waiting.select_related(self._related).order_by("pk"))
        if rows:
            version = Transaction(app_id=self._spec.name, version=batch)
            lake.append(self._spec.name, self._to_rows(rows), transaction=version)
            waiting.update(is_stored=True)
        return len(rows)

    def make_chore(self, lake: Callable[[], Lake]) -> Chore:
        """Flushing as a worker does it, every second; `lake` opens it when it is first needed."""

        def run(is_stopping: Callable[[], bool]) -> None:
            while not is_stopping() and self.flush_batch(lake()):
                pass

        return Chore(name=self._spec.name.replace("_", "-"), every_seconds=SECONDS_BETWEEN_FLUSHES, run=run)

    def _find_pending(self) -> int | None:
        """The batch that somebody fixed and has not marked as stored."""
        pending = self._rows.filter(is_stored=False, batch__isnull=False)
        found: int | None = pending.aggregate(first=models.Min("batch"))["first"]
        return found

    def _claim(self, lake: Lake) -> int | None:
        """Fix the next batch; None where nothing waits. One process at a time, by the locked head."""
        with transaction.atomic():
            self._heads.bulk_create([self._head(pk=_HEAD_ID)], ignore_conflicts=True)
            head: Any = self._heads.select_for_update().get(pk=_HEAD_ID)
            if (pending := self._find_pending()) is not None:
                return pending
            waiting = self._rows.filter(is_stored=False, batch__isnull=True).order_by("pk")
            ids = list(waiting.values_list("pk", flat=True)[: self._max_rows])
            if not ids:
                return None
            # A database restored from a backup may know fewer batches than the lake has.
            last = lake.last_version(self._spec.name, self._spec.name) or 0
            head.n_batches = max(head.n_batches, last) + 1
            head.save()
            self._rows.filter(pk__in=ids).update(batch=head.n_batches)
            return int(head.n_batches)
