"""What a lake table may look like, and how rows are made to fit it."""

from __future__ import annotations

import re

import pyarrow as pa
from deltalake import DeltaTable

from zhiyin.engine.protocols import TableSpec
from zhiyin.errors import Conflict, InvalidInput

PARTITION = "day"
SORT_BY = "zhiyin.sortBy"
HAS_EVOLVED = "zhiyin.hasEvolved"

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


def check_spec(spec: TableSpec) -> None:
    """Refuse what would not survive DuckDB and Spark.

    Raises:
        InvalidInput: a bad name, no date column `day`, unsigned or zoneless columns, unknown sort columns.
    """
    check_name(spec.name)
    names = spec.schema.names
    if PARTITION not in names or spec.schema.field(PARTITION).type != pa.date32():
        raise InvalidInput(f"Table {spec.name} needs a column day of type date32.", field=PARTITION)
    for column in spec.schema:
        if reason := _find_bad_type(column.type):
            raise InvalidInput(f"Column {column.name} of table {spec.name} {reason}.", field=column.name)
    for column in spec.sort_by:
        if column not in names:
            raise InvalidInput(f"Table {spec.name} has no column {column} to sort by.", field=column)


def check_name(name: str) -> None:
    """Table names become folder names and SQL names."""
    if not _NAME.fullmatch(name):
        raise InvalidInput("A table name has lower-case letters, digits and underscores.", field="name")


def _find_bad_type(kind: pa.DataType) -> str | None:
    if pa.types.is_unsigned_integer(kind):
        return "is unsigned, which Spark reads as decimal: use a signed type"
    if pa.types.is_timestamp(kind) and kind.tz is None:
        return "is a timestamp without a time zone: use timestamp('us', tz='UTC')"
    for index in range(kind.num_fields):
        if reason := _find_bad_type(kind.field(index).type):
            return reason
    return None


def to_configuration(spec: TableSpec) -> dict[str, str | None]:
    """The properties that the table carries, so that every process keeps it in the same way."""
    return {
        SORT_BY: ",".join(spec.sort_by),
        # Commits come every second: without a short memory the log would hold a million files.
        "delta.logRetentionDuration": "interval 2 hours",
        "delta.deletedFileRetentionDuration": "interval 1 days",
        # Highest and lowest values stand readably in the log: keep texts out of it.
        "delta.dataSkippingStatsColumns": ",".join(_list_statistics_columns(spec)),
    }


def _list_statistics_columns(spec: TableSpec) -> list[str]:
    def is_wanted(column: pa.Field) -> bool:
        kind = column.type
        is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_temporal(kind)
        return is_number or column.name in spec.sort_by or column.name == "id" or column.name.endswith("_id")

    return [column.name for column in spec.schema if column.name != PARTITION and is_wanted(column)]


def read_schema(table: DeltaTable) -> pa.Schema:
    """The table's Arrow schema, in the order of its columns."""
    return pa.schema(table.schema().to_arrow())


def list_missing(table: str, *, has: pa.Schema, wants: pa.Schema) -> list[pa.Field]:
    """Columns of `wants` that the table lacks.

    Raises:
        Conflict: a column is there with another type.
    """
    missing = []
    for column in wants:
        index = has.get_field_index(column.name)
        if index < 0:
            missing.append(column)
        elif not _is_same(has.field(index).type, column.type):
            raise Conflict(
                f"Column {column.name} of table {table} is {has.field(index).type}, not {column.type}.",
                next_step="Give the new column another name, or rebuild the table.",
            )
    return missing


def _is_same(left: pa.DataType, right: pa.DataType) -> bool:
    """Whether types agree but for the names of list items and for nullability."""
    if pa.types.is_list(left) and pa.types.is_list(right):
        return _is_same(left.value_type, right.value_type)
    if pa.types.is_struct(left) and pa.types.is_struct(right):
        return [left.field(i).name for i in range(left.num_fields)] == [
            right.field(i).name for i in range(right.num_fields)
        ] and all(_is_same(left.field(i).type, right.field(i).type) for i in range(left.num_fields))
    return bool(left == right)


def fit(rows: pa.Table, *, table: str, schema: pa.Schema, sort_by: list[str]) -> pa.Table:
    """The rows with the table's columns and types, sorted by day and then by `sort_by`.

    Raises:
        InvalidInput: a column that the table has not, a type that does not fit, a row without a day.
    """
    for name in rows.schema.names:
        if name not in schema.names:
            raise InvalidInput(f"Table {table} has no column {name}.", field=name)
    fitted = pa.table([_fit_column(rows, column, table) for column in schema], schema=schema)
    if fitted[PARTITION].null_count:
        raise InvalidInput(f"Every row of table {table} needs a day.", field=PARTITION)
    return fitted.sort_by([(name, "ascending") for name in [PARTITION, *sort_by]])


def _fit_column(rows: pa.Table, column: pa.Field, table: str) -> pa.ChunkedArray:
    if column.name not in rows.schema.names:
        return pa.chunked_array([pa.nulls(rows.num_rows, column.type)])
    values = rows[column.name]
    if values.type == column.type:
        return values
    try:
        return values.cast(column.type)
    except pa.ArrowException as error:
        raise InvalidInput(
            f"Column {column.name} of table {table} takes {column.type}, not {values.type}.",
            field=column.name,
        ) from error
