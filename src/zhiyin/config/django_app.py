"""Django as an ASGI application whose threads, and their connections to the database, serve many requests.

Django's own handler begins a thread for each request and ends it with the request: a connection is opened
and its pages are read again each time, and what stands before a view goes back and forth between the
thread and the loop. Here the whole of a request is answered in one thread, and the thread stays.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.base import BaseHandler
from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Message = Mapping[str, Any]

N_KEPT = 8
"""Threads that wait for a next request; where more requests come at once, further threads serve them."""


class KeptThreadsHandler(ASGIHandler):
    """Django's handler over threads that are kept; make it after `django.setup()`."""

    def __init__(self, *, n_kept: int = N_KEPT) -> None:
        # Not ASGIHandler's: it would have each piece of middleware run in the loop.
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self._n_kept = n_kept
        self._free: list[ThreadPoolExecutor] = []

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Answer one request, in the thread that was free last: its connection is the warmest."""
        thread = self._free.pop() if self._free else ThreadPoolExecutor(1, thread_name_prefix="pages")
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self.handle(scope, receive, send)
        finally:
            self._take_back(thread)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """The response, middleware and all, from the request's thread."""
        return await sync_to_async(self.get_response)(request)

    def _take_back(self, thread: ThreadPoolExecutor) -> None:
        # Whoever went away may have left a view at work: the thread is free when that has ended.
        loop = asyncio.get_running_loop()
        thread.submit(int).add_done_callback(lambda _: _call_in(loop, self._keep, thread))

    def _keep(self, thread: ThreadPoolExecutor) -> None:
        if len(self._free) < self._n_kept:
            self._free.append(thread)
            return
        thread.submit(connections.close_all)
        thread.shutdown(wait=False)


def _call_in(
    loop: asyncio.AbstractEventLoop, act: Callable[[ThreadPoolExecutor], None], thread: ThreadPoolExecutor
) -> None:
    try:
        loop.call_soon_threadsafe(act, thread)
    except RuntimeError:  # the server has ended
        thread.shutdown(wait=False)
