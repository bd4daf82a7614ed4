"""Headings of tables that sort: which figure, which way, and where a click leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import QueryDict

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """By which figure; in the address `net` upwards, `-net` downwards."""

    by: str
    is_descending: bool

    @property
    def code(self) -> str:
        """As it stands in the address."""
        return f"-{self.by}" if self.is_descending else self.by


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the table. `is_down_first`: a first click brings the highest to the top."""

    code: str
    name: str | StrPromise
    hint: str | StrPromise = ""
    is_down_first: bool = True
    is_sortable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A column as the page draws it; `direction` is empty where it does not sort the table now."""

    column: Column
    url: str
    direction: str


def read_sort(text: str, *, columns: Sequence[Column], default: Sort) -> Sort:
    """The order that the address names, the default one for what cannot be read."""
    by = text.removeprefix("-")
    known = {column.code for column in columns if column.is_sortable}
    return Sort(by=by, is_descending=text.startswith("-")) if by in known else default


def make_headings(columns: Sequence[Column], *, sort: Sort, given: QueryDict) -> list[Heading]:
    """The headings; a click on the one in use turns its order round, and leads to the first page."""
    return [_heading(column, sort=sort, given=given) for column in columns]


def _heading(column: Column, *, sort: Sort, given: QueryDict) -> Heading:
    is_used = column.code == sort.by
    is_down = not sort.is_descending if is_used else column.is_down_first
    code = Sort(by=column.code, is_descending=is_down).code
    return Heading(
        column=column,
        url=with_parameters(given, sort=code, page=None) if column.is_sortable else "",
        direction=("descending" if sort.is_descending else "ascending") if is_used else "",
    )


def with_parameters(given: QueryDict, **changes: str | None) -> str:
    """The query string with parameters set anew; None drops one."""
    query = given.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}"
