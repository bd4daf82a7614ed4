"""A look at a file before it is taken in."""

from __future__ import annotations

from pathlib import Path

from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.cells import as_text
from zhiyin.listen.importers.convert import Converter
from zhiyin.listen.importers.files import open_tables
from zhiyin.listen.importers.reasons import reason_of
from zhiyin.listen.importers.tables import Chunk, Table
from zhiyin.listen.services.imports.defaults import defaults_of
from zhiyin.listen.services.imports.plan import find_plan, first_rows, read_options
from zhiyin.listen.services.imports.report import ImportPreview, ImportRequest, TablePlan, TablePreview

N_PREVIEW_ROWS = 5


def preview_import(
    path: Path, *, request: ImportRequest, n_rows: int = N_PREVIEW_ROWS, language: str = "en"
) -> ImportPreview:
    """The first rows of every table as they would be understood. Changes nothing.

    Reasons against a row are in `language`, English or (`zh…`) Chinese.

    Raises:
        InvalidInput: the file as a whole, or every table in it, is unusable.
    """
    tables: list[TablePreview] = []
    unusable: list[InvalidInput] = []
    with open_tables(path, options=read_options(request)) as opened:
        for table in opened:
            sample = first_rows(table)
            if sample is None:
                continue
            try:
                plan = find_plan(table, sample=sample, request=request)
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
    return TablePreview(
        plan=plan,
        names=sample.names,
        rows=[tuple(map(as_text, row)) for row in few.rows],
        items=converted.items,
        rejected=[f"{bad.line}: {bad.field} {reason_of(bad, language=language)}" for bad in converted.bad],
    )
