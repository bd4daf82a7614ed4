"""Explains decisions that software made about a person: what, by which rule, from which facts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from zhiyin.customers.rights.holders import Person

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One decision: what was decided, why in words, and by which version of what."""

    title: str
    why: str
    rule: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explainer:
    """A kind of automated decision. `read` gives those about the person, in the page's language."""

    kind: str
    title: StrPromise
    read: Callable[[Person], Sequence[Explanation]]


_explainers: dict[str, Explainer] = {}


def register_explainer(*explainers: Explainer) -> None:
    """Adds kinds, from a room's `AppConfig.ready`. The same kind again replaces what was there."""
    _explainers.update({explainer.kind: explainer for explainer in explainers})


def explain(person: Person) -> list[tuple[str, Sequence[Explanation]]]:
    """The title of each kind with its decisions about the person; kinds without any are left out."""
    told = [(str(explainer.title), explainer.read(person)) for explainer in _explainers.values()]
    return [(title, found) for title, found in told if found]
