"""Makes the table that records are compared by: a column of normal forms for each thing told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from zhiyin.customers.matching import normal
from zhiyin.customers.matching.kinds import NAMES, ONLY_SHOWN, SHOWN, Column, Field, Kind
from zhiyin.customers.matching.names import Loose, loose_name, nicknames, settle, sounds

_CONTAINED = 0.6
_DAY_FIRST = 0.02
_SAMPLE = 2000
_MANY = (Kind.BOUGHT, Kind.ACCOUNTS, *SHOWN)
_NORMAL: dict[Kind, Callable[[object], str | None]] = {
    Kind.PHONE: normal.phone,
    Kind.EMAIL: normal.email,
    Kind.NUMBER: normal.code,
    Kind.POST: normal.code,
    Kind.HOUSE: normal.code,
    Kind.PLACE: normal.words,
    Kind.STREET: normal.words,
    Kind.CATEGORY: normal.words,
    Kind.WORDS: normal.words,
    Kind.USUAL: normal.words,
    **dict.fromkeys(_MANY, lambda value: str(value) if value else None),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """`table` has `unique_id` (the row), `side` ("a" or "b") and the columns of `fields`."""

    table: pa.Table
    fields: list[Field]


def prepare(table: pa.Table, *, columns: Sequence[Column], sides: Sequence[str]) -> Prepared:
    """Normal forms of `table`, in the order of its rows; ids and columns not known are left out."""
    made: dict[str, pa.Array] = {
        "unique_id": pa.array(range(table.num_rows), type=pa.int64()),
        "side": pa.array(sides, type=pa.string()),
    }
    fields: list[Field] = []
    _add_names(table, columns=columns, made=made, fields=fields)
    counts: dict[Kind, int] = {}
    for column in columns:
        if column.kind in NAMES or column.kind in (Kind.ID, Kind.IGNORED):
            continue
        counts[column.kind] = counts.get(column.kind, 0) + 1
        field = Field(code=f"{column.kind}_{counts[column.kind]}", kind=column.kind, columns=(column.name,))
        array = _normalised(table.column(column.name), kind=column.kind)
        if len(array.unique().drop_null()) <= 1:
            continue
        if column.kind in SHOWN:
            made[f"{field.code}_whole"] = pc.invert(pc.starts_with(array, ONLY_SHOWN))
            array = pc.utf8_ltrim(array, f"{ONLY_SHOWN} ")
        made[field.code] = pc.split_pattern(array, " ") if column.kind in _MANY else array
        fields.append(field)
    return Prepared(table=pa.table(made), fields=fields)


def _normalised(column: pa.ChunkedArray, *, kind: Kind) -> pa.Array:
    """Each different value is made normal once."""
    coded = column.combine_chunks().dictionary_encode()
    values = coded.dictionary.to_pylist()
    if kind is Kind.BIRTH:
        is_day_first = _is_day_first(values)
        forms = [normal.day(value, is_day_first=is_day_first) for value in values]
    else:
        forms = [_NORMAL[kind](value) for value in values]
    return pa.array(forms, type=pa.string()).take(coded.indices)


def _is_day_first(values: Iterable[object]) -> bool:
    """Whether dates written with the year last begin with the day, by days over 12."""
    firsts = []
    for value in list(values)[:_SAMPLE]:
        parts = [
            part
            for part in (normal.plain(value) or "").replace("/", "-").replace(".", "-").split("-")
            if part
        ]
        if len(parts) == 3 and len(parts[0]) <= 2 and parts[0].isdigit():
            firsts.append(int(parts[0]))
    return bool(firsts) and sum(1 for first in firsts if first > 12) > _DAY_FIRST * len(firsts)


def _add_names(
    table: pa.Table, *, columns: Sequence[Column], made: dict[str, pa.Array], fields: list[Field]
) -> None:
    told = _name_columns(table, columns)
    if not told:
        return
    names = settle(_loose_names(table, told))
    for code, kind in (("given", Kind.GIVEN), ("family", Kind.FAMILY)):
        values = [getattr(name, code) for name in names]
        if not any(values):
            continue
        made[code] = pa.array(values, type=pa.string())
        fields.append(Field(code=code, kind=kind, columns=tuple(dict.fromkeys(told.values()))))
        heard = sounds(set(values))
        made[f"{code}_sound"] = pa.array([heard.get(value or "") for value in values], type=pa.string())
    if "given" in made:
        made["given_others"] = others_of([name.given for name in names], more={})


def others_of(given: Sequence[str | None], *, more: dict[str, frozenset[str]]) -> pa.Array:
    """For each given name those used for it: the nicknames known, and `more` that were learned."""
    known = nicknames()
    found = {
        name: sorted(known.get(name, frozenset()) | more.get(name, frozenset())) or None
        for name in set(given)
        if name
    }
    return pa.array([found.get(name or "") for name in given], type=pa.list_(pa.string()))


def _name_columns(table: pa.Table, columns: Sequence[Column]) -> dict[Kind, str]:
    """One column of each kind; a full name only where given and family are missing or stand in it."""
    found: dict[Kind, str] = {}
    for column in columns:
        if column.kind in NAMES:
            found.setdefault(column.kind, column.name)
    if len(found) > 1 and Kind.FULL_NAME in found and not _is_contained(table, found):
        del found[Kind.FULL_NAME]
    return found


def _is_contained(table: pa.Table, told: dict[Kind, str]) -> bool:
    part = told.get(Kind.FAMILY) or told[Kind.GIVEN]
    wholes = table.column(told[Kind.FULL_NAME]).slice(0, _SAMPLE).to_pylist()
    parts = table.column(part).slice(0, _SAMPLE).to_pylist()
    pairs = [(whole, piece) for whole, piece in zip(wholes, parts, strict=True) if whole and piece]
    return bool(pairs) and sum(1 for whole, piece in pairs if str(piece) in str(whole)) > _CONTAINED * len(
        pairs
    )


def _loose_names(table: pa.Table, told: dict[Kind, str]) -> list[Loose]:
    empty = [None] * table.num_rows
    full = table.column(told[Kind.FULL_NAME]).to_pylist() if Kind.FULL_NAME in told else empty
    given = table.column(told[Kind.GIVEN]).to_pylist() if Kind.GIVEN in told else empty
    family = table.column(told[Kind.FAMILY]).to_pylist() if Kind.FAMILY in told else empty
    known: dict[tuple[object, object, object], Loose] = {}
    loose: list[Loose] = []
    for row in zip(full, given, family, strict=True):
        if row not in known:
            known[row] = loose_name(full=row[0], given=row[1], family=row[2])
        loose.append(known[row])
    return loose
