"""How a table is to be understood: as the user says, as saved, or as guessed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

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


def find_plan(
    table: Table,
    *,
    sample: Chunk,
    request: ImportRequest,
    n_chunks_checked: int | None = None,
    may_say_nothing: bool = False,
) -> TablePlan:
    """How the table is to be understood. Ids are compared over the whole table, or over the first chunks.

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
    given = request.mappings.get(table.name, request.mapping)
    if given is not None:
        _check_columns(given, names=sample.names)
        if (
            request.is_checking_ids
            and given.row_ids == "own"
            and _ids_repeat(table, mapping=given, n_chunks=n_chunks_checked)
        ):
            return make(mapping=without_own_ids(given), origin="given", problems=["ids_repeat"])
        return make(mapping=given, origin="given")
    saved = None if request.overrides else find_saved_mapping(sample.names)
    if saved is not None:
        return make(mapping=saved, origin="saved")
    overrides = [parse_override(text) for text in request.overrides]
    guess = guess_mapping(sample, overrides=overrides, may_say_nothing=may_say_nothing)
    mapping, problems = guess.mapping, guess.problems
    is_wished = any(override.field == "external_id" for override in overrides)
    has_own = mapping.row_ids == "own" and not is_wished
    if has_own and _ids_repeat(table, mapping=mapping, n_chunks=n_chunks_checked):
        mapping, problems = without_own_ids(mapping), [*problems, "ids_repeat"]
    return make(mapping=mapping, problems=problems, origin="given" if overrides else "guessed")


def _ids_repeat(table: Table, *, mapping: Mapping, n_chunks: int | None) -> bool:
    chunks = islice(table.chunks(), n_chunks)
    return has_conflicts(chunks, column=mapping.columns_of("external_id")[0].column)


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
        mapping = msgspec.convert(saved.mapping, Mapping)
    except msgspec.ValidationError:
        return None
    # Letter case and blanks of the header may have changed since.
    here = {name.strip().lower(): name for name in names}
    uses = [
        msgspec.structs.replace(use, column=here.get(use.column.strip().lower(), use.column))
        for use in mapping.columns
    ]
    return msgspec.structs.replace(mapping, columns=uses)


def _save(mapping: Mapping, *, names: tuple[str, ...], name: str) -> None:
    if not mapping.columns:
        return
    ImportMapping.objects.update_or_create(
        header_hash=header_mark(names),
        defaults={"name": name[:200], "mapping": msgspec.to_builtins(mapping)},
    )
