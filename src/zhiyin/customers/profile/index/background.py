"""Keeps the index of facts near to the lake, in the background."""

from __future__ import annotations

from collections.abc import Callable

from zhiyin.customers.profile.index.storing import update_index
from zhiyin.engine import Engine
from zhiyin.listen.pipeline.worker import Chore

EVERY_SECONDS = 20.0


def make_facts_chore(engine: Engine) -> Chore:
    """Takes new files of the lake into the index of facts."""

    def run(should_stop: Callable[[], bool]) -> None:
        update_index(engine, should_stop=should_stop)

    return Chore(name="facts of customers", every_seconds=EVERY_SECONDS, run=run)
