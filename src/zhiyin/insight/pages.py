"""Pages of a list that is held whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """Page `number` (from 1) of `n_pages`; `first` and `last` are the places of its rows."""

    number: int
    n_pages: int
    first: int
    last: int

    @property
    def has_previous(self) -> bool:
        """Whether there is a page before it."""
        return self.number > 1

    @property
    def has_next(self) -> bool:
        """Whether there is a page after it."""
        return self.number < self.n_pages


def read_page(text: str, *, n_rows: int, size: int) -> ListPage:
    """The page that the address names; the last for a number beyond it, the first for no number."""
    n_pages = max(1, -(-n_rows // size))
    wanted = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 1
    number = min(max(wanted, 1), n_pages)
    return ListPage(
        number=number, n_pages=n_pages, first=(number - 1) * size, last=min(number * size, n_rows)
    )


def rows_of(page: ListPage, order: Sequence[int]) -> Sequence[int]:
    """The part of the order that the page shows."""
    return order[page.first : page.last]
