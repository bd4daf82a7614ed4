"""JSON objects as rows: nested keys become columns such as `author.name`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import cast

import msgspec

from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.headers import clean_names
from zhiyin.listen.importers.native import looks_native
from zhiyin.listen.importers.tables import MAX_COLUMNS, BadRow, Cell, Chunk, OpenFile, Table, in_chunks

MAX_DEPTH = 4
_LOOK_ROWS = 20

NumberedObject = tuple[int, dict[str, object]]


def table_of_objects(
    file: OpenFile, *, kind: str, objects: Callable[[], Iterator[NumberedObject | BadRow]], encoding: str
) -> Table:
    """The table of a file of objects, its columns their keys; or of voices, if the first ones are such.

    Raises:
        InvalidInput: no objects in it, and nothing that is wrong either.
    """
    first = list(islice(objects(), _LOOK_ROWS))
    if not first:
        raise InvalidInput("The file has no rows.", next_step="Give it one JSON object for each row.")
    found = [entry[1] for entry in first if not isinstance(entry, BadRow)]
    is_native = bool(found) and all(map(looks_native, found))

    def chunks() -> Iterator[Chunk]:
        if is_native:
            return in_chunks(_as_cells(objects()), names=("voice",))
        return chunks_of_objects(objects(), table=file.name)

    return Table(
        name=file.name,
        kind=kind,
        chunks=chunks,
        notes=(f"encoding {encoding}",),
        is_ragged=True,
        is_native=is_native,
        encoding=encoding,
        share_read=file.share_read,
    )


def _as_cells(
    objects: Iterable[NumberedObject | BadRow],
) -> Iterator[tuple[int, Sequence[Cell]] | BadRow]:
    for entry in objects:
        # An object in the place of a cell: only `native` looks into it.
        yield entry if isinstance(entry, BadRow) else (entry[0], cast("Sequence[Cell]", (entry[1],)))


def chunks_of_objects(objects: Iterable[NumberedObject | BadRow], *, table: str) -> Iterator[Chunk]:
    """Chunks with as many columns as their objects have keys; keys may differ from chunk to chunk."""
    for group in _groups(objects):
        names: dict[str, int] = {}
        rows: list[tuple[int, list[Cell]] | BadRow] = []
        for entry in group:
            if isinstance(entry, BadRow):
                rows.append(entry)
                continue
            line, value = entry
            flat = flatten(value)
            if len(flat) > MAX_COLUMNS:
                limits = (str(len(flat)), str(MAX_COLUMNS))
                rows.append(BadRow(table=table, line=line, code="too_many_keys", values=limits))
                continue
            rows.append((line, _in_columns(flat, names=names)))
        width = len(names)
        for row in rows:
            if not isinstance(row, BadRow):
                row[1].extend([None] * (width - len(row[1])))
        yield from in_chunks(rows, names=_distinct(names))


def _distinct(names: dict[str, int]) -> tuple[str, ...]:
    return clean_names(list(names)[:MAX_COLUMNS])


def _in_columns(flat: dict[str, Cell], *, names: dict[str, int]) -> list[Cell]:
    """The object's values in the order of `names`, which learns the keys it does not know."""
    for key in flat:
        if key not in names and len(names) < MAX_COLUMNS:
            names[key] = len(names)
    return [flat.get(key) for key in names]


def _groups(
    objects: Iterable[NumberedObject | BadRow],
) -> Iterator[list[NumberedObject | BadRow]]:
    group: list[NumberedObject | BadRow] = []
    for entry in objects:
        group.append(entry)
        if len(group) >= 2_000:
            yield group
            group = []
    if group:
        yield group


def flatten(value: dict[str, object], *, prefix: str = "", depth: int = 1) -> dict[str, Cell]:
    """Nested objects as dotted keys, to four levels; what is deeper, and lists of objects, as JSON text."""
    flat: dict[str, Cell] = {}
    for key, element in value.items():
        name = f"{prefix}{key}"
        if isinstance(element, dict) and element and depth < MAX_DEPTH:
            flat.update(flatten(element, prefix=f"{name}.", depth=depth + 1))
        elif element is None or isinstance(element, str | int | float | bool):
            flat[name] = element
        else:
            flat[name] = _as_text(element)
    return flat


def _as_text(element: object) -> str:
    """A list of plain values as lines; anything else as JSON."""
    if isinstance(element, list) and all(isinstance(part, str | int | float) for part in element):
        return "\n".join(map(str, element))
    try:
        return msgspec.json.encode(element).decode()
    except (RecursionError, UnicodeError):
        return ""
