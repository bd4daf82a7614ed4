"""What the address of the inbox asks for."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from zhiyin.people.access import scope_of, visitor_of
from zhiyin.people.permissions import Permission
from zhiyin.people.queries import find_branch_ids
from zhiyin.people.scope import Scope
from zhiyin.respond.inbox.waiting import MOST, Kind, Wish

PAGE_SIZE = 50
VIEWS = ("all", "mine", "overdue", "risky")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the list stands, for the pager; `n` lines in all, as far as they are counted."""

    number: int
    n: int

    @property
    def n_pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.n // PAGE_SIZE))

    @property
    def has_previous(self) -> bool:
        """Whether there is a page before."""
        return self.number > 1

    @property
    def has_next(self) -> bool:
        """Whether there is a page after."""
        return self.number < self.n_pages


def read_view(request: HttpRequest) -> str:
    """Which list; everything that waits where none is named."""
    wanted = request.GET.get("view", "")
    return wanted if wanted in VIEWS else "all"


def read_wish(request: HttpRequest, *, view: str) -> Wish:
    """The wish of the address; what it names wrongly is left out, a unit out of the scope finds nothing."""
    kind = request.GET.get("kind", "")
    return Wish(
        kind=Kind(kind) if kind in set(Kind) else None,
        is_mine=view == "mine",
        unit_ids=find_branch_ids(request.GET.get("unit", ""), scope=scope_of(request)),
        channel=request.GET.get("channel", "")[:40],
        is_risky=view == "risky",
        is_overdue=view == "overdue",
    )


def read_number(request: HttpRequest) -> int:
    """The page of the list, from 1 to the last that is shown."""
    text = request.GET.get("page", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 1
    return min(max(1, number), MOST // PAGE_SIZE)


def voices_scope(request: HttpRequest) -> Scope:
    """Whose voices: those that the visitor may read as well as answer."""
    visitor = visitor_of(request)
    return both(visitor.scope_for(Permission.FEEDBACK_READ), visitor.scope_for(Permission.CASES_WORK))


def both(one: Scope, other: Scope) -> Scope:
    """What lies in both scopes."""
    return one if other.unit_ids is None else one.narrowed_to(other.unit_ids)
