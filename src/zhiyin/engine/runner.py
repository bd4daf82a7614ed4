"""Batch runners of one machine: a pool of processes, and none at all."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait

import pyarrow as pa

from zhiyin.engine.protocols import BatchFunction, BatchRunner
from zhiyin.errors import InvalidInput, Unavailable

_AHEAD_PER_WORKER = 2


class InProcessRunner:
    """Implements `protocols.BatchRunner` without another process: for one core and for small work."""

    def map(
        self, make: Callable[[], BatchFunction], batches: Iterable[pa.RecordBatch]
    ) -> Iterator[pa.RecordBatch]:
        """Results in the order of the input; `make` runs once a call."""
        function = make()
        for batch in batches:
            yield function(batch)

    def close(self) -> None:
        """Nothing to stop."""


class ProcessPoolRunner:
    """Implements `protocols.BatchRunner` with spawned processes, which threads in the parent do not harm.

    `make` must be importable in the workers: a function of a module, or a `partial` of one.
    """

    def __init__(self, n_workers: int | None = None) -> None:
        if n_workers is not None and n_workers < 1:
            raise InvalidInput("A pool has at least one worker.", field="n_workers")
        self._n_workers = n_workers or os.cpu_count() or 1
        self._make: Callable[[], BatchFunction] | None = None
        self._pool: ProcessPoolExecutor | None = None
        self._starting = threading.Lock()

    def map(
        self, make: Callable[[], BatchFunction], batches: Iterable[pa.RecordBatch]
    ) -> Iterator[pa.RecordBatch]:
        """Results in the order of the input, at most two batches a worker ahead of the reader.

        The workers stay for the next call with an equal `make`. An error of the function is raised
        here as it is.

        Raises:
            Unavailable: a worker died, such as for want of memory.
        """
        pool = self._start(make)
        waiting: deque[Future[bytes]] = deque()
        try:
            for batch in batches:
                payload = _encode(batch)
                with _workers_deaf_to_ctrl_c():
                    waiting.append(pool.submit(_work, payload))
                if len(waiting) >= self._n_workers * _AHEAD_PER_WORKER:
                    yield _decode(waiting.popleft().result())
            while waiting:
                yield _decode(waiting.popleft().result())
        except BrokenProcessPool as error:
            self.close()
            raise Unavailable(
                "A worker process died in the middle of a batch.",
                next_step="See that the machine has memory left; use fewer workers or smaller batches.",
            ) from error
        finally:
            for future in waiting:
                future.cancel()

    def close(self) -> None:
        """Stop the workers once they are done with their batch."""
        with self._starting:
            self._stop()

    def _start(self, make: Callable[[], BatchFunction]) -> ProcessPoolExecutor:
        with self._starting:
            if self._pool is None or self._make != make:
                self._stop()
                self._make = make
                self._pool = ProcessPoolExecutor(
                    self._n_workers,
                    mp_context=multiprocessing.get_context("spawn"),
                    initializer=_prepare,
                    initargs=(make,),
                )
            return self._pool

    def _stop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


@contextmanager
def _workers_deaf_to_ctrl_c() -> Iterator[None]:
    """A terminal sends Ctrl-C to every process; the workers, started here, leave it to their parent.

    A process is born with the signal mask of the thread that starts it.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def make_runner(n_workers: int) -> BatchRunner:
    """The runner that fits: none but this process for one worker, a pool for more."""
    return InProcessRunner() if n_workers <= 1 else ProcessPoolRunner(n_workers)


class _Worker:
    """What a worker process holds: the function, or why it could not be made."""

    function: BatchFunction | None = None
    failure: Exception | None = None


def _prepare(make: Callable[[], BatchFunction]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        _Worker.function = make()
    except Exception as error:  # noqa: BLE001 - told at the first batch: here it would only break the pool
        _Worker.failure = error


def _end_with_parent() -> None:
    # A killed parent cannot say goodbye, and the pool's queue would keep its workers for ever.
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _work(payload: bytes) -> bytes:
    if _Worker.failure is not None:
        raise _Worker.failure
    assert _Worker.function is not None
    return _encode(_Worker.function(_decode(payload)))


def _encode(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())


def _decode(payload: bytes) -> pa.RecordBatch:
    with pa.ipc.open_stream(payload) as reader:
        return reader.read_next_batch()
