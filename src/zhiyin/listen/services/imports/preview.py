"""A look at a file before it is taken in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from zhiyin.errors import InvalidInput
from zhiyin.listen.blemishes import find_blemished
from zhiyin.listen.faults import Fault
from zhiyin.listen.importers.cells import as_text
from zhiyin.listen.importers.convert import Converted, Converter
from zhiyin.listen.importers.files import open_tables
from zhiyin.listen.importers.reasons import reason_of
from zhiyin.listen.importers.tables import Chunk, Table
from zhiyin.listen.items import FeedbackIn
from zhiyin.listen.services.imports.defaults import defaults_of
from zhiyin.listen.services.imports.plan import find_plan, first_rows, read_options
from zhiyin.listen.services.imports.report import (
    ImportPreview,
    ImportRequest,
    RefusedRow,
    TablePlan,
    TablePreview,
)
from zhiyin.listen.validation import check_item

N_PREVIEW_ROWS = 5


def preview_import(
    path: Path,
    *,
    request: ImportRequest,
    n_rows: int = N_PREVIEW_ROWS,
    language: str = "en",
    name: str = "",
    n_chunks_checked: int | None = None,
    may_say_nothing: bool = False,
) -> ImportPreview:
    """The first rows of every table as they would be understood. Changes nothing.

    Reasons against a row are in `language`, English or (`zh…`) Chinese. `name` is the file's where it
    lies under another one. To know ids from other numbers the whole file is read, or only its first
    `n_chunks_checked` chunks. With `may_say_nothing` a table without words comes along, with a problem.

    Raises:
        InvalidInput: the file as a whole, or every table in it, is unusable.
    """
    tables: list[TablePreview] = []
    unusable: list[InvalidInput] = []
    options = replace(read_options(request), is_look=True)
    with open_tables(path, options=options, name=name) as opened:
        for table in opened:
            sample = first_rows(table)
            if sample is None:
                continue
            try:
                plan = find_plan(
                    table,
                    sample=sample,
                    request=request,
                    n_chunks_checked=n_chunks_checked,
                    may_say_nothing=may_say_nothing,
                )
            except InvalidInput as error:
                unusable.append(error)
                continue
            tables.append(
                _preview(table, plan=plan, sample=sample, request=request, n_rows=n_rows, language=language)
            )
    if not tables:
        raise unusable[0] if unusable else InvalidInput("The file has no rows that can be read.")
    return ImportPreview(tables=tables, unusable=[str(error) for error in unusable])


def _preview(
    table: Table, *, plan: TablePlan, sample: Chunk, request: ImportRequest, n_rows: int, language: str
) -> TablePreview:
    few = Chunk(names=sample.names, rows=sample.rows[:n_rows], lines=sample.lines[:n_rows])
    converter = Converter(defaults=defaults_of(request))
    converter.begin(table, mapping=plan.mapping)
    converted = converter.convert(few)
    faults = _find_faults(converted.items)
    kept = [place for place in range(len(converted.items)) if place not in faults]
    return TablePreview(
        plan=plan,
        names=sample.names,
        rows=[tuple(map(as_text, row)) for row in few.rows],
        items=[converted.items[place] for place in kept],
        lines=[few.lines[converted.indexes[place]] for place in kept],
        refused=_refused(converted, faults=faults, lines=few.lines, language=language),
    )


def _find_faults(items: Sequence[FeedbackIn]) -> dict[int, Fault]:
    """What the intake door would refuse, by place."""
    now = datetime.now(UTC)
    checked = {place: check_item(items[place], now=now) for place in find_blemished(items, now=now)}
    return {place: fault for place, fault in checked.items() if isinstance(fault, Fault)}


def _refused(
    converted: Converted, *, faults: dict[int, Fault], lines: Sequence[int], language: str
) -> list[RefusedRow]:
    rows = [
        RefusedRow(line=bad.line, field=bad.field, reason=reason_of(bad, language=language))
        for bad in converted.bad
    ]
    rows += [
        RefusedRow(line=lines[converted.indexes[place]], field=fault.field, reason=fault.reason(language))
        for place, fault in faults.items()
    ]
    return sorted(rows, key=lambda row: row.line)
