"""JSON objects as rows: nested keys become columns such as `author.name`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from zhiyin.listen.importers.headers import clean_names
from zhiyin.listen.importers.tables import MAX_COLUMNS, BadRow, Cell, Chunk, in_chunks

MAX_DEPTH = 4

NumberedObject = tuple[int, dict[str, object]]


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
