"""Who is in a segment: the condition on the roll-up, counts, lists, and what was fixed on a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import duckdb
import pyarrow as pa

from zhiyin.customers.models import Segment, SegmentSnapshot
from zhiyin.customers.rollup import connect_rollup
from zhiyin.customers.segments.compiling import Value, compile_definition
from zhiyin.customers.segments.definition import Group, read_definition
from zhiyin.engine import Engine
from zhiyin.engine.protocols import TableSpec
from zhiyin.errors import InvalidInput
from zhiyin.people.queries.units import find_unit_by_code, list_subtree_ids
from zhiyin.people.scope import Scope

SEGMENT_MEMBERS = TableSpec(
    name="segment_members",
    schema=pa.schema([("snapshot_id", pa.int64()), ("customer_key", pa.string()), ("day", pa.date32())]),
    sort_by=("customer_key",),
)
"""The keys of everybody who was in a segment when a snapshot was taken; `day` is that of the taking.

Keys, not customers: so a link made or taken back later brings the facts to the right person here too,
and whoever was erased has no key that leads anywhere.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A condition on the view `customers`, with its values."""

    sql: str
    parameters: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many customers are chosen, of how many that the asker sees."""

    n: int
    n_all: int

    @property
    def share(self) -> float | None:
        """0 to 1; None where there is nobody."""
        return self.n / self.n_all if self.n_all else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A customer of the segment with what lists show; figures are of the asker's units alone."""

    customer: UUID
    last_at: datetime | None
    n_voices: int
    stars_mean: float | None
    n_purchases: int
    amount_year: float
    n_contacts: int
    channels: Sequence[str]


def choose(definition: Group, *, now: datetime) -> Choice:
    """The customers that the definition means at `now`."""
    compiled = compile_definition(definition, now=now, units_of=units_of)
    return Choice(sql=compiled.sql, parameters=compiled.parameters)


def choose_of(segment: Segment, *, snapshot: SegmentSnapshot | None = None, now: datetime) -> Choice:
    """The customers of a segment as it is now, or of a snapshot of it."""
    if snapshot is None:
        try:
            return choose(read_definition(segment.definition), now=now)
        except InvalidInput:  # written by a version of Zhiyin that knew more conditions
            return Choice(sql="FALSE")
    return Choice(
        sql="number IN (SELECT named.number FROM customer_numbers AS named"
        " JOIN segment_members AS kept ON kept.customer_key = named.key"
        " WHERE kept.day = $day AND kept.snapshot_id = $snapshot)",
        parameters={"snapshot": snapshot.pk, "day": snapshot.taken_at.astimezone(UTC).date()},
    )


@contextmanager
def open_customers(engine: Engine, *, scope: Scope, now: datetime) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that `Choice` can be asked of: the roll-up as the scope sees it, and the snapshots."""
    with connect_rollup(engine, scope=scope, now=now, table=SEGMENT_MEMBERS) as connection:
        yield connection


def count_chosen(connection: duckdb.DuckDBPyConnection, choice: Choice) -> Counted:
    """How many there are, and how many there are in all. One statement."""
    n, n_all = connection.execute(
        f"SELECT count(*) FILTER (WHERE {choice.sql}), count(*) FROM customers",  # noqa: S608 - as above
        choice.parameters,
    ).fetchone() or (0, 0)
    return Counted(n=n, n_all=n_all)


def list_chosen(
    connection: duckdb.DuckDBPyConnection,
    choice: Choice,
    *,
    limit: int,
    offset: int = 0,
    after: UUID | None = None,
) -> list[Member]:
    """Members: those of late first, or in the order of their ids, those behind `after`."""
    is_after, order = "TRUE", "last_at DESC NULLS LAST, customer"
    values: dict[str, Value] = {**choice.parameters, "limit": limit, "offset": offset}
    if after is not None:
        is_after, order = "customer > $after", "customer"
        values["after"] = str(after)
    rows = connection.execute(
        "SELECT customer, last_at, n_voices, stars_mean, n_purchases, amount_year, n_contacts, channels"  # noqa: S608
        f" FROM customers WHERE ({choice.sql}) AND {is_after} ORDER BY {order} LIMIT $limit OFFSET $offset",
        values,
    ).fetchall()
    return [_member(row) for row in rows]


def read_members(
    connection: duckdb.DuckDBPyConnection, choice: Choice, *, a_batch: int = 2_000
) -> Iterator[list[Member]]:
    """All members in the order of their ids, a batch at a time, none of them held longer."""
    after = UUID(int=0)
    while batch := list_chosen(connection, choice, limit=a_batch, after=after):
        yield batch
        after = batch[-1].customer


def list_keys(connection: duckdb.DuckDBPyConnection, choice: Choice) -> pa.Table:
    """The keys of all members, in the column `customer_key`."""
    return connection.execute(keys_sql(choice), choice.parameters).to_arrow_table()


def keys_sql(choice: Choice) -> str:
    """A SELECT of the keys of all members."""
    return (
        "SELECT key AS customer_key FROM customer_numbers"  # noqa: S608 - values are parameters
        f" WHERE number IN (SELECT number FROM customers WHERE {choice.sql})"
    )


def units_of(code: str) -> frozenset[int]:
    """Ids of the unit of that code and of those below it; none where there is no such unit."""
    unit = find_unit_by_code(code)
    return frozenset() if unit is None else frozenset(list_subtree_ids(unit.pk))


def _member(row: Sequence[object]) -> Member:
    customer, last_at, n_voices, stars_mean, n_purchases, amount_year, n_contacts, channels = row
    return Member(
        customer=UUID(str(customer)),
        last_at=last_at if isinstance(last_at, datetime) else None,
        n_voices=_whole(n_voices),
        stars_mean=stars_mean if isinstance(stars_mean, float) else None,
        n_purchases=_whole(n_purchases),
        amount_year=float(str(amount_year or 0)),
        n_contacts=_whole(n_contacts),
        channels=tuple(str(one) for one in channels) if isinstance(channels, list) else (),
    )


def _whole(value: object) -> int:
    return int(str(value or 0))
