"""SQL that differs between engines, in one place; everything else is the common subset.

The right-hand side is DuckDB's; Spark's word for each stands beside it.
"""

from __future__ import annotations


def percentile(column: str, *, share: float) -> str:
    """Exact percentile with interpolation. Spark: `percentile(column, share)`."""
    return f"quantile_cont({column}, {share})"


def members(parameter: str, *, kind: str) -> str:
    """The members of a list parameter as rows, for IN. Spark: `SELECT explode(parameter)`."""
    return f"SELECT unnest(CAST({parameter} AS {kind}[]))"


def rows_of_file(column: str, *, parameter: str) -> str:
    """A column of a Parquet file, for IN. Spark: a view over `spark.read.parquet`."""
    return f"SELECT {column} FROM read_parquet({parameter})"  # noqa: S608 - a column of ours


def each(column: str) -> str:
    """One row a member of a list column. Spark: `explode(column)`."""
    return f"unnest({column})"


def has_members(column: str) -> str:
    """Whether a list column has members; false for NULL. Spark: `size(column) > 0`."""
    return f"len({column}) > 0"


def field_of(column: str, *, field: str) -> str:
    """List of one field of the structs of a list. Spark: `column.field`."""
    return f"list_transform({column}, lambda member: member.{field})"


def field_once(column: str, *, field: str) -> str:
    """As `field_of`, each value once. Spark: `array_distinct(column.field)`."""
    values = field_of(column, field=field)
    # Making values distinct costs more than all the rest, and most lists have one member.
    return f"CASE WHEN len({column}) > 1 THEN list_distinct({values}) ELSE {values} END"


def fields_where(column: str, *, field: str, condition: str) -> str:
    """List of one field of the structs that meet a condition on `member`.

    Spark: `transform(filter(column, member -> condition), member -> member.field)`.
    """
    return field_of(f"list_filter({column}, lambda member: {condition})", field=field)


def contains(values: str, *, value: str) -> str:
    """Whether a list has a value. Spark: `array_contains(values, value)`."""
    return f"list_contains({values}, {value})"


def overlaps(values: str, *, parameter: str) -> str:
    """Whether a list shares a member with a list parameter. Spark: `arrays_overlap(values, parameter)`."""
    return f"list_has_any({values}, CAST({parameter} AS VARCHAR[]))"


def has_word(column: str, *, parameter: str) -> str:
    """Whether the text holds the given word, sign by sign. Spark: the same.

    A condition a spelling, joined by OR, costs a third of one lambda over a list of spellings.
    """
    return f"contains({column}, {parameter})"


def fits_pattern(column: str, *, parameter: str) -> str:
    """Whether a part of the text fits a regular expression. Spark: `column RLIKE parameter`."""
    return f"regexp_matches({column}, {parameter})"


def highest(column: str) -> str:
    """Highest member of a list, NULL for an empty one. Spark: `array_max(column)`."""
    return f"list_max({column})"


def hash64(column: str) -> str:
    """A 64-bit hash: counts distinct ids at a third of the cost of their text. Spark: `xxhash64(column)`."""
    return f"hash({column})"


def hours_between(start: str, end: str) -> str:
    """Hours between two instants. Spark: `(unix_micros(end) - unix_micros(start)) / 3.6e9`."""
    return f"(epoch_us({end}) - epoch_us({start})) / 3600000000.0"


def together(**lists: str) -> str:
    """Rows of list parameters of one length: `name="$parameter:KIND"`. Spark: `inline(arrays_zip(…))`."""
    columns = (
        f"unnest(CAST({parameter} AS {kind}[])) AS {name}"
        for name, (parameter, _, kind) in ((name, text.partition(":")) for name, text in lists.items())
    )
    return f"SELECT {', '.join(columns)}"


def step_of(column: str, *, start: str, width: str) -> str:
    """Number of the step of `width` µs since `start` (µs since 1970) that an instant lies in.

    Spark: `CAST(floor((unix_micros(column) - start) / width) AS INT)`.
    """
    return f"CAST(floor((epoch_us({column}) - {start}) / {width}) AS INTEGER)"


def day_number(column: str, *, shift: str) -> str:
    """Whole days since 1970-01-01 of an instant, moved by `shift` microseconds into its zone.

    A twentieth of the cost of `timezone()`. Spark: `unix_micros(column)`.
    """
    return f"CAST(floor((epoch_us({column}) + {shift}) / 86400000000.0) AS INTEGER)"


def hour_number(column: str, *, shift: str) -> str:
    """The hour (0 to 23) of an instant, moved by `shift` microseconds into its zone. Spark: `unix_micros`."""
    return f"CAST(floor((epoch_us({column}) + {shift}) / 3600000000.0) AS BIGINT) % 24"
