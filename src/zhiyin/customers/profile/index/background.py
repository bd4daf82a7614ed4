"""Keeps the index of facts near to the lake, in the background."""

from __future__ import annotations

import time
from collections.abc import Callable

from zhiyin.customers.profile.index.storing import update_index
from zhiyin.engine import Engine
from zhiyin.listen.pipeline.worker import Chore

EVERY_SECONDS = 20.0
# A busy day is taken in anew as a whole: it may take a tenth of the time; pages read the rest from the lake.
_REST, _LONGEST_REST_SECONDS = 9, 600.0


def make_facts_chore(engine: Engine, *, clock: Callable[[], float] = time.monotonic) -> Chore:
    """Takes new files of the lake into the index of facts, at most a tenth of the time."""
    rests_until = float("-inf")

    def run(should_stop: Callable[[], bool]) -> None:
        nonlocal rests_until
        started = clock()
        if started < rests_until:
            return
        update_index(engine, should_stop=should_stop)
        finished = clock()
        rests_until = finished + min(_REST * (finished - started), _LONGEST_REST_SECONDS)

    return Chore(name="facts of customers", every_seconds=EVERY_SECONDS, run=run)
