"""What was said, counted by unit, kind, channel and hour: the ground on which alerts look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from zhiyin.insight import dialect
from zhiyin.insight.alerts.tree import UnitTree
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.statements import named_parameters, read_statement
from zhiyin.measure.estimate import Floats
from zhiyin.people.scope import EVERYTHING

Integers = NDArray[np.int64]
HOUR = timedelta(hours=1)
TABLES = ("feedback", "opinions")
_HOUR_US = 3_600_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class HourlyCounts:
    """Counts above 0 in order of time: `n[i]` in `hour[i]` (hours since 1970, UTC).

    `place` is the unit's place in the tree, `measure` and `channel` are places in the tuples of names.
    """

    hour: Integers
    place: Integers
    measure: Integers
    channel: Integers
    n: Floats
    measures: tuple[str, ...]
    channels: tuple[str, ...]

    def between(self, first: int, last: int) -> slice:
        """The rows from hour `first` to before hour `last`."""
        start, end = np.searchsorted(self.hour, (first, last))
        return slice(int(start), int(end))


def hour_of(moment: datetime) -> int:
    """Number of the hour that the moment lies in, since 1970."""
    return int((moment - _EPOCH) // HOUR)


def moment_of(hour: int) -> datetime:
    """When the hour of that number begins, in UTC."""
    return _EPOCH + hour * HOUR


def read_counts(
    connection: duckdb.DuckDBPyConnection, *, tree: UnitTree, since: datetime, until: datetime
) -> HourlyCounts:
    """All counts of voices said from `since` to before `until`, in one statement over the lake."""
    chosen = select(EVERYTHING, filter=VoiceFilter(since=since, until=until))
    kinds = dialect.field_once("signals", field="kind")
    sql = read_statement("hourly_counts").format(
        hour=dialect.step_of("occurred_at", start="0", width=str(_HOUR_US)),
        kinds=kinds,
        each_kind=dialect.each("kinds"),
        has_kinds=dialect.has_members("kinds"),
        voice=dialect.hash64("feedback_id"),
        kept_voices=chosen.kept_voices,
        kept_opinions=chosen.kept_opinions,
    )
    found = connection.execute(sql, named_parameters(sql, chosen.parameters)).to_arrow_table()
    return make_counts(found, tree=tree)


def make_counts(rows: pa.Table, *, tree: UnitTree) -> HourlyCounts:
    """The counts of a table with unit_id, channel, hour, measure and n, always in the same order."""
    names = ("hour", "measure", "unit_id", "channel")
    rows = rows.sort_by([(name, "ascending") for name in names])
    unit, measure, channel = (
        rows.column(name).combine_chunks() for name in ("unit_id", "measure", "channel")
    )
    units, measures, channels = (one.dictionary_encode() for one in (unit, measure, channel))
    by_unit = np.append(tree.places(units.dictionary.to_pylist()), tree.root)
    hour = rows.column("hour").to_numpy().astype(np.int64)
    return HourlyCounts(
        hour=hour,
        place=by_unit[_codes(units)],
        measure=_codes(measures),
        channel=_codes(channels),
        n=rows.column("n").to_numpy().astype(float),
        measures=tuple(measures.dictionary.to_pylist()),
        channels=tuple(channels.dictionary.to_pylist()) or ("",),
    )


def _codes(column: pa.DictionaryArray) -> Integers:
    """Place of each value in the dictionary; −1 (the last) for nothing."""
    found: Integers = column.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return found
