"""What this process remembers of the database, and how it is made to forget."""

from __future__ import annotations

from collections.abc import Callable

_forgetters: list[Callable[[], None]] = []


def forgets(function: Callable[[], None]) -> Callable[[], None]:
    """Registers a function that empties a cache."""
    _forgetters.append(function)
    return function


def forget_everything(**_: object) -> None:
    """Empties all caches of this room; runs after every migration and flush."""
    for forget in _forgetters:
        forget()
