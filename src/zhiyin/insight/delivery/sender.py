"""Sends what waits: claims a destination, plans, sends, writes down what came of it."""

from __future__ import annotations

import queue
import random
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from zhiyin.errors import ZhiyinError
from zhiyin.insight.delivery import claims, recording
from zhiyin.insight.delivery.answers import Answer, find_reason, refusal
from zhiyin.insight.delivery.batches import make_batch
from zhiyin.insight.delivery.kinds import KINDS
from zhiyin.insight.delivery.letters import Address, Letter
from zhiyin.insight.delivery.outside import Outside, read_outside
from zhiyin.insight.delivery.sealing import unseal
from zhiyin.insight.models import Delivery, Destination
from zhiyin.listen.pipeline.worker import Chore

EVERY_SECONDS = 1.0
_TIDY_SECONDS = 3600.0
_N_THREADS = 8
_BATCH_SECONDS = 45.0
_LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Errand:
    """What a thread does for one destination: letters in order, until one shows that the rest must wait."""

    destination: Destination
    address: Address
    deliveries: list[Delivery]
    letters: list[Letter]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What came of a delivery; nothing more goes to its destination before it is written down."""

    delivery: Delivery
    answer: Answer
    is_written: threading.Event = field(default_factory=threading.Event)


class Sender:
    """Sends what is due. Several processes may do it: each destination is held by one at a time."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        chance: random.Random | None = None,
    ) -> None:
        self._clock = clock
        self._chance = chance or random.SystemRandom()
        self._token = secrets.token_hex(8)
        self._tidied_at: float | None = None

    def send_due(self, should_stop: Callable[[], bool] = lambda: False) -> int:
        """How many requests were made. What is not due, quiet, paused or over a limit waits."""
        if self._tidied_at is None or time.monotonic() - self._tidied_at > _TIDY_SECONDS:
            self._tidied_at = time.monotonic()
            recording.forget_old(now=self._clock())
        held = claims.claim(token=self._token, now=self._clock())
        try:
            errands = [one for one in map(self._prepare, held) if one is not None]
            return self._run(errands, should_stop=should_stop)
        finally:
            claims.release(held, token=self._token)

    def _prepare(self, destination: Destination) -> _Errand | None:
        now = self._clock()
        deliveries, letters = make_batch(destination, now=now, chance=self._chance)
        if not deliveries:
            return None
        try:
            address = unseal(bytes(destination.sealed))
        except ZhiyinError:
            for one in deliveries:
                recording.record(one, refusal("sealed"), now=now, share=0.0)
            return None
        return _Errand(destination=destination, address=address, deliveries=deliveries, letters=letters)

    def _run(self, errands: list[_Errand], *, should_stop: Callable[[], bool]) -> int:
        """Threads send, this one writes down each answer before the next letter goes to that destination.

        A crash then repeats at most one a destination, with the key that it had.
        """
        if not errands:
            return 0
        outside = read_outside()
        answers: queue.SimpleQueue[_Told | None] = queue.SimpleQueue()
        is_broken = threading.Event()

        def send(errand: _Errand) -> None:
            try:
                for delivery, answer in self._send(errand, outside=outside, should_stop=should_stop):
                    told = _Told(delivery=delivery, answer=answer)
                    answers.put(told)
                    while not told.is_written.wait(_LOOK_SECONDS):
                        if is_broken.is_set():
                            return
            finally:
                answers.put(None)

        n_requests, n_open = 0, len(errands)
        with ThreadPoolExecutor(max_workers=min(_N_THREADS, n_open)) as pool:
            futures = [pool.submit(send, errand) for errand in errands]
            try:
                while n_open:
                    told = answers.get()
                    if told is None:
                        n_open -= 1
                        continue
                    recording.record(
                        told.delivery, told.answer, now=self._clock(), share=self._chance.random()
                    )
                    told.is_written.set()
                    n_requests += told.answer.n_requests
            finally:
                is_broken.set()
        for future in futures:
            future.result()
        return n_requests

    def _send(
        self, errand: _Errand, *, outside: Outside, should_stop: Callable[[], bool]
    ) -> Iterator[tuple[Delivery, Answer]]:
        kind = KINDS[errand.destination.kind]
        ends_at = time.monotonic() + _BATCH_SECONDS
        for delivery, letter in zip(errand.deliveries, errand.letters, strict=True):
            if should_stop() or time.monotonic() > ends_at:
                return
            # Signatures hold the moment of sending, which may be long after the batch was made.
            answer = kind.send(errand.address, replace(letter, at=self._clock()), outside)
            yield delivery, answer
            if answer.pause_seconds or (answer.reason and find_reason(answer.reason).ends):
                return


def make_sender_chore() -> Chore:
    """Sending as the worker does it."""
    return Chore(name="deliveries", every_seconds=EVERY_SECONDS, run=Sender().send_due)


def lease_is_enough() -> bool:
    """Whether a batch ends before its lease: the last request may begin at the end of the batch."""
    return timedelta(seconds=_BATCH_SECONDS + 30) < claims.LEASE
