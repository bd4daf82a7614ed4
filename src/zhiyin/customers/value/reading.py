"""Reads the ledger of one customer: the lines and their sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from zhiyin.customers.profile.facts import ask, units_of, within, write_keys
from zhiyin.customers.value.contract import KINDS, VALUE_ENTRIES, Line, ValueKind
from zhiyin.engine import Engine
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
) -> list[Line]:
    """Entries of the keys within the scope that happened in [since, until), the newest first."""
    if _TABLE not in engine.lake.tables():
        return []
    columns = ", ".join(name for name in Line.__struct_fields__ if name != "is_taken_back")
    query = f"""
SELECT {columns}, entry_id IN (SELECT corrects FROM {_TABLE} WHERE corrects IS NOT NULL
    AND customer_key IN ({write_keys(keys)})) AS is_taken_back
FROM {_TABLE}
WHERE customer_key IN ({write_keys(keys)}) AND {within(scope)}
    AND {"occurred_at >= $since" if since else "TRUE"} AND {"occurred_at < $until" if until else "TRUE"}
    AND {"occurred_at < $before" if before else "TRUE"}
ORDER BY occurred_at DESC, received_at DESC, entry_id LIMIT $n
"""  # noqa: S608 - parts of our own; values are parameters
    values = {"units": units_of(scope), "since": since, "until": until, "before": before, "n": limit}
    with engine.lake.connect(_TABLE) as connection:
        return ask(connection, query, row=Line, values=values)


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
