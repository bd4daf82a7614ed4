"""What linking does in the background: earlier facts where need be, and the file of which key is whose."""

from __future__ import annotations

import time
from collections.abc import Callable

from zhiyin.customers.linking.backfill import begin_if_needed
from zhiyin.customers.linking.mapping import make_mapping, needs_mapping
from zhiyin.engine import Engine
from zhiyin.listen.pipeline.worker import Chore

EVERY_SECONDS = 60.0
_HISTORY_SECONDS = 6 * 3600.0


def make_mapping_chore(engine: Engine) -> Chore:
    """Makes the mapping's file anew when so much changed that its readers would wait."""

    looked_at = float("-inf")

    def run(should_stop: Callable[[], bool]) -> None:
        nonlocal looked_at
        if should_stop():
            return
        if time.monotonic() - looked_at > _HISTORY_SECONDS:
            # Every key of the lake is compared: seconds, where there are millions.
            looked_at = time.monotonic()
            begin_if_needed(engine)
        if needs_mapping(engine.home):
            make_mapping(engine.home)

    return Chore(name="customer-keys", every_seconds=EVERY_SECONDS, run=run)
