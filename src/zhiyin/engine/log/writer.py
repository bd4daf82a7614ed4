"""The one thread that writes the log: takes all that waits, commits once, then answers."""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zhiyin.engine.log import store
from zhiyin.engine.log.faults import to_unavailable
from zhiyin.engine.log.turns import Turns
from zhiyin.errors import Unavailable

MAX_GROUP_BYTES = 32 * 1024 * 1024
MAX_WAITING_BYTES = 256 * 1024 * 1024
_QUIET_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Job:
    """A step of a transaction and the future of its result; `n_bytes` is what it keeps in memory."""

    run: Callable[[sqlite3.Connection], Any]
    n_bytes: int = 0
    future: Future[Any] = field(default_factory=Future)


class Writer:
    """Group commit: the more callers wait for the disk, the more share the next commit."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection
        self._turns = Turns(path.with_name(path.name + ".lock"))
        self._jobs: deque[Job] = deque()
        self._waiting_bytes = 0
        self._is_closing = False
        self._wake = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="intake-log-writer", daemon=True)
        self._thread.start()

    def put(self, job: Job) -> None:
        """Queue a job.

        Raises:
            Unavailable: the log is closed, or the disk is so slow that too much waits in memory.
        """
        with self._wake:
            if self._is_closing:
                raise Unavailable("The intake log is closed.", is_retryable=False)
            if self._waiting_bytes + job.n_bytes > MAX_WAITING_BYTES and self._jobs:
                raise Unavailable(
                    "The intake log's disk is slower than what comes in.",
                    next_step="Send again in a few seconds.",
                )
            self._waiting_bytes += job.n_bytes
            self._jobs.append(job)
            self._wake.notify()

    def close(self) -> None:
        """Commit what waits, then end the thread. A second call does nothing."""
        with self._wake:
            if self._is_closing:
                return
            self._is_closing = True
            self._wake.notify()
        self._thread.join()
        self._connection.close()
        self._turns.close()

    def _work(self) -> None:
        wait_seconds: float | None = 0.0
        while True:
            group = self._take_group(wait_seconds)
            if group:
                self._commit(group)
                wait_seconds = _QUIET_SECONDS
            elif self._is_closing:
                return
            else:
                wait_seconds = 0.0 if self._drop_bodies() else None

    def _take_group(self, wait_seconds: float | None) -> list[Job]:
        with self._wake:
            if not self._jobs and not self._is_closing:
                self._wake.wait(wait_seconds)
            group: list[Job] = []
            n_bytes = 0
            while self._jobs and (not group or n_bytes + self._jobs[0].n_bytes <= MAX_GROUP_BYTES):
                job = self._jobs.popleft()
                self._waiting_bytes -= job.n_bytes
                n_bytes += job.n_bytes
                if job.future.set_running_or_notify_cancel():
                    group.append(job)
            return group

    def _commit(self, group: list[Job]) -> None:
        try:
            results = self._transact(group)
        except sqlite3.Error as error:
            for job in group:
                job.future.set_exception(to_unavailable(error, self._path))
        except BaseException as error:  # noqa: BLE001 - a caller waits on every future
            for job in group:
                job.future.set_exception(error)
        else:
            for job, result in zip(group, results, strict=True):
                job.future.set_result(result)

    def _transact(self, group: list[Job]) -> list[Any]:
        with self._turns.take():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                results = [job.run(self._connection) for job in group]
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        return results

    def _drop_bodies(self) -> bool:
        """Drop some dead bodies in quiet moments; whether more may be left."""
        job = Job(store.drop_bodies)
        self._commit([job])
        return job.future.exception() is None and job.future.result() == store.DROP_PER_COMMIT
