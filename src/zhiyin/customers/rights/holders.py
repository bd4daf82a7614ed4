"""Everything that holds personal data, registered by its room: how it is shown and how it is erased."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

LATE = 500
Value = str | int | float | bool | None | list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whose data is meant: the keys of facts, and ids of voices found by them or named besides.

    `customers` are the customer's id and those that were merged into it.
    """

    keys: tuple[str, ...]
    feedback_ids: tuple[str, ...] = ()
    customers: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One table of what is known of a person: the columns by code, and rows in their order."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Value]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A place that holds personal data.

    `read` gives what the person may see and take; `erase` removes all of it and returns how many things
    went. Both may be called again after an interruption, with the same person. `order`: places in which
    a person is found again (facts, identities) have 500 or more, and are erased after the voices.
    """

    name: str
    title: StrPromise
    erase: Callable[[Person], int]
    read: Callable[[Person], Sequence[Part]] = field(default=lambda _person: ())
    order: int = 100


_holders: dict[str, Holder] = {}


def register_holder(*holders: Holder) -> None:
    """Adds places, from a room's `AppConfig.ready`. The same name again replaces what was there."""
    _holders.update({holder.name: holder for holder in holders})


def list_holders(*, is_late: bool | None = None) -> list[Holder]:
    """All places, in the order in which they are erased; only those after the voices, or before, if asked."""
    every = sorted(_holders.values(), key=lambda holder: (holder.order, holder.name))
    return [holder for holder in every if is_late is None or (holder.order >= LATE) is is_late]
