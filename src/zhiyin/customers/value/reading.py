"""Reads the ledger of one customer: the lines and their sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from zhiyin.customers.profile.facts import ask, units_of, within, write_keys
from zhiyin.customers.profile.index.finding import days_of
from zhiyin.customers.value.contract import KINDS, OF_ORDERS, VALUE_ENTRIES, Line, ValueKind
from zhiyin.engine import Engine
from zhiyin.listen.records.tables import PURCHASES
from zhiyin.people.scope import Scope

_TABLE = VALUE_ENTRIES.name
MOST_LINES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What one kind comes to: how many entries less those taken back, their money and points."""

    n: int
    amount: Decimal
    points: int


def list_lines(
    engine: Engine,
    *,
    keys: Sequence[str],
    scope: Scope,
    since: datetime | None = None,
    until: datetime | None = None,
    before: datetime | None = None,
    limit: int = MOST_LINES,
    with_orders: bool = True,
) -> list[Line]:
    """Entries of the keys within the scope that happened in [since, until), the newest first.

    `with_orders`: what orders tell of discounts is among them, as savings that stand in no ledger twice.
    """
    parts = _parts(engine, keys=keys, with_orders=with_orders)
    if not parts:
        return []
    query = f"""
SELECT {", ".join(Line.__struct_fields__)} FROM ({" UNION ALL BY NAME ".join(parts.values())})
WHERE {within(scope)}
    AND {"occurred_at >= $since" if since else "TRUE"} AND {"occurred_at < $until" if until else "TRUE"}
    AND {"occurred_at < $before" if before else "TRUE"}
ORDER BY occurred_at DESC, received_at DESC, entry_id LIMIT $n
"""  # noqa: S608 - parts of our own; values are parameters
    values = {"units": units_of(scope), "since": since, "until": until, "before": before, "n": limit}
    with engine.lake.connect(*parts) as connection:
        return ask(connection, query, row=Line, values=values)


def _parts(engine: Engine, *, keys: Sequence[str], with_orders: bool) -> dict[str, str]:
    """For each table that is there a SELECT with the columns of `Line`."""
    named, present = write_keys(keys), engine.lake.tables()
    parts: dict[str, str] = {}
    if _TABLE in present:
        columns = ", ".join(name for name in Line.__struct_fields__ if name != "is_taken_back")
        parts[_TABLE] = (
            f"SELECT {columns}, entry_id IN (SELECT corrects FROM {_TABLE}"  # noqa: S608 - own names
            f" WHERE corrects IS NOT NULL AND customer_key IN ({named})) AS is_taken_back"
            f" FROM {_TABLE} WHERE customer_key IN ({named})"
        )
    # Tables of older installations lack the column until records come in again.
    is_told = PURCHASES.name in present and "discount" in engine.lake.schema(PURCHASES.name).names
    if with_orders and is_told:
        parts[PURCHASES.name] = (
            "SELECT record_id AS entry_id, 'savings' AS kind, source, unit_id,"  # noqa: S608 - own names
            " CAST(round(discount * 100) AS BIGINT) AS amount_cents, NULL AS points, product AS note,"
            f" NULL AS corrects, '{OF_ORDERS}' AS entered_by, occurred_at, received_at,"
            " FALSE AS is_taken_back"
            f" FROM {PURCHASES.name} WHERE customer_key IN ({named}) AND is_current AND discount > 0"
            f" AND {days_of(keys, table=PURCHASES.name)}"
        )
    return parts


def sum_up(lines: Sequence[Line]) -> Mapping[ValueKind, Total]:
    """What each kind comes to; a counter-entry takes its entry out of the count too."""
    totals: dict[ValueKind, Total] = {}
    for kind in KINDS:
        of_kind = [line for line in lines if line.kind == kind]
        totals[kind] = Total(
            n=sum(-1 if line.corrects else 1 for line in of_kind),
            amount=sum((line.amount for line in of_kind if line.amount is not None), Decimal(0)),
            points=sum(line.points or 0 for line in of_kind),
        )
    return totals


def total_amount(totals: Mapping[ValueKind, Total]) -> Decimal:
    """The money of all kinds together."""
    return sum((total.amount for total in totals.values()), Decimal(0))
