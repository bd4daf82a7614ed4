"""Asks the lake for the facts of one customer, by the keys of all identities and within a scope."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

import duckdb
import msgspec

from zhiyin.people.scope import Scope

_Row = TypeVar("_Row", bound=msgspec.Struct)

_KEY = re.compile(r"[0-9A-Za-z-]{1,64}")


def ask(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    *,
    row: type[_Row],
    values: Mapping[str, object],
) -> list[_Row]:
    """The rows of a question; only those values are given along that it names."""
    used = {name: value for name, value in values.items() if f"${name}" in query}
    result = connection.execute(query, used)
    names = [column[0] for column in result.description or []]
    rows = [dict(zip(names, one, strict=True)) for one in result.fetchall()]
    return msgspec.convert(rows, list[row])  # type: ignore[valid-type]


def write_keys(keys: Sequence[str]) -> str:
    """The keys as SQL, written out, so that DuckDB skips what cannot hold them; a list parameter hides them.

    Raises:
        ValueError: one is no key.
    """
    if not all(_KEY.fullmatch(key) for key in keys):
        raise ValueError("A key of facts has hexadecimal digits alone.")
    return ", ".join(f"'{key}'" for key in keys) or "NULL"


def units_of(scope: Scope) -> list[int]:
    """What `within` names as `$units`."""
    if not isinstance(scope, Scope):
        raise TypeError("A question needs the Scope of the asker.")
    return sorted(scope.unit_ids) if scope.unit_ids is not None else []


def within(scope: Scope, *, column: str = "unit_id") -> str:
    """SQL: whether a fact may be seen. Facts without a unit are the whole company's."""
    return "TRUE" if scope.unit_ids is None else f"{column} IN (SELECT unnest(CAST($units AS BIGINT[])))"
