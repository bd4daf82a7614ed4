"""`GET /live/`: server-sent events to a signed-in page about the voices that just came."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager

import msgspec
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from zhiyin.engine.protocols import Lake
from zhiyin.errors import ZhiyinError
from zhiyin.listen.http.sessions import SessionVisit, find_visit
from zhiyin.listen.live import Hub, Listener, News, TooManyListeners
from zhiyin.people.permissions import Permission

PATH = "/live/"
HEARTBEAT_SECONDS = 15.0
CHECK_SECONDS = 5.0
# Between two events of one stream: a page that changes more often cannot be read.
PAUSE_SECONDS = 0.3
RETRY_MILLISECONDS = 2_000
_TYPE = "text/event-stream"
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_MAX_DIGITS = 18
CountNotices = Callable[[int], int]
_log = logging.getLogger(__name__)


class LiveEdge:
    """Opens streams to those who may read voices, and ends them when they no longer may."""

    def __init__(
        self, open_lake: Callable[[], Lake], *, check_seconds: float, count_notices: CountNotices | None
    ) -> None:
        self._count_notices = count_notices
        self._check_seconds = check_seconds
        # One thread looks at the lake, one asks who is there.
        self._looking = ThreadPoolExecutor(1, thread_name_prefix="live-lake")
        self._asking = ThreadPoolExecutor(1, thread_name_prefix="live-people")
        self._hub = Hub(open_lake, executor=self._looking)

    async def get(self, request: Request) -> Response:
        """The route: 401 for strangers, 403 without the permission, 429 where too many are open."""
        key = request.cookies.get(settings.SESSION_COOKIE_NAME)
        try:
            visit = await self._find_visit(key)
            if visit is None or visit.scope is None:
                return Response(status_code=401 if visit is None else 403, headers=_HEADERS)
            if request.method == "HEAD":
                return Response(headers=_HEADERS, media_type=_TYPE)
            ending = AsyncExitStack()
            listener = await ending.enter_async_context(
                self._hub.listen(account_id=visit.account_id, scope=visit.scope, after=_last_seen(request))
            )
        except TooManyListeners:
            return Response(status_code=429, headers=_HEADERS | {"Retry-After": "30"})
        except (ZhiyinError, DatabaseError) as error:
            _log.error("A live stream could not be opened (%s).", type(error).__name__)
            return Response(status_code=503, headers=_HEADERS | {"Retry-After": "5"})
        events = self._events(listener, key=key, account_id=visit.account_id)
        return _Stream(events, ending=ending)

    def end(self) -> None:
        """End every stream and open no more."""
        self._hub.end()

    async def close(self) -> None:
        """End the streams, and the threads with their connections."""
        self.end()
        await asyncio.get_running_loop().run_in_executor(self._asking, connections.close_all)
        for threads in (self._asking, self._looking):
            threads.shutdown(wait=True)

    async def _events(self, listener: Listener, *, key: str | None, account_id: int) -> AsyncIterator[bytes]:
        yield b"retry: %d\nid: %d\nevent: ready\ndata: {}\n\n" % (RETRY_MILLISECONDS, listener.sequence or 0)
        checked_at = told_at = time.monotonic()
        n_notices: int | None = None
        while True:
            news = await listener.fetch(wait_seconds=self._check_seconds)
            if listener.has_ended:
                return
            if time.monotonic() - checked_at >= self._check_seconds:
                if not await self._may_go_on(listener, key=key):
                    return
                checked_at, n_before = time.monotonic(), n_notices
                n_notices = await self._count(account_id)
                if n_notices is not None and n_notices != n_before:
                    yield b'event: notices\ndata: {"n":%d}\n\n' % n_notices
            if news is not None:
                yield _event(news)
                await asyncio.sleep(PAUSE_SECONDS)
            elif time.monotonic() - told_at >= HEARTBEAT_SECONDS:
                yield b": still here\n\n"
            else:
                continue
            told_at = time.monotonic()

    async def _may_go_on(self, listener: Listener, *, key: str | None) -> bool:
        try:
            visit = await self._find_visit(key)
        except DatabaseError:
            return False  # the page asks again, and is told what it missed
        if visit is None or visit.scope is None:
            return False
        listener.scope = visit.scope
        return True

    async def _count(self, account_id: int) -> int | None:
        """How many notices the account has not read; None where nobody counts, or nobody can just now."""
        count = self._count_notices
        if count is None:
            return None
        try:
            return await asyncio.get_running_loop().run_in_executor(self._asking, count, account_id)
        except DatabaseError:
            return None

    async def _find_visit(self, key: str | None) -> SessionVisit | None:
        def find() -> SessionVisit | None:
            close_old_connections()
            return find_visit(key, permission=Permission.FEEDBACK_READ)

        return await asyncio.get_running_loop().run_in_executor(self._asking, find)


class _Stream(StreamingResponse):
    """Leaves the hub however it ends, also where it never began."""

    def __init__(self, content: AsyncIterator[bytes], *, ending: AsyncExitStack) -> None:
        super().__init__(content, headers=_HEADERS, media_type=_TYPE)
        self._ending = ending

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until the page or the server goes."""
        async with self._ending:
            await super().__call__(scope, receive, send)


class LiveApp(Starlette):
    """The Starlette application of the route; `open_lake` is called once somebody listens.

    A stream outlives its session, its account or its role by no more than `check_seconds`. It tells too
    how many notices the account has not read, as `count_notices` says, at each of those moments.
    """

    def __init__(
        self,
        open_lake: Callable[[], Lake],
        *,
        check_seconds: float = CHECK_SECONDS,
        count_notices: CountNotices | None = None,
    ) -> None:
        edge = LiveEdge(open_lake, check_seconds=check_seconds, count_notices=count_notices)

        @asynccontextmanager
        async def lifespan(_app: Starlette) -> AsyncIterator[None]:
            yield
            await edge.close()

        super().__init__(routes=[Route(PATH, edge.get)], lifespan=lifespan)
        self.end_streams = edge.end


def _event(news: News) -> bytes:
    data = msgspec.json.encode({"n": news.n, "n_urgent": news.n_urgent, "newest": news.newest})
    return b"id: %d\nevent: voices\ndata: %b\n\n" % (news.sequence, data)


def _last_seen(request: Request) -> int | None:
    """The id of the last event, from a reconnecting browser or from a page that was hidden."""
    given = request.headers.get("last-event-id") or request.query_params.get("after", "")
    is_number = given.isascii() and given.isdecimal() and len(given) <= _MAX_DIGITS
    return int(given) if is_number else None
