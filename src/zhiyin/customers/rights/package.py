"""Everything that is known of a person, in one ZIP: JSON for machines, a CSV a table for spreadsheets."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Sequence

import msgspec
from django.utils import timezone

from zhiyin.customers.rights.holders import Part, Person, Value, list_holders

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def read_parts(person: Person) -> list[Part]:
    """All that the registered places tell of the person, empty tables left out."""
    return [part for holder in list_holders() for part in holder.read(person) if part.rows]


def make_package(parts: Sequence[Part]) -> bytes:
    """The ZIP: `data.json`, one CSV a table (UTF-8 with its mark), and `manifest.json` with SHA-256 sums."""
    files = {"data.json": _json(parts), **{f"{part.name}.csv": _csv(part) for part in parts}}
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    manifest = {"made_at": timezone.now().isoformat(), "sha256": sums}
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.writestr("manifest.json", msgspec.json.format(msgspec.json.encode(manifest)))
    return memory.getvalue()


def _json(parts: Sequence[Part]) -> bytes:
    told = {
        part.name: {
            "title": part.title,
            "rows": [dict(zip(part.columns, row, strict=True)) for row in part.rows],
        }
        for part in parts
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=1)


def _csv(part: Part) -> bytes:
    memory = io.StringIO()
    writer = csv.writer(memory)
    writer.writerow(part.columns)
    writer.writerows([_cell(value) for value in row] for row in part.rows)
    return memory.getvalue().encode("utf-8-sig")


def _cell(value: Value) -> str | int | float | bool | None:
    if isinstance(value, list):
        value = "; ".join(value)
    # A spreadsheet would run what begins like a formula.
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
