"""How a table is to be understood: as the user says, as saved, or as guessed."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.guess import guess_mapping, without_own_ids
from zhiyin.listen.importers.mapping import Mapping, find_column, header_mark, parse_override
from zhiyin.listen.importers.row_ids import has_conflicts
from zhiyin.listen.importers.tables import Chunk, ReadOptions, Table
from zhiyin.listen.models import ImportMapping
from zhiyin.listen.services.imports.report import ImportRequest, TablePlan


def read_options(request: ImportRequest) -> ReadOptions:
    """The part of a request that concerns reading."""
    return ReadOptions(
        encoding=request.encoding,
        delimiter=request.delimiter,
        has_header=request.has_header,
        sheets=request.sheets,
    )


def first_rows(table: Table) -> Chunk | None:
    """The first chunk with a row in it, None if the table has none."""
    return next((chunk for chunk in table.chunks() if chunk.rows), None)


def settle_plan(table: Table, *, sample: Chunk, request: ImportRequest) -> TablePlan:
    """As `find_plan`; a mapping that the user gave or confirmed is kept for the next file like it."""
    plan = find_plan(table, sample=sample, request=request)
    if request.is_confirmed or plan.origin == "given":
        _save(plan.mapping, names=sample.names, name=table.name)
    return plan


def find_plan(table: Table, *, sample: Chunk, request: ImportRequest) -> TablePlan:
    """How the table is to be understood.

    Raises:
        InvalidInput: an override or the given mapping names a column that is not there; or nothing in
            the table says anything.
    """
    source = request.source or f"file-{header_mark(sample.names)[:8]}"
    make: Callable[..., TablePlan] = lambda **fields: TablePlan(  # noqa: E731 – a partial that mypy can follow
        name=table.name, kind=table.kind, source=source, notes=list(table.notes), **fields
    )
    if table.is_native:
        return make(mapping=Mapping(columns=[], row_ids="own"), origin="native")
    if request.mapping is not None:
        _check_columns(request.mapping, names=sample.names)
        return make(mapping=request.mapping, origin="given")
    saved = None if request.overrides else find_saved_mapping(sample.names)
    if saved is not None:
        return make(mapping=saved, origin="saved")
    overrides = [parse_override(text) for text in request.overrides]
    guess = guess_mapping(sample, overrides=overrides)
    mapping, problems = guess.mapping, guess.problems
    is_wished = any(override.field == "external_id" for override in overrides)
    if mapping.row_ids == "own" and not is_wished and _ids_repeat(table, mapping=mapping):
        mapping, problems = without_own_ids(mapping), [*problems, "ids_repeat"]
    return make(mapping=mapping, problems=problems, origin="given" if overrides else "guessed")


def _ids_repeat(table: Table, *, mapping: Mapping) -> bool:
    return has_conflicts(table.chunks(), column=mapping.columns_of("external_id")[0].column)


def _check_columns(mapping: Mapping, *, names: tuple[str, ...]) -> None:
    for use in mapping.columns:
        if use.field not in ("attribute", "ignore"):
            find_column(use.column, names=names)
    if mapping.row_ids == "own" and not mapping.columns_of("external_id"):
        raise InvalidInput("The mapping takes ids from the rows, and names no column external_id.")


def find_saved_mapping(names: tuple[str, ...]) -> Mapping | None:
    """The mapping that was confirmed for this header, None if there is none that still reads."""
    saved = ImportMapping.objects.filter(header_hash=header_mark(names)).first()
    if saved is None:
        return None
    try:
        return msgspec.convert(saved.mapping, Mapping)
    except msgspec.ValidationError:
        return None


def _save(mapping: Mapping, *, names: tuple[str, ...], name: str) -> None:
    if not mapping.columns:
        return
    ImportMapping.objects.update_or_create(
        header_hash=header_mark(names),
        defaults={"name": name[:200], "mapping": msgspec.to_builtins(mapping)},
    )
