"""Erases a person's records."""

from __future__ import annotations

from collections.abc import Sequence

from zhiyin.engine import Engine
from zhiyin.listen.records.tables import RECORD_TABLES
from zhiyin.listen.records.turn import records_turn

_CHUNK = 1_000


def erase_records(engine: Engine, *, author_key: str, order_keys: Sequence[str]) -> int:
    """Remove the person's rows and those of the orders named, bytes too; returns how many.

    Run again after an interruption, it finishes.
    """
    n_rows = 0
    with records_turn(engine.home):
        for spec in RECORD_TABLES:
            if spec.name not in engine.lake.tables():
                continue
            conditions = []
            if author_key and "customer_key" in spec.schema.names:
                conditions.append(f"customer_key = '{_hexadecimal(author_key)}'")
            if "order_key" in spec.schema.names:
                conditions += [
                    f"order_key IN ({_quoted(order_keys[start : start + _CHUNK])})"
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
