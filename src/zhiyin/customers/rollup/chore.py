"""Keeps the roll-up near to the facts, in the background."""

from __future__ import annotations

import time
from collections.abc import Callable

from zhiyin.customers.rollup.folder import find_making
from zhiyin.customers.rollup.making import make_rollup
from zhiyin.engine import Engine
from zhiyin.listen.pipeline.worker import Chore

EVERY_SECONDS = 30.0
_REST = 9.0
"""Making takes a tenth of the time at most: it rests nine times as long as the last one took."""


def make_rollup_chore(engine: Engine) -> Chore:
    """Makes the roll-up anew where facts, links or the day changed."""
    made_at = [float("-inf")]

    def run(should_stop: Callable[[], bool]) -> None:
        last = find_making(engine.home)
        rest = _REST * last.seconds if last else 0.0
        if should_stop() or time.monotonic() - made_at[0] < rest:
            return
        if make_rollup(engine) != last:
            made_at[0] = time.monotonic()

    return Chore(name="roll-up of customers", every_seconds=EVERY_SECONDS, run=run)
