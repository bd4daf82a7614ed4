"""The chore that makes facts of events."""

from __future__ import annotations

from collections.abc import Callable

from zhiyin.customers.events.storing import take_waiting_events
from zhiyin.engine import Engine
from zhiyin.listen.pipeline.worker import Chore

# A commit a second at most, so that the lake is not made of crumbs.
EVERY_SECONDS = 1.0


def make_events_chore(engine: Engine) -> Chore:
    """Takes what waits in the events' log, once a second."""

    def run(is_stopping: Callable[[], bool]) -> int:
        return take_waiting_events(engine, is_stopping=is_stopping)

    return Chore(name="events", every_seconds=EVERY_SECONDS, run=run)
