"""Tells everybody who listens in this process what voices just came: one look at the lake for all."""

from __future__ import annotations

import asyncio
import heapq
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import Executor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from zhiyin.engine.protocols import Lake
from zhiyin.errors import Unavailable, ZhiyinError
from zhiyin.listen.facts import FEEDBACK
from zhiyin.listen.pipeline.store import APP_ID
from zhiyin.people.scope import Scope

LOOK_SECONDS = 0.25
MAX_NEWEST = 20
# As the board counts: what must be seen today, or now.
URGENT = 2

_T = TypeVar("_T")
_log = logging.getLogger(__name__)

# Ids are made in the order of arrival, so the greatest are the newest.
_ARRIVALS = f"""
SELECT unit_id, count(*), count_if(urgency >= {URGENT}), max(feedback_id, {MAX_NEWEST})
FROM feedback
WHERE day >= ? AND sequence > ? AND sequence <= ? AND is_current
  AND is_duplicate IS NOT TRUE AND is_spam IS NOT TRUE AND is_solicited IS NOT TRUE
  AND is_off_subject IS NOT TRUE
GROUP BY unit_id
"""  # noqa: S608 - numbers of our own


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """Voices of one unit that came together; `newest` ids first."""

    unit_id: int | None
    n: int
    n_urgent: int
    newest: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a listener has not been told yet; all up to `sequence` of the intake log is in it."""

    sequence: int
    n: int = 0
    n_urgent: int = 0
    newest: tuple[str, ...] = ()


class TooManyListeners(Exception):
    """The account, or all together, listen with as many streams as may be open."""


class Listener:
    """One stream. News that nobody fetched are merged, so a slow reader holds nothing but one `News`."""

    def __init__(self, *, account_id: int, scope: Scope) -> None:
        self.account_id = account_id
        self.scope = scope
        self.sequence: int | None = None  # known up to here; None before it begins
        self.has_ended = False
        self._pending: News | None = None
        self._has_news = asyncio.Event()

    def tell(self, arrivals: Iterable[Arrivals], *, sequence: int) -> None:
        """Keep what lies within the scope until it is fetched."""
        self.sequence = sequence = max(sequence, self.sequence or 0)
        seen = [one for one in arrivals if self.scope.allows(one.unit_id)]
        if not seen:
            return
        before = self._pending or News(sequence=sequence)
        ids = {*before.newest, *(id_ for one in seen for id_ in one.newest)}
        self._pending = News(
            sequence=sequence,
            n=before.n + sum(one.n for one in seen),
            n_urgent=before.n_urgent + sum(one.n_urgent for one in seen),
            newest=tuple(heapq.nlargest(MAX_NEWEST, ids)),
        )
        self._has_news.set()

    def end(self) -> None:
        """Wake whoever waits: nothing will come."""
        self.has_ended = True
        self._has_news.set()

    async def fetch(self, *, wait_seconds: float) -> News | None:
        """What was not told yet; None where nothing comes in that time, or ever again."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._has_news.wait(), wait_seconds)
        self._has_news.clear()
        news, self._pending = self._pending, None
        return news


class Hub:
    """Looks at the lake a few times a second, but only while somebody listens. Belongs to one event loop.

    `open_lake` and what else blocks runs in the `executor`. At most `max_each` streams an account and
    `max_all` together.
    """

    def __init__(
        self, open_lake: Callable[[], Lake], *, executor: Executor, max_each: int = 20, max_all: int = 1_000
    ) -> None:
        self._open_lake = open_lake
        self._executor = executor
        self._max_each = max_each
        self._max_all = max_all
        self._listeners: set[Listener] = set()
        self._task: asyncio.Task[None] | None = None
        self._sequence = 0
        self._has_ended = False

    @property
    def n_listeners(self) -> int:
        """How many streams are open."""
        return len(self._listeners)

    @asynccontextmanager
    async def listen(
        self, *, account_id: int, scope: Scope, after: int | None = None
    ) -> AsyncIterator[Listener]:
        """A listener that hears all that comes from now on, and what came since `after`.

        Raises:
            TooManyListeners: another stream must end first. Unavailable: the lake cannot be read.
        """
        self._check_room(account_id)
        listener = Listener(account_id=account_id, scope=scope)
        self._listeners.add(listener)
        try:
            await self._begin(listener, after=after)
            yield listener
        finally:
            self._listeners.discard(listener)
            if not self._listeners:
                self._rest()

    def end(self) -> None:
        """End every stream, for good: a server that stops would wait for them for ever."""
        self._has_ended = True
        self._rest()
        for listener in self._listeners:
            listener.end()

    def _rest(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _check_room(self, account_id: int) -> None:
        if self._has_ended:
            raise Unavailable("The server is stopping.", next_step="Try again in some seconds.")
        n_own = sum(one.account_id == account_id for one in self._listeners)
        if n_own >= self._max_each or len(self._listeners) >= self._max_all:
            raise TooManyListeners

    async def _begin(self, listener: Listener, *, after: int | None) -> None:
        if self._task is None:
            newest = await self._run(last_sequence)
            if self._task is None:  # nobody began while this one asked
                self._sequence = newest
                self._task = asyncio.create_task(self._look_on())
        listener.sequence = now = self._sequence
        if after is not None and after < now:
            missed = await self._run(partial(read_arrivals, after=after, until=now))
            listener.tell(missed, sequence=now)

    async def _look_on(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self._look()
            except ZhiyinError as error:
                _log.error("The lake could not be looked at for new voices: %s", error)
            except Exception as error:  # noqa: BLE001 - the edge of a task that must not die
                _log.error("Looking for new voices failed (%s).", type(error).__name__)
                _log.debug("Traceback", exc_info=error)

    async def _look(self) -> None:
        newest = await self._run(last_sequence)
        # It goes back where a table is being rebuilt; what was told once is not told again.
        if newest <= self._sequence:
            return
        arrivals = await self._run(partial(read_arrivals, after=self._sequence, until=newest))
        self._sequence = newest
        for listener in self._listeners:
            if listener.sequence is not None:
                listener.tell(arrivals, sequence=newest)

    async def _run(self, ask: Callable[[Lake], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(
            self._executor, lambda: ask(self._open_lake())
        )


def last_sequence(lake: Lake) -> int:
    """Number in the intake log of the newest voices in the lake; half a millisecond."""
    return lake.last_version(FEEDBACK.name, APP_ID) or 0


def read_arrivals(lake: Lake, *, after: int, until: int) -> list[Arrivals]:
    """What was received since yesterday and lies between the two log numbers, `until` included.

    Duplicates, spam, solicited voices and those off the subject are left out, as lists leave them out.
    """
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    with lake.connect(FEEDBACK.name) as connection:
        rows = connection.execute(_ARRIVALS, [yesterday, after, until]).fetchall()
    return [Arrivals(unit_id=unit, n=n, n_urgent=urgent, newest=tuple(ids)) for unit, n, urgent, ids in rows]
