"""Runs the statements of `sql/`: fixed texts, values always as parameters, rows typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TypeVar

import duckdb
import msgspec

from zhiyin.insight.selection import Parameter

Row = TypeVar("Row", bound=msgspec.Struct)

_PARAMETER = re.compile(r"\$(\w+)")


def run(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    *,
    row: type[Row],
    parameters: Mapping[str, Parameter],
    **pieces: str,
) -> list[Row]:
    """Rows of the statement `sql/<name>.sql`, its `{pieces}` filled with fixed SQL of this room.

    Only the parameters that the finished text names are handed over.
    """
    sql = read_statement(name).format(**pieces)
    wanted = named_parameters(sql, parameters)
    # Through Arrow, because DuckDB's own rows need the package pytz for times.
    found = connection.execute(sql, wanted).to_arrow_table().to_pylist()
    return msgspec.convert(found, type=list[row])  # type: ignore[valid-type]


def named_parameters(sql: str, parameters: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """The parameters that the text names; DuckDB refuses others."""
    return {key: parameters[key] for key in set(_PARAMETER.findall(sql))}


@cache
def read_statement(name: str) -> str:
    """The text of a statement."""
    return files("zhiyin.insight").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def has_rows(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether the table or view has any row at all."""
    return connection.table(name).limit(1).fetchone() is not None


def has_table(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether the connection has a table or view of this name."""
    sql = "SELECT count(*) FROM information_schema.tables WHERE table_name = $name"
    found = connection.execute(sql, {"name": name}).fetchone()
    return found is not None and found[0] > 0
