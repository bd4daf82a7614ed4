"""Reads who is silent, who never spoke, and how many speak at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import duckdb

from zhiyin.customers.silence.features import REASONS
from zhiyin.measure.estimate import Estimate
from zhiyin.measure.proportions import proportion

Kind = Literal["overdue", "complained", "never_spoke", "at_risk"]
Sort = Literal["overdue", "risk", "money", "silent"]

KINDS: tuple[Kind, ...] = ("overdue", "complained", "never_spoke", "at_risk")
PAGE_SIZE = 50
# From here on a customer counts as likely to leave.
RISK_FROM = 0.5
# Who never spoke, though they came this often.
_DEALINGS_TO_SPEAK = 2

_WHICH: dict[Kind, str] = {
    "overdue": "overdue >= $least",
    "complained": "has_complained_last AND overdue >= $least",
    "never_spoke": f"n_voices = 0 AND n_dealings >= {_DEALINGS_TO_SPEAK}",
    "at_risk": f"risk >= {RISK_FROM} AND overdue < $least",
}
_ORDER: dict[Sort, str] = {
    "overdue": "overdue DESC",
    "risk": "risk DESC",
    "money": "amount_year DESC NULLS LAST",
    "silent": "silent_days DESC",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentCustomer:
    """One customer. `interval_days`: how often they usually come; `overdue`: silence in such intervals.

    `still` and `risk` are chances, 0 to 1. `parts`: (reason, what it adds to the log odds to stay away).
    """

    customer: UUID
    n_dealings: int
    last_day: int
    silent_days: int
    interval_days: float
    overdue: float
    still: float
    risk: float
    has_complained_last: bool
    last_complaint_at: datetime | None
    n_voices: int
    amount_year: float | None
    parts: Sequence[tuple[str, float]]

    @property
    def main_parts(self) -> list[tuple[str, float]]:
        """The reasons that make leaving likelier, the heaviest first; three at most."""
        raising = [one for one in self.parts if one[1] > 0.05]
        return sorted(raising, key=lambda one: -one[1])[:3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many customers there are of each kind."""

    n: int
    of_kind: dict[Kind, int]

    def share(self, kind: Kind) -> Estimate:
        """The kind's share of all, with its interval."""
        return proportion(self.of_kind[kind], self.n).one()


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakingUnit:
    """How many of the customers who dealt with a unit spoke; `unit_id` 0 stands for facts of no unit."""

    unit_id: int
    n_customers: int
    spoke: Estimate


def count_kinds(connection: duckdb.DuckDBPyConnection, *, least: float) -> Counts:
    """The customers of each kind, in one statement over `silence`."""
    counted = ", ".join(f"count(*) FILTER ({_WHICH[kind]})" for kind in KINDS)
    row = connection.execute(f"SELECT count(*), {counted} FROM silence", {"least": least}).fetchall()[0]  # noqa: S608
    return Counts(n=int(row[0]), of_kind=dict(zip(KINDS, (int(n) for n in row[1:]), strict=True)))


def list_silent(
    connection: duckdb.DuckDBPyConnection,
    *,
    kind: Kind,
    least: float,
    sort: Sort = "overdue",
    limit: int = PAGE_SIZE,
    offset: int = 0,
) -> list[SilentCustomer]:
    """Customers of the kind in the order asked for, the same at every call."""
    names = (
        "customer", "n_dealings", "last_day", "silent_days", "interval_days", "overdue", "still", "risk",
        "has_complained_last", "last_complaint_at", "n_voices", "amount_year",
    )  # fmt: skip
    parts = [f"part_{name}" for name in REASONS]
    which = _WHICH[kind]
    given: dict[str, object] = {"limit": limit, "offset": offset}
    if "$least" in which:
        given["least"] = least
    found = connection.execute(
        f"SELECT {', '.join((*names, *parts))} FROM silence WHERE {which}"  # noqa: S608 - own texts
        f" ORDER BY {_ORDER[sort]}, customer LIMIT $limit OFFSET $offset",
        given,
    ).fetchall()
    return [_read(dict(zip((*names, *parts), row, strict=True))) for row in found]


def list_speaking(
    connection: duckdb.DuckDBPyConnection, *, now: datetime, days: int
) -> tuple[SpeakingUnit, list[SpeakingUnit]]:
    """Of the customers who dealt with the company in the last days those who spoke: all, and by unit.

    `connection` has the views of the roll-up. Units with the most customers come first.
    """
    rows = connection.execute(
        """
        WITH dealt AS (
            SELECT number, unit_id, FALSE AS spoke FROM fact_purchases
            WHERE occurred_at >= $since AND occurred_at < $now
            UNION ALL SELECT number, unit_id, FALSE FROM fact_contacts
            WHERE occurred_at >= $since AND occurred_at < $now
            UNION ALL SELECT number, unit_id, TRUE FROM fact_voices
            WHERE occurred_at >= $since AND occurred_at < $now
        ),
        people AS (SELECT number, unit_id, bool_or(spoke) AS spoke FROM dealt GROUP BY number, unit_id)
        SELECT unit_id, count(*), count(*) FILTER (spoke) FROM people GROUP BY unit_id
        UNION ALL
        SELECT NULL, count(*), count(*) FILTER (spoke)
        FROM (SELECT number, bool_or(spoke) AS spoke FROM people GROUP BY number)
        ORDER BY 2 DESC, 1
        """,
        {"since": now - timedelta(days=days), "now": now},
    ).fetchall()
    units = [
        SpeakingUnit(
            unit_id=-1 if unit_id is None else int(unit_id),
            n_customers=int(n),
            spoke=proportion(n_spoke, n).one(),
        )
        for unit_id, n, n_spoke in rows
    ]
    whole = next(one for one in units if one.unit_id == -1)
    return whole, [one for one in units if one.unit_id != -1]


def _read(row: dict[str, object]) -> SilentCustomer:
    def figure(name: str) -> float:
        value = row[name]
        assert isinstance(value, int | float)
        return float(value)

    complained_at, amount = row["last_complaint_at"], row["amount_year"]
    return SilentCustomer(
        customer=UUID(str(row["customer"])),
        n_dealings=int(figure("n_dealings")),
        last_day=int(figure("last_day")),
        silent_days=int(figure("silent_days")),
        interval_days=figure("interval_days"),
        overdue=figure("overdue"),
        still=figure("still"),
        risk=figure("risk"),
        has_complained_last=bool(row["has_complained_last"]),
        last_complaint_at=complained_at if isinstance(complained_at, datetime) else None,
        n_voices=int(figure("n_voices")),
        amount_year=float(amount) if isinstance(amount, int | float) else None,
        parts=[(name, figure(f"part_{name}")) for name in REASONS],
    )
