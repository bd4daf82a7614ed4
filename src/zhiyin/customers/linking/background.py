"""What linking does in the background: earlier voices once, and the file of which key is whose."""

from __future__ import annotations

from collections.abc import Callable

from zhiyin.customers.linking.backfill import begin_if_needed
from zhiyin.customers.linking.mapping import make_mapping, needs_mapping
from zhiyin.engine import Engine
from zhiyin.listen.pipeline.worker import Chore

EVERY_SECONDS = 60.0


def make_mapping_chore(engine: Engine) -> Chore:
    """Makes the mapping's file anew when so much changed that its readers would wait."""

    def run(should_stop: Callable[[], bool]) -> None:
        if should_stop():
            return
        begin_if_needed(engine)
        if needs_mapping(engine.home):
            make_mapping(engine.home)

    return Chore(name="customer-keys", every_seconds=EVERY_SECONDS, run=run)
