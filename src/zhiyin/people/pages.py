"""One page of a long list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Page `number` (from 1) of a list of `n_rows`, for the shell's pager."""

    number: int
    n_rows: int
    size: int

    @property
    def n_pages(self) -> int:
        """At least 1."""
        return max(1, -(-self.n_rows // self.size))

    @property
    def has_previous(self) -> bool:
        """Whether there is a page before."""
        return self.number > 1

    @property
    def has_next(self) -> bool:
        """Whether there is a page after."""
        return self.number < self.n_pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Pages, Generic[_T]):
    """One page with its rows."""

    rows: Sequence[_T]


def page_number(text: str) -> int:
    """The number of a page as an address names it; 1 for anything that is none."""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 8 else 1
