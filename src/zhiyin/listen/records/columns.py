"""Which column of a file of records is what: guessed by its name, unless the user says it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.cells import as_text
from zhiyin.listen.importers.dates import guess_form
from zhiyin.listen.importers.mapping import ColumnUse, Mapping, find_column
from zhiyin.listen.importers.names import normal_name
from zhiyin.listen.importers.tables import Chunk
from zhiyin.listen.records.fields import field_by_name, fields_of
from zhiyin.listen.records.kinds import RecordKind

IGNORED = "ignore"
_SAMPLE_ROWS = 300
# What names a row where no column of ids does; a unit by its code or its name.
_NATURAL = {
    "purchases": ("order_id",),
    "contacts": (),
    "inspections": ("unit", "occurred_at", "dimension", "item"),
    "products": ("serial",),
    "visits": (),
}
_NEEDED = {
    "purchases": ("ordered_at",),
    "contacts": ("occurred_at",),
    "inspections": ("occurred_at", "dimension", "item", "score"),
    "products": ("bought_at", "product"),
    "visits": ("occurred_at",),
}


def guess_columns(sample: Chunk, *, kind: RecordKind, overrides: Sequence[str] = ()) -> Mapping:
    """The most likely field of each column; `overrides` such as `amount=实付` stand above the guess.

    Raises:
        InvalidInput: an override is unreadable, or names a field or column that is not there.
    """
    chosen: dict[str, ColumnUse] = {}
    for text in overrides:
        field, column = _read_override(text, kind=kind, names=sample.names)
        chosen[column] = ColumnUse(column=column, field=field)
    taken = {use.field for use in chosen.values()}
    known = field_by_name(kind.code)
    candidates = sorted(
        (known[normal_name(name)][2], place, name)
        for place, name in enumerate(sample.names)
        if name not in chosen and normal_name(name) in known
    )
    for _, _, name in candidates:
        field, form, _ = known[normal_name(name)]
        if field not in taken:
            chosen[name] = ColumnUse(column=name, field=field, form=form)
            taken.add(field)
    uses = [chosen.get(name) or ColumnUse(column=name, field=IGNORED) for name in sample.names]
    return with_forms(Mapping(columns=uses), sample=sample, kind=kind)


def with_forms(mapping: Mapping, *, sample: Chunk, kind: RecordKind) -> Mapping:
    """The mapping with the form of its dates as the cells suggest, of its durations as names do."""
    uses = []
    known = field_by_name(kind.code)
    for use in mapping.columns:
        form = use.form
        if use.field in kind.moments and use.column in sample.names:
            place = sample.names.index(use.column)
            cells = [row[place] for row in sample.rows[:_SAMPLE_ROWS] if as_text(row[place])]
            form = guess_form(cells) or "ymd"
        elif use.field.endswith("_s"):
            named = known.get(normal_name(use.column))
            form = named[1] if named and named[0] == use.field else ""
        uses.append(msgspec.structs.replace(use, form=form))
    return msgspec.structs.replace(mapping, columns=uses)


def natural_ids(mapping: Mapping, *, kind: RecordKind) -> list[str]:
    """The columns that together name a row, where no column of ids does; empty if there are none."""
    if mapping.columns_of("external_id"):
        return []
    columns = []
    for field in _NATURAL[kind.code]:
        fields = ("unit_code", "unit_name") if field == "unit" else (field,)
        uses = [use for one in fields for use in mapping.columns_of(one)]
        if not uses and field != "unit":
            return []
        columns += [use.column for use in uses]
    return columns


def has_ids(mapping: Mapping, *, kind: RecordKind) -> bool:
    """Whether a row is known again after its contents changed."""
    return bool(mapping.columns_of("external_id") or natural_ids(mapping, kind=kind))


def find_lacking(mapping: Mapping, *, kind: RecordKind, has_unit: bool) -> list[str]:
    """The fields without which no row can be taken; `has_unit`: a unit is given for all rows."""
    fields = {use.field for use in mapping.columns}
    lacking = [field for field in _NEEDED[kind.code] if field not in fields]
    if kind.needs_unit and not has_unit and not fields & {"unit_code", "unit_name"}:
        lacking.append("unit_code")
    return lacking


def require_columns(mapping: Mapping, *, kind: RecordKind, has_unit: bool, names: Sequence[str]) -> None:
    """Check that rows can be taken.

    Raises:
        InvalidInput: a column is lacking that every row needs.
    """
    lacking = find_lacking(mapping, kind=kind, has_unit=has_unit)
    if lacking:
        raise InvalidInput(
            f"No column holds what every row needs: {', '.join(lacking)}.",
            next_step=f"Name it, for example --map {lacking[0]}=…. The columns are: {', '.join(names[:40])}.",
        )


def _read_override(text: str, *, kind: RecordKind, names: Sequence[str]) -> tuple[str, str]:
    field, equals, column = text.partition("=")
    field = field.strip().replace("-", "_")
    if not equals or not column.strip():
        raise InvalidInput(f"“{text[:60]}” is no mapping.", next_step="Write for example --map amount=实付.")
    if field != IGNORED and field not in fields_of(kind.code):
        fields = ", ".join([*fields_of(kind.code), IGNORED])
        raise InvalidInput(f"There is no field “{field[:40]}”.", next_step=f"Use one of: {fields}.")
    return field, find_column(column.strip(), names=names)
