"""Rows of a file under a mapping become records; a cell that cannot be read makes its row a fault."""

from __future__ import annotations

import re
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from datetime import datetime
from typing import cast

import msgspec

from zhiyin.listen.faults import Fault
from zhiyin.listen.importers.cells import as_number, as_text
from zhiyin.listen.importers.dates import DateForm, Unreadable, parse_time
from zhiyin.listen.importers.mapping import ColumnUse, Mapping
from zhiyin.listen.importers.row_ids import RowIdMaker, row_bytes
from zhiyin.listen.importers.tables import Cell, Chunk
from zhiyin.listen.items import AuthorIn, IdentityIn, UnitIn
from zhiyin.listen.records.columns import IGNORED, natural_ids
from zhiyin.listen.records.fields import MINUTES, words
from zhiyin.listen.records.items import RecordIn
from zhiyin.listen.records.kinds import RecordKind

_IDENTITIES = {
    "customer_phone": "phone",
    "customer_email": "email",
    "customer_member": "member",
    "customer_user": "platform_user",
    "customer_wechat": "wechat_openid",
    "customer_unionid": "wechat_unionid",
    "customer_plate": "plate",
}
_EMPTY = frozenset({"", "-", "--", "null", "none", "nan", "n/a", "\\n", "无数据"})
_MONEY = re.compile(r"[¥￥$€\s]|元$|块$|分$")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})")
_SPOKEN = re.compile(
    r"(?:(\d+)\s*(?:小时|时|h))?\s*(?:(\d+)\s*(?:分钟|分|min|m))?\s*(?:(\d+)\s*(?:秒|s|sec))?"
)
_WHOLE = frozenset({"n_adverts", "n_prompts", "n_transfers", "n_told", "n_people"})

Value = str | float | int | bool | datetime | None


class RecordReader:
    """Turns the chunks of one table, in their order, into records; counts what row ids need."""

    def __init__(self, *, kind: RecordKind, mapping: Mapping, unit: str | None) -> None:
        self._kind = kind
        self._mapping = mapping
        self._unit = UnitIn(code=unit) if unit else None
        self._ids = RowIdMaker()
        self._natural = natural_ids(mapping, kind=kind)

    def skip(self, chunk: Chunk) -> None:
        """Pass over rows that were taken before."""
        self._row_ids(chunk)

    def read(self, chunk: Chunk) -> list[RecordIn | Fault]:
        """A record or a fault for each row; a fault's field is the name of its column."""
        ids = self._row_ids(chunk)
        places = {name: place for place, name in enumerate(chunk.names)}
        uses = [(use, places[use.column]) for use in self._mapping.columns if use.column in places]
        uses = [(use, place) for use, place in uses if use.field not in (IGNORED, "external_id")]
        return [
            self._read_row(row, uses=uses, row_id=row_id) for row, row_id in zip(chunk.rows, ids, strict=True)
        ]

    def _row_ids(self, chunk: Chunk) -> list[str]:
        named = self._mapping.columns_of("external_id")
        if named and named[0].column in chunk.names:
            place = chunk.names.index(named[0].column)
            return [as_text(row[place]) for row in chunk.rows]
        places = [chunk.names.index(name) for name in self._natural if name in chunk.names]
        said = ["\x1f".join(as_text(row[place]) for place in places) for row in chunk.rows] if places else []
        if not said:
            return [self._ids.next_id(row_bytes(row)) for row in chunk.rows]
        return [self._ids.next_id(text.encode("utf-8", "surrogatepass")) for text in said]

    def _read_row(
        self, row: Sequence[Cell], *, uses: Sequence[tuple[ColumnUse, int]], row_id: str
    ) -> RecordIn | Fault:
        values: dict[str, Value] = {}
        for use, place in uses:
            cell = row[place]
            if as_text(cell).lower() in _EMPTY:
                continue
            value = _read_cell(cell, use=use, kind=self._kind)
            if isinstance(value, Fault):
                return value
            values[use.field] = value
        return self._make(values, row_id=row_id)

    def _make(self, values: dict[str, Value], *, row_id: str) -> RecordIn | Fault:
        code, name = values.pop("unit_code", None), values.pop("unit_name", None)
        unit = UnitIn(code=cast("str", code), name=cast("str", name)) if code or name else self._unit
        identities = [
            IdentityIn(type=kind, value=str(values.pop(field)))
            for field, kind in _IDENTITIES.items()
            if field in values
        ]
        name = values.pop("customer_name", None)
        given: dict[str, object] = {**values, "external_id": row_id}
        if unit is not None:
            given["unit"] = unit
        if identities or name:
            given["customer"] = AuthorIn(name=cast("str | None", name), identities=identities)
        for field in msgspec.structs.fields(self._kind.item):
            if field.required and field.name not in given:
                return Fault(field=self._column_of(field.name), code="missing")
        return self._kind.item(**given)  # type: ignore[arg-type] # each was read by its field

    def _column_of(self, field: str) -> str:
        uses = self._mapping.columns_of(field)
        return uses[0].column if uses else field


def _read_cell(cell: Cell, *, use: ColumnUse, kind: RecordKind) -> Value | Fault:
    if use.field in kind.moments:
        moment = parse_time(cell, form=cast("DateForm", use.form or "ymd"))
        return Fault(field=use.column, code="unreadable_date") if isinstance(moment, Unreadable) else moment
    if use.field in kind.figures:
        number = _read_number(cell, use=use)
        return Fault(field=use.column, code="unreadable_number") if number is None else number
    if use.field in ("is_resolved", "is_field"):
        return _read_word(
            cell, use=use, meanings={"affirmed": True, "denied": False}, code="unreadable_yes_no"
        )
    if use.field == "dimension":
        dimensions = {name: name for name in ("quality", "service", "cleanliness")}
        return _read_word(cell, use=use, meanings=dimensions, code="unknown_dimension")
    return as_text(cell)


def _read_number(cell: Cell, *, use: ColumnUse) -> float | int | None:
    if use.field.endswith("_s"):
        return _read_seconds(cell, is_minutes=use.form == MINUTES)
    number = as_number(cell)
    if number is None:
        number = as_number(_MONEY.sub("", as_text(cell)))
    if number is None or use.field not in _WHOLE:
        return number
    return int(number) if number.is_integer() else None


def _read_seconds(cell: Cell, *, is_minutes: bool) -> float | None:
    number = as_number(cell)
    if number is not None:
        return number * 60 if is_minutes else number
    text = as_text(cell).lower()
    for pattern in (_CLOCK, _SPOKEN):
        found = pattern.fullmatch(text) if len(text) < 40 else None
        if found and any(found.groups()):
            hours, minutes, seconds = (float(part or 0) for part in found.groups())
            return hours * 3600 + minutes * 60 + seconds
    return None


_Meaning = bool | str


def _read_word(
    cell: Cell, *, use: ColumnUse, meanings: AnyMapping[str, _Meaning], code: str
) -> Value | Fault:
    said = "".join(as_text(cell).lower().split())
    for meaning, value in meanings.items():
        if said in words()[meaning]:
            return value
    return Fault(field=use.column, code=code, limit=said[:40])
