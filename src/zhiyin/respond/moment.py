"""When a step is taken: now, or the moment of a past that is being told step by step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_told: ContextVar[datetime | None] = ContextVar("respond_moment", default=None)


def current_moment() -> datetime:
    """Now, or within `telling_of` the moment that is told of."""
    return _told.get() or timezone.now()


@contextmanager
def telling_of(at: datetime) -> Iterator[None]:
    """What is done to cases in this block, by whatever door, happened `at`: for the sample company, whose
    past goes through the same doors as everybody's work. Other threads and requests keep their own time.
    """
    before = _told.set(at)
    try:
        yield
    finally:
        _told.reset(before)


def is_told() -> bool:
    """Whether a past is being told."""
    return _told.get() is not None
