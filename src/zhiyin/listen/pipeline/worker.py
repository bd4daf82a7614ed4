"""The background of an installation: the threads of the pipeline, of upkeep, and of the rooms' chores."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import close_old_connections, connections

from zhiyin.engine import Engine
from zhiyin.errors import ZhiyinError
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.services.content_hashes import key_old_hashes
from zhiyin.listen.services.idempotency import drop_old_answers

POLL_SECONDS = 0.2
# Commits come every second at most, so that the lake is not made of crumbs.
SECONDS_BETWEEN_SMALL_COMMITS = 1.0
MANY_ITEMS = 5_000
REST_AFTER_SECONDS = 60.0
UPKEEP_SECONDS = 60.0
MAX_PAUSE_SECONDS = 30.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chore:
    """What a room wants done in the background, `every_seconds` after it was last done.

    `run` is given a question to ask now and then while it works: whether it should stop and leave the
    rest for later. It may be killed at any point, and several processes may run it at a time.
    """

    name: str
    every_seconds: float
    run: Callable[[Callable[[], bool]], object]


class Worker:
    """Runs pipeline, upkeep and chores until it is stopped; whatever fails is told, then tried again."""

    def __init__(
        self,
        engine: Engine,
        pipeline: Pipeline,
        *,
        upkeep_seconds: float = UPKEEP_SECONDS,
        chores: Sequence[Chore] = (),
    ) -> None:
        self._engine = engine
        self._upkeep_seconds = upkeep_seconds
        self._pipeline = pipeline
        self._stop = threading.Event()
        self._has_news = threading.Event()
        self._threads = [
            threading.Thread(target=self._process, name="pipeline"),
            threading.Thread(target=self._keep_up, name="upkeep"),
            # A thread each: a long import must not keep the facts of cases waiting.
            *(threading.Thread(target=self._repeat, args=(chore,), name=chore.name) for chore in chores),
        ]

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Take no further batch, finish the one under way, tell the chores to stop, end the threads."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._pipeline.close()

    def _process(self) -> None:
        n_failures = 0
        quiet_since = time.monotonic()
        while not self._stop.is_set():
            close_old_connections()
            started = time.monotonic()
            try:
                n_items = self._pipeline.process_batch().n_items
            except Exception as error:  # noqa: BLE001 - the edge of a thread that must not die
                n_failures += 1
                _tell("The pipeline could not finish a batch and will try again", error)
                self._stop.wait(_pause_after(n_failures))
                continue
            n_failures = 0
            if n_items:
                self._has_news.set()
                quiet_since = time.monotonic()
            elif time.monotonic() - quiet_since > REST_AFTER_SECONDS:
                self._pipeline.close()
            self._stop.wait(_pause(n_items, taken_seconds=time.monotonic() - started))
        connections.close_all()

    def _keep_up(self) -> None:
        has_old_hashes = True
        while not self._stop.wait(self._upkeep_seconds):
            try:
                close_old_connections()
                if has_old_hashes:
                    has_old_hashes = not key_old_hashes(
                        vault=self._engine.vault, should_stop=self._stop.is_set
                    )
                drop_old_answers(now=datetime.now(UTC))
                if self._has_news.is_set():
                    self._has_news.clear()
                    self._engine.lake.maintain()
            except Exception as error:  # noqa: BLE001 - as above
                _tell("Upkeep failed and will be tried again", error)
        connections.close_all()

    def _repeat(self, chore: Chore) -> None:
        n_failures, pause = 0, 0.0
        while not self._stop.wait(pause):
            try:
                close_old_connections()
                chore.run(self._stop.is_set)
                n_failures, pause = 0, chore.every_seconds
            except Exception as error:  # noqa: BLE001 - as above
                n_failures += 1
                _tell(f"The chore '{chore.name}' failed and will be tried again", error)
                pause = max(chore.every_seconds, _pause_after(n_failures))
        connections.close_all()


def _pause_after(n_failures: int) -> float:
    return float(min(MAX_PAUSE_SECONDS, 0.5 * 2 ** min(n_failures, 10)))


def _pause(n_items: int, *, taken_seconds: float) -> float:
    if n_items >= MANY_ITEMS:
        return 0.0
    if n_items:
        return max(0.0, SECONDS_BETWEEN_SMALL_COMMITS - taken_seconds)
    return POLL_SECONDS


def _tell(what: str, error: Exception) -> None:
    # Only our own errors are known to hold no private word.
    _log.error("%s: %s", what, error if isinstance(error, ZhiyinError) else type(error).__name__)
    _log.debug("Traceback", exc_info=error)
