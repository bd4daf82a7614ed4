"""What rooms above add to alerts: marks on signals, such as the case that came of one, registered as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from zhiyin.insight.models import Signal
from zhiyin.insight.voice_panels import Mark
from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalMarks:
    """Marks by the number of a signal: `build` gets all of a page at once, so that it asks once.

    It is not called for visitors without the permission.
    """

    name: str
    permission: Permission
    build: Callable[[HttpRequest, Sequence[Signal]], Mapping[int, Sequence[Mark]]]


_added: dict[str, SignalMarks] = {}


def register(*additions: SignalMarks) -> None:
    """Adds to the pages of alerts. The same name again replaces what was there."""
    _added.update({one.name: one for one in additions})


def collect_marks(request: HttpRequest, signals: Sequence[Signal]) -> dict[int, list[Mark]]:
    """Marks by the number of the signal, an empty list where it has none."""
    found: dict[int, list[Mark]] = {one.pk: [] for one in signals}
    for addition in _added.values():
        if signals and visitor_of(request).may(addition.permission):
            for signal_id, marks in addition.build(request, signals).items():
                found[signal_id].extend(marks)
    return found
