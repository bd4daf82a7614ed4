"""Where customers come, and what they buy when, as columns to be compared beside who they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import duckdb
import pyarrow as pa

from zhiyin.customers.linking.mapping import register_mapping
from zhiyin.customers.matching.kinds import Kind
from zhiyin.engine import Engine

_WITHIN_SECONDS = 600
_LEAST_SHARE = 0.5
_MOST_SHARING = 4
_LEAST_SHARED, _LEAST_LIFT = 5, 3.0
_SHIFTS_DAYS = (7, 14, 21)
_TABLES = {
    "feedback": ("author_key", "NOT coalesce(is_duplicate, FALSE)"),
    "purchases": ("customer_key", "TRUE"),
    "contacts": ("customer_key", "TRUE"),
    "visits": ("customer_key", "TRUE"),
}
COLUMNS: Mapping[str, Kind] = {"usual": Kind.USUAL, "bought": Kind.BOUGHT}
"""The columns and what they are; all text, `bought` words with a space between."""


def read_habits(engine: Engine, customers: Sequence[UUID]) -> dict[str, pa.Array]:
    """For each customer, in order, the columns of `COLUMNS`; None where too little is known.

    `usual` is the unit of at least half of what is known; `bought` names purchases that another customer
    has too: of one unit, of one amount, within minutes. That column is left out where there are no more
    of those than chance alone makes.
    """
    present = [name for name in _TABLES if name in set(engine.lake.tables())]
    if not present or not customers:
        return {}
    with engine.lake.connect(*present) as connection:
        register_mapping(connection, home=engine.home)
        wanted = pa.table(
            {
                "customer": pa.array([str(one) for one in customers]),
                "place": pa.array(range(len(customers)), pa.int64()),
            }
        )
        connection.register("wanted", wanted)
        _gather(connection, present)
        found = {"usual": _usual(connection)}
        if "purchases" in present and _tells_more_than_chance(connection):
            found["bought"] = _bought(connection)
    arrays = {name: _in_order(rows, n_rows=len(customers)) for name, rows in found.items()}
    return {name: array for name, array in arrays.items() if len(array.unique().drop_null()) > 1}


def _gather(connection: duckdb.DuckDBPyConnection, present: Sequence[str]) -> None:
    """The tables `met` (place, unit_id, moment) and `orders` (also amount, in hundredths)."""
    connection.execute(
        "CREATE TEMP TABLE keys AS SELECT key, wanted.place FROM customer_keys JOIN wanted USING (customer)"
    )
    parts = " UNION ALL ".join(
        f"SELECT keys.place, unit_id, occurred_at AS moment FROM {name}"  # noqa: S608 - own names
        f" JOIN keys ON keys.key = {_TABLES[name][0]} WHERE is_current AND {_TABLES[name][1]}"
        for name in present
    )
    connection.execute(f"CREATE TEMP TABLE met AS {parts}")
    if "purchases" in present:
        connection.execute(
            "CREATE TEMP TABLE orders AS"
            " SELECT *, CAST(floor(epoch(moment) / $seconds) AS BIGINT) AS slot FROM ("
            "SELECT keys.place, any_value(unit_id) AS unit_id, min(occurred_at) AS moment,"
            " CAST(round(100 * sum(amount)) AS BIGINT) AS amount"
            " FROM purchases JOIN keys ON keys.key = customer_key WHERE is_current"
            " GROUP BY keys.place, coalesce(order_key, record_id)"
            " HAVING sum(amount) > 0 AND any_value(unit_id) IS NOT NULL)",
            {"seconds": _WITHIN_SECONDS},
        )


def _usual(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, str]]:
    return connection.execute(
        "SELECT place, CAST(arg_max(unit_id, n) AS VARCHAR) FROM (SELECT place, unit_id, count(*) AS n"
        " FROM met WHERE unit_id IS NOT NULL GROUP BY ALL) GROUP BY place"
        " HAVING max(n) >= $share * sum(n)",
        {"share": _LEAST_SHARE},
    ).fetchall()


# Orders of two customers, of one unit and amount, within minutes; moved by days, what chance makes. Slots
# are as long as the minutes, so that neighbours are found by being equal.
_SHARED = """
SELECT one.place AS left_place, other.place AS right_place, one.unit_id, one.amount, one.moment
FROM (SELECT *, unnest([-1, 0, 1]) AS step FROM orders) AS one
JOIN orders AS other ON one.unit_id = other.unit_id AND one.amount = other.amount
AND other.slot = one.slot + one.step - $days * 86400 // $seconds
WHERE abs(epoch(one.moment) - epoch(other.moment) - $days * 86400) <= $seconds
AND one.place {order} other.place
"""


def _tells_more_than_chance(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether purchases coincide much more often than they do moved by whole weeks."""
    n_shared = _count(connection, order="<", days=0)
    if n_shared < _LEAST_SHARED:
        return False
    by_chance = [_count(connection, order="<>", days=days) / 2 for days in _SHIFTS_DAYS]
    return n_shared >= _LEAST_LIFT * max(sum(by_chance) / len(by_chance), 1.0)


def _count(connection: duckdb.DuckDBPyConnection, *, order: str, days: int) -> int:
    question = f"SELECT count(*) FROM ({_SHARED.format(order=order)})"  # noqa: S608 - own parts
    ((n,),) = connection.execute(question, {"days": days, "seconds": _WITHIN_SECONDS}).fetchall()
    return int(n)


def _bought(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, str]]:
    """Words that two customers have in common where a purchase of each is likely one; not those of many."""
    return connection.execute(
        f"WITH shared AS ({_SHARED.format(order='<')}), "  # noqa: S608 - own parts
        "named AS (SELECT left_place, right_place,"
        " CAST(hash(unit_id, amount, moment) % 1000000007 AS VARCHAR) AS word FROM shared),"
        " few AS (SELECT word FROM named GROUP BY word HAVING count(*) < $most)"
        " SELECT place, string_agg(DISTINCT word, ' ') FROM (SELECT left_place AS place, word FROM named"
        " UNION ALL SELECT right_place, word FROM named) WHERE word IN (FROM few) GROUP BY place",
        {"days": 0, "seconds": _WITHIN_SECONDS, "most": _MOST_SHARING},
    ).fetchall()


def _in_order(rows: Sequence[tuple[int, str]], *, n_rows: int) -> pa.Array:
    of = dict(rows)
    return pa.array([of.get(place) for place in range(n_rows)], type=pa.string())
