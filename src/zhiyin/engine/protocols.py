"""The engine's three protocols; each has an embedded form here and a cluster form elsewhere.

A message of the intake log is a batch: up to 1,000 items in one opaque body. That is how a
JetStream publishes best, and it costs the embedded form one row instead of a thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

import duckdb
import pyarrow as pa

BatchFunction = Callable[[pa.RecordBatch], pa.RecordBatch]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message to append; `message_id` makes a repeated append harmless."""

    message_id: bytes
    body: bytes
    n_items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A stored message; `sequence` grows by one a message, `n_deliveries` counts leases (1 = first)."""

    sequence: int
    message_id: bytes
    body: bytes
    n_items: int
    appended_at: datetime
    n_deliveries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """What is not yet acknowledged."""

    n_messages: int
    n_items: int
    oldest_seconds: float


class IntakeLog(Protocol):
    """Durable before it answers; delivers in order, at least once, until acknowledged."""

    def submit(self, messages: Sequence[NewMessage]) -> Future[list[int]]:
        """A future of the sequence numbers, done once the commit is on disk.

        A message whose id is already there is not stored again and answers with its old number.
        """
        ...

    def append(self, messages: Sequence[NewMessage]) -> list[int]:
        """As `submit`, waiting for the commit."""
        ...

    def lease(self, *, max_items: int, lease_seconds: float) -> list[Message]:
        """The oldest messages that nobody holds, in order, of at least one and about `max_items` items.

        Empty when there is nothing. A lease that runs out makes its messages available again.
        """
        ...

    def acknowledge(self, sequences: Sequence[int]) -> None:
        """Mark as done for good. Their bodies may be dropped, their ids are remembered."""
        ...

    def lag(self) -> Lag:
        """What waits."""
        ...

    def close(self) -> None:
        """Commit what was submitted and release the file or connection."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """Names a write, so that its repetition has no second effect; `version` only grows per `app_id`."""

    app_id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSpec:
    """A lake table: Arrow schema with the partition column `day` (date32, UTC day of receipt).

    `sort_by` orders rows inside a file, so that DuckDB skips row groups.
    """

    name: str
    schema: pa.Schema
    sort_by: Sequence[str] = field(default=())


class Lake(Protocol):
    """Append-only tables of facts, read by DuckDB."""

    def create(self, spec: TableSpec) -> None:
        """Make the table, or add the columns that it lacks without rewriting a file."""
        ...

    def append(self, table: str, rows: pa.Table, *, transaction: Transaction | None = None) -> bool:
        """One atomic commit; False, and nothing written, where the transaction was applied before."""
        ...

    def last_version(self, table: str, app_id: str) -> int | None:
        """Highest transaction version that `app_id` committed to the table, None before the first."""
        ...

    def update(self, table: str, *, where: str, values: Mapping[str, str]) -> int:
        """Set columns to SQL expressions in the rows that match; returns how many."""
        ...

    def delete(self, table: str, *, where: str) -> int:
        """Remove the rows that match; returns how many. Their bytes go with the next `vacuum`."""
        ...

    def replace(self, table: str, rows: pa.Table, *, where: str) -> None:
        """Put these rows, which must match `where`, in place of those that match, in one atomic commit."""
        ...

    def files(self, table: str) -> list[str]:
        """URIs of the active Parquet files, empty for a table without rows."""
        ...

    def tables(self) -> list[str]:
        """Names of the tables, sorted; of a lake on a storage address those used in this process."""
        ...

    def connect(self, *tables: str) -> duckdb.DuckDBPyConnection:
        """A fresh in-memory DuckDB with a view for each table (all, if none is named); close it after use.

        A view over a table without rows has the table's columns.
        """
        ...

    def connect_days(self, days: Mapping[str, Collection[date]]) -> duckdb.DuckDBPyConnection:
        """As `connect`, each table with the rows of its days alone."""
        ...

    def maintain(self) -> None:
        """Compact small files, drop dead ones past their grace, write checkpoints."""
        ...

    def vacuum(self, table: str, *, keep_hours: float) -> int:
        """Delete files no longer referred to and older than `keep_hours`; returns how many."""
        ...


class BatchRunner(Protocol):
    """Runs one batch function over many batches, in order, on as many processors as there are."""

    def map(
        self, make: Callable[[], BatchFunction], batches: Iterable[pa.RecordBatch]
    ) -> Iterator[pa.RecordBatch]:
        """Results in the order of the input. `make` runs once a worker and builds what is costly to load."""
        ...

    def close(self) -> None:
        """Stop the workers."""
        ...
