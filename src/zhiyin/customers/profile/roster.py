"""The list of customers: which, in which order, a page at a time; read from the roll-up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import duckdb
import msgspec

from zhiyin.customers.profile.facts import ask

PAGE_SIZE = 50
_ROWS_A_PIECE = 2_000
SORTS: Mapping[str, str] = {
    "newest": "last_at DESC NULLS LAST",
    "complaints": "n_complaints DESC, last_complaint_at DESC NULLS LAST",
    "mood": "sentiment_mean ASC NULLS LAST",
    "amount": "amount_year DESC NULLS LAST",
    "contacts": "n_contacts DESC",
    "oldest": "first_at ASC NULLS LAST",
}
WHICH: Mapping[str, str] = {
    "": "TRUE",
    "complained": "n_complaints > 0",
    "unsolved": "n_unresolved > 0",
    "bought": "n_purchases > 0",
    "silent_buyers": "n_purchases > 0 AND n_voices = 0",
    "complained_last": "last_complaint_at IS NOT NULL AND last_complaint_at >= last_at",
}
_COLUMNS = (
    "customer, first_at, last_at, n_voices, n_complaints, n_purchases, amount_year, n_contacts,"
    " n_unresolved, stars_mean, sentiment_mean, channels"
)


class RosterRow(msgspec.Struct, frozen=True, kw_only=True):
    """A customer in the list; sums within the asker's scope, `amount_year` of the last 365 days."""

    customer: UUID
    first_at: datetime | None
    last_at: datetime | None
    n_voices: int
    n_complaints: int
    n_purchases: int
    amount_year: float | None
    n_contacts: int
    n_unresolved: int
    stars_mean: float | None
    sentiment_mean: float | None
    channels: list[str] | None


class _Count(msgspec.Struct, frozen=True, kw_only=True):
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterAsk:
    """Which customers: a code of `WHICH`, a channel, units; in an order of `SORTS`."""

    which: str = ""
    channel: str = ""
    unit_ids: frozenset[int] | None = None
    sort: str = "newest"


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterPage:
    """A page of the list, as the pager takes it."""

    rows: list[RosterRow]
    n: int
    number: int
    n_pages: int

    @property
    def has_previous(self) -> bool:
        """Whether a page comes before."""
        return self.number > 1

    @property
    def has_next(self) -> bool:
        """Whether a page comes after."""
        return self.number < self.n_pages


def read_roster(connection: duckdb.DuckDBPyConnection, wanted: RosterAsk, *, number: int = 1) -> RosterPage:
    """The page; one past the end is the last. `connection` is that of the roll-up in the asker's scope."""
    n = count_roster(connection, wanted)
    n_pages = max(1, -(-n // PAGE_SIZE))
    at = min(max(1, number), n_pages)
    rows = _read(connection, wanted, limit=PAGE_SIZE, offset=(at - 1) * PAGE_SIZE)
    return RosterPage(rows=rows, n=n, number=at, n_pages=n_pages)


def count_roster(connection: duckdb.DuckDBPyConnection, wanted: RosterAsk) -> int:
    """How many customers the list holds."""
    query = f"SELECT count(*) AS n FROM customers WHERE {_where(wanted)}"  # noqa: S608 - own parts
    return ask(connection, query, row=_Count, values=_values(wanted))[0].n


def iterate_roster(connection: duckdb.DuckDBPyConnection, wanted: RosterAsk) -> Iterator[RosterRow]:
    """Every customer of the list in its order; some thousand are held at a time."""
    offset = 0
    while rows := _read(connection, wanted, limit=_ROWS_A_PIECE, offset=offset):
        yield from rows
        offset += len(rows)


def rows_of(connection: duckdb.DuckDBPyConnection, customers: list[UUID]) -> dict[UUID, RosterRow]:
    """The rows of these customers; those that the roll-up does not know yet are left out."""
    query = f"SELECT {_COLUMNS} FROM customers WHERE customer IN (SELECT unnest(CAST($ids AS VARCHAR[])))"  # noqa: S608
    rows = ask(connection, query, row=RosterRow, values={"ids": [str(one) for one in customers]})
    return {row.customer: row for row in rows}


def _read(
    connection: duckdb.DuckDBPyConnection, wanted: RosterAsk, *, limit: int, offset: int
) -> list[RosterRow]:
    order = SORTS.get(wanted.sort, SORTS["newest"])
    query = (
        f"SELECT {_COLUMNS} FROM customers WHERE {_where(wanted)}"  # noqa: S608 - own parts
        f" ORDER BY {order}, customer LIMIT $limit OFFSET $offset"
    )
    values = {**_values(wanted), "limit": limit, "offset": offset}
    return ask(connection, query, row=RosterRow, values=values)


def _where(wanted: RosterAsk) -> str:
    conditions = [WHICH.get(wanted.which, "TRUE")]
    if wanted.channel:
        conditions.append("list_contains(channels, $channel)")
    if wanted.unit_ids is not None:
        conditions.append("list_has_any(units, CAST($units AS BIGINT[]))")
    return " AND ".join(conditions)


def _values(wanted: RosterAsk) -> dict[str, object]:
    return {"channel": wanted.channel, "units": sorted(wanted.unit_ids or ())}
