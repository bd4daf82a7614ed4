"""What the worker does for the flow: takes up what rested until now, and learns whose cases are."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from zhiyin.listen.pipeline.worker import Chore
from zhiyin.respond.flow.joining import forget_persons
from zhiyin.respond.flow.matters import know_customers
from zhiyin.respond.flow.waiting import resume_due

_SECONDS = 60.0


def make_flow_chore() -> Chore:
    """Every minute; several processes may do it at a time."""
    return Chore(name="case-flow", every_seconds=_SECONDS, run=run_flow)


def run_flow(should_stop: Callable[[], bool]) -> None:
    """One round."""
    resume_due(now=timezone.now())
    if not should_stop():
        know_customers()
        forget_persons()
