"""Tells what the columns of a table of people are, by heading and by content."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

import pyarrow as pa
import yaml

from zhiyin.customers.matching.kinds import Column, Kind
from zhiyin.customers.matching.normal import code, day, email, phone, plain
from zhiyin.errors import InvalidInput

_FITS = 0.8
_SAMPLE = 5000
_FEW_VALUES = 60
_NOT_HEADING = re.compile(r"[\W_]+")
_CODE = re.compile(r"(?=.*\d)\S+")


def recognise(table: pa.Table, *, said: Mapping[str, str] | None = None) -> list[Column]:
    """Every column with its kind; `said` names kinds by heading and wins over the guess.

    Raises InvalidInput where `said` names a column or a kind that does not exist.
    """
    said = said or {}
    _check_said(said, table=table)
    guessed = [Column(name=name, kind=_kind_of(table, name, said=said)) for name in table.column_names]
    if Kind.ID.value in said.values():
        return guessed
    return _with_one_id(guessed, table=table)


def heading(name: str) -> str:
    """A heading as the word list has it."""
    return _NOT_HEADING.sub("_", plain(name) or "").strip("_")


@cache
def _headings() -> dict[str, str]:
    text = resources.files(__package__).joinpath("columns.yaml").read_text(encoding="utf-8")
    lists: dict[str, list[str]] = yaml.safe_load(text)
    return {str(word): kind for kind, words in lists.items() for word in words}


def _check_said(said: Mapping[str, str], *, table: pa.Table) -> None:
    for name, kind in said.items():
        if name not in table.column_names:
            raise InvalidInput(
                f"The configuration names a column {name!r} that the file does not have.", field="columns"
            )
        if kind not in set(Kind):
            raise InvalidInput(
                f"{kind!r} is no kind of column; kinds are {', '.join(Kind)}.", field=f"columns.{name}"
            )


def _kind_of(table: pa.Table, name: str, *, said: Mapping[str, str]) -> Kind:
    if name in said:
        return Kind(said[name])
    named = _by_heading(heading(name))
    values = _sample(table, name)
    if named == "never" or not values:
        return Kind.IGNORED
    if named and _fits(Kind(named), values):
        return Kind(named)
    return _by_content(values) if named is None else _second_best(Kind(named), values)


def _by_heading(text: str) -> str | None:
    """The kind that a heading or its longest run of parts names."""
    known = _headings()
    parts = text.split("_")
    for length in range(len(parts), 0, -1):
        for start in range(len(parts) - length + 1):
            found = known.get("_".join(parts[start : start + length]))
            if found and (length == len(parts) or found != "id"):
                return found
    return None


def _sample(table: pa.Table, name: str) -> list[str]:
    values = table.column(name).slice(0, _SAMPLE).to_pylist()
    return [text for text in (plain(value) for value in values) if text is not None]


def _share(values: Sequence[str], test: object) -> float:
    assert callable(test)
    return sum(1 for value in values if test(value)) / len(values)


def _fits(kind: Kind, values: Sequence[str]) -> bool:
    match kind:
        case Kind.BIRTH:
            return _share(values, day) >= _FITS
        case Kind.PHONE:
            return _share(values, _is_phone) >= _FITS
        case Kind.EMAIL:
            return _share(values, email) >= _FITS
        case Kind.GIVEN | Kind.FAMILY | Kind.FULL_NAME | Kind.PLACE | Kind.STREET | Kind.WORDS:
            return _share(values, lambda value: any(sign.isalpha() for sign in value)) >= _FITS
        case Kind.POST | Kind.NUMBER:
            return _share(values, lambda value: any(sign.isdigit() for sign in value)) >= _FITS
        case _:
            return True


def _is_phone(value: str) -> bool:
    return 7 <= len(phone(value) or "") <= 15 and not any(sign.isalpha() for sign in value)


def _second_best(named: Kind, values: Sequence[str]) -> Kind:
    """A heading that the values belie: what they are by themselves, never left out for it."""
    kind = _by_content(values)
    return Kind.WORDS if kind is Kind.IGNORED and named is not Kind.ID else kind


def _by_content(values: Sequence[str]) -> Kind:
    if _share(values, email) >= _FITS:
        return Kind.EMAIL
    if _share(values, day) >= _FITS:
        return Kind.BIRTH
    if _share(values, _is_phone) >= _FITS and len(set(values)) > _FEW_VALUES:
        return Kind.PHONE
    if len(set(values)) <= min(_FEW_VALUES, len(values) // 3):
        return Kind.CATEGORY
    if _share(values, _CODE.fullmatch) >= _FITS:
        return Kind.IGNORED  # codes of nobody knows what: as likely the key of the answer as a fact
    return Kind.WORDS


def _with_one_id(columns: list[Column], *, table: pa.Table) -> list[Column]:
    """The first column of ids that names every row once stays the id; the others are not looked at."""
    chosen = next((c.name for c in columns if c.kind is Kind.ID and _names_rows(table, c.name)), None)
    if chosen is None:
        chosen = next(
            (c.name for c in columns if c.kind is Kind.IGNORED and _names_rows(table, c.name)), None
        )
    kinds: dict[str, Kind] = {c.name: Kind.IGNORED if c.kind is Kind.ID else c.kind for c in columns}
    if chosen is not None:
        kinds[chosen] = Kind.ID
    return [Column(name=name, kind=kind) for name, kind in kinds.items()]


def _names_rows(table: pa.Table, name: str) -> bool:
    column = table.column(name)
    if column.null_count or (heading(name) in _headings() and _headings()[heading(name)] == "never"):
        return False
    return len(set(column.to_pylist())) == table.num_rows and all(
        code(v) for v in column.slice(0, 100).to_pylist()
    )
