"""A look at a file of records before it is taken in."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from zhiyin.errors import InvalidInput
from zhiyin.listen.faults import Fault
from zhiyin.listen.importers.cells import as_text
from zhiyin.listen.importers.files import open_tables
from zhiyin.listen.importers.mapping import ColumnUse, Mapping
from zhiyin.listen.importers.tables import Chunk, Table
from zhiyin.listen.records.columns import IGNORED, find_lacking, guess_columns, has_ids, with_forms
from zhiyin.listen.records.fields import fields_of
from zhiyin.listen.records.importing import column_of
from zhiyin.listen.records.kinds import RecordKind
from zhiyin.listen.records.reading import RecordReader
from zhiyin.listen.records.taking import check_records
from zhiyin.listen.services.imports.plan import first_rows, read_options
from zhiyin.listen.services.imports.report import ImportRequest, RefusedRow

N_ROWS = 200
_N_SAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLook:
    """A column with its first values and the field that it is taken for."""

    position: int
    name: str
    samples: list[str]
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLook:
    """A table as it would be taken; `lacking` are the names of fields that every row
    needs and no column holds.

    `twice`: fields that several columns are taken for. Of `n_read` first rows `refused` would not be taken.
    """

    number: int
    name: str
    mapping: Mapping
    columns: list[ColumnLook]
    lacking: list[str]
    twice: list[str]
    has_ids: bool
    n_read: int
    refused: list[RefusedRow]

    @property
    def can_start(self) -> bool:
        """Whether nothing stands against taking it in."""
        return not self.lacking and not self.twice


def look_at(
    path: Path,
    *,
    name: str,
    kind: RecordKind,
    request: ImportRequest,
    chosen: AnyMapping[int, AnyMapping[int, str]],
    language: str,
) -> list[TableLook]:
    """Every table of the file under the fields that were chosen, by number of the table and the column.

    Raises:
        InvalidInput: the file is unusable, or has no rows.
    """
    looks: list[TableLook] = []
    with open_tables(path, options=replace(read_options(request), is_look=True), name=name) as tables:
        for table in tables:
            sample = first_rows(table)
            if sample is not None:
                fields = chosen.get(len(looks), {})
                mapping = _map(sample, kind=kind, chosen=fields)
                looks.append(
                    _look(
                        table,
                        sample,
                        number=len(looks),
                        mapping=mapping,
                        kind=kind,
                        request=request,
                        language=language,
                    )
                )
    if not looks:
        raise InvalidInput("The file has no rows.", next_step="Export it again, with at least one row.")
    return looks


def _map(sample: Chunk, *, kind: RecordKind, chosen: AnyMapping[int, str]) -> Mapping:
    guessed = guess_columns(sample, kind=kind)
    if not chosen:
        return guessed
    known = {*fields_of(kind.code), IGNORED}
    uses = [
        ColumnUse(column=use.column, field=chosen[place])
        if chosen.get(place) in known and chosen[place] != use.field
        else use
        for place, use in enumerate(guessed.columns)
    ]
    return with_forms(msgspec.structs.replace(guessed, columns=uses), sample=sample, kind=kind)


def _look(
    table: Table,
    sample: Chunk,
    *,
    number: int,
    mapping: Mapping,
    kind: RecordKind,
    request: ImportRequest,
    language: str,
) -> TableLook:
    few = Chunk(names=sample.names, rows=sample.rows[:N_ROWS], lines=sample.lines[:N_ROWS])
    lacking = find_lacking(mapping, kind=kind, has_unit=bool(request.unit))
    fields = [use.field for use in mapping.columns if use.field != IGNORED]
    twice = sorted({field for field in fields if fields.count(field) > 1})
    about = fields_of(kind.code)
    refused: list[RefusedRow] = []
    if not lacking and not twice:
        records = RecordReader(kind=kind, mapping=mapping, unit=request.unit).read(few)
        checked, _ = check_records(records, kind=kind, now=datetime.now(UTC))
        refused = [
            RefusedRow(line=line, field=column_of(one.field, mapping=mapping), reason=one.reason(language))
            for one, line in zip(checked, few.lines, strict=True)
            if isinstance(one, Fault)
        ]
    return TableLook(
        number=number,
        name=table.name,
        mapping=mapping,
        columns=[
            ColumnLook(
                position=place,
                name=use.column,
                samples=[text for row in few.rows if (text := as_text(row[place]))][:_N_SAMPLES],
                field=use.field,
            )
            for place, use in enumerate(mapping.columns)
        ],
        lacking=[about[field].name(language) for field in lacking],
        twice=[about[field].name(language) for field in twice],
        has_ids=has_ids(mapping, kind=kind),
        n_read=len(few.rows),
        refused=refused,
    )
