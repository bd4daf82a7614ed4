"""`SqliteIntakeLog`: the intake log of an embedded installation, one SQLite file."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from zhiyin.engine.log import store
from zhiyin.engine.log.faults import to_unavailable
from zhiyin.engine.log.writer import Job, Writer
from zhiyin.engine.protocols import Lag, Message, NewMessage
from zhiyin.errors import InvalidInput, Unavailable

MAX_BODY_BYTES = 64 * 1024 * 1024
MAX_ID_BYTES = 64


class SqliteIntakeLog:
    """Implements `protocols.IntakeLog`. Thread-safe; several processes may open the same file.

    `clock` gives seconds since the epoch. Make one a process, and none across a fork.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        self._reading = threading.Lock()
        with self._faults():
            connection = store.connect(path)
            try:
                store.create_tables(connection)
                self._reader = store.connect(path)
            except BaseException:
                connection.close()
                raise
        self._writer = Writer(path, connection)

    def submit(self, messages: Sequence[NewMessage]) -> Future[list[int]]:
        """A future of the sequence numbers, done once the commit is on disk.

        Raises:
            InvalidInput: a body over 64 MiB, an id that is empty or over 64 bytes, a count below 1.
            Unavailable: closed, or too much waits for the disk; the future fails with it, too.
        """
        for message in messages:
            _check(message)
        n_bytes = sum(len(message.body) for message in messages)
        job = Job(partial(store.append, messages=tuple(messages), now_us=self._now_us()), n_bytes)
        self._writer.put(job)
        return job.future

    def append(self, messages: Sequence[NewMessage]) -> list[int]:
        """As `submit`, waiting for the commit."""
        return self.submit(messages).result()

    def lease(self, *, max_items: int, lease_seconds: float) -> list[Message]:
        """The oldest messages that nobody holds, in order; empty when there is nothing.

        Looks without a lock first, so that a consumer that polls costs the writers nothing.
        """
        now_us = self._now_us()
        with self._read() as reader:
            if not store.has_free(reader, now_us):
                return []
        until_us = now_us + int(lease_seconds * 1e6)
        job = Job(partial(store.lease, max_items=max_items, now_us=now_us, until_us=until_us))
        self._writer.put(job)
        leased = job.future.result()
        with self._read() as reader:
            messages = [store.read_message(reader, one) for one in leased]
        return [message for message in messages if message is not None]

    def acknowledge(self, sequences: Sequence[int]) -> None:
        """Mark as done for good; returns once that is on disk. Their bodies go a little later."""
        if not sequences:
            return
        job = Job(partial(store.acknowledge, sequences=tuple(sequences)))
        self._writer.put(job)
        job.future.result()

    def lag(self) -> Lag:
        """What is not acknowledged."""
        with self._read() as reader:
            return store.read_lag(reader, self._now_us())

    def close(self) -> None:
        """Commit what was submitted and release the file. A second call does nothing."""
        self._writer.close()
        with self._reading:
            self._reader.close()

    def _now_us(self) -> int:
        return int(self._clock() * 1e6)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.ProgrammingError as error:
            raise Unavailable("The intake log is closed.", is_retryable=False) from error
        except sqlite3.Error as error:
            raise to_unavailable(error, self._path) from error
        except OSError as error:
            raise Unavailable(
                f"The intake log {self._path.name} cannot be opened: {error.strerror}.",
                next_step="See that its folder exists and that this user may write there.",
                is_retryable=False,
            ) from error

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        with self._reading, self._faults():
            yield self._reader


def _check(message: NewMessage) -> None:
    if not 0 < len(message.message_id) <= MAX_ID_BYTES:
        raise InvalidInput(f"A message id has 1 to {MAX_ID_BYTES} bytes.", field="message_id")
    if len(message.body) > MAX_BODY_BYTES:
        raise InvalidInput(
            f"A message body has at most {MAX_BODY_BYTES} bytes.",
            next_step="Send fewer items in one message.",
            field="body",
        )
    if message.n_items < 1:
        raise InvalidInput("A message counts at least one item.", field="n_items")
