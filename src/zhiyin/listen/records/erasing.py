"""Erases a person's records."""

from __future__ import annotations

from collections.abc import Sequence

from zhiyin.engine import Engine
from zhiyin.listen.records.tables import RECORD_TABLES
from zhiyin.listen.records.turn import records_turn

_CHUNK = 1_000


def erase_records(engine: Engine, *, author_keys: Sequence[str], order_keys: Sequence[str]) -> int:
    """Remove the person's rows and those of the orders named, bytes too; returns how many.

    An order whose own record names somebody else stays: whoever speaks of an order need not be the one
    who gave it. Run again after an interruption, it finishes.
    """
    n_rows = 0
    with records_turn(engine.home):
        for spec in RECORD_TABLES:
            if spec.name not in engine.lake.tables():
                continue
            conditions = []
            if author_keys and "customer_key" in spec.schema.names:
                conditions.append(f"customer_key IN ({_quoted(author_keys)})")
            if "order_key" in spec.schema.names:
                # An order that names nobody has its own key for a customer's.
                conditions += [
                    f"order_key IN ({_quoted(order_keys[start : start + _CHUNK])})"
                    " AND (customer_key IS NULL OR customer_key = order_key)"
                    for start in range(0, len(order_keys), _CHUNK)
                ]
            n_rows += sum(engine.lake.delete(spec.name, where=condition) for condition in conditions)
            if conditions:
                engine.lake.vacuum(spec.name, keep_hours=0)
    return n_rows


def _quoted(keys: Sequence[str]) -> str:
    return ", ".join(f"'{_hexadecimal(key)}'" for key in keys)


def _hexadecimal(key: str) -> str:
    """The key as it is, if it is one: it becomes part of a condition."""
    return bytes.fromhex(key).hex()
