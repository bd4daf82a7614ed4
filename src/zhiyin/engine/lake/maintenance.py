"""Upkeep of a lake table: compaction that keeps the order, vacuum, checkpoint, short log."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pyarrow as pa
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError

from zhiyin.engine.lake.commits import WRITER
from zhiyin.engine.lake.table import Table, faults, list_sort_columns

GRACE_HOURS = 1.0
# A file of no version may belong to a commit that is under way in another process.
ORPHAN_GRACE_HOURS = 24.0
TARGET_BYTES = 128 * 1024 * 1024
SMALL_BYTES = 32 * 1024 * 1024
_SORTABLE_BYTES = 256 * 1024 * 1024
_MANY_SMALL_TODAY = 8
_DAYS_PER_COMMIT = 32
# Opening reads what came after the last checkpoint; the library makes one itself every hundred.
_COMMITS_PER_CHECKPOINT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFiles:
    """The files of one day."""

    day: date
    n_small: int
    small_bytes: int
    total_bytes: int

    def needs_compaction(self, today: date) -> bool:
        """Whether small files have gathered; a day that is over is brought down to one."""
        return self.n_small >= (_MANY_SMALL_TODAY if self.day >= today else 2)

    def is_worth_sorting(self) -> bool:
        """Whether sorting the whole day costs little for what it joins, so that no row is rewritten often."""
        if self.total_bytes <= SMALL_BYTES:
            return True
        return self.total_bytes <= _SORTABLE_BYTES and self.small_bytes * 3 >= self.total_bytes


def maintain(table: Table, *, today: date | None = None) -> None:
    """Compact what is small, drop what is dead, shorten the log. Runs beside appends."""
    compact(table, today=today or datetime.now(UTC).date())
    vacuum(table, keep_hours=GRACE_HOURS)
    with faults(table.uri):
        delta = _open(table)
        if delta.version() - table.checkpoint_version >= _COMMITS_PER_CHECKPOINT:
            delta.create_checkpoint()
            delta.cleanup_metadata()
            table.checkpoint_version = delta.version()


def compact(table: Table, *, today: date) -> None:
    """Join the small files of each day that has many; rows stay sorted where that is cheap."""
    with table.rewriting, faults(table.uri):
        delta = _open(table)
        sort_by = list_sort_columns(delta)
        needy = [day for day in list_days(delta) if day.needs_compaction(today)]
        sortable = [one.day for one in needy if sort_by and one.is_worth_sorting()]
        others = [one.day for one in needy if one.day not in sortable]
        for days in _slice(sortable):
            _run(delta, days, sort_by)
        for days in _slice(others):
            _run(delta, days, [])


def list_days(delta: DeltaTable) -> list[DayFiles]:
    """What lies in each day of the table."""
    actions = pa.table(delta.get_add_actions(flatten=True))
    sizes: dict[date, list[int]] = defaultdict(list)
    if actions.num_rows:
        for day, size in zip(
            actions["partition.day"].to_pylist(), actions["size_bytes"].to_pylist(), strict=True
        ):
            sizes[day].append(size)
    return [
        DayFiles(
            day=day,
            n_small=sum(size < SMALL_BYTES for size in some),
            small_bytes=sum(size for size in some if size < SMALL_BYTES),
            total_bytes=sum(some),
        )
        for day, some in sorted(sizes.items())
    ]


def _slice(days: list[date]) -> list[list[date]]:
    return [days[start : start + _DAYS_PER_COMMIT] for start in range(0, len(days), _DAYS_PER_COMMIT)]


def _run(delta: DeltaTable, days: list[date], sort_by: list[str]) -> None:
    filters = [("day", "in", [day.isoformat() for day in days])]
    delta.update_incremental()
    try:
        if sort_by:
            # Over one column, z-order is plain sorting.
            delta.optimize.z_order(
                sort_by, partition_filters=filters, target_size=TARGET_BYTES, writer_properties=WRITER
            )
        else:
            delta.optimize.compact(
                partition_filters=filters, target_size=TARGET_BYTES, writer_properties=WRITER
            )
    except CommitFailedError:
        # Another process changed these files meanwhile; the next round finds them again.
        delta.update_incremental()


def vacuum(table: Table, *, keep_hours: float) -> int:
    """Delete the files that no version refers to since `keep_hours`, rounded up to whole hours.

    Files that never belonged to a version (a killed writer's) stay a day, whatever `keep_hours` says.
    """
    hours = math.ceil(keep_hours)
    orphan_hours = max(hours, math.ceil(ORPHAN_GRACE_HOURS))
    with faults(table.uri):
        delta = _open(table)
        n_deleted = _vacuum(delta, hours, is_full=False)
        return n_deleted + _vacuum(delta, orphan_hours, is_full=True)


def _vacuum(delta: DeltaTable, hours: int, *, is_full: bool) -> int:
    # The dry run spares two entries in the log where there is nothing to do.
    for is_dry in (True, False):
        dead = delta.vacuum(
            retention_hours=hours, dry_run=is_dry, enforce_retention_duration=False, full=is_full
        )
        if not dead:
            return 0
    return len(dead)


def _open(table: Table) -> DeltaTable:
    options = dict(table.storage_options) if table.storage_options else None
    return DeltaTable(table.uri, storage_options=options)
