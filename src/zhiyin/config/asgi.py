"""One ASGI application: intake, events, status and the live stream by Starlette, all else by Django."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

from starlette.applications import Starlette

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Application:
    """What answers all requests; `end_streams` lets a stopping server come to its end."""

    def __init__(self, choose: Callable[[Scope], App], *, end_streams: Callable[[], None]) -> None:
        self._choose = choose
        self.end_streams = end_streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on to the part whose path it is."""
        # A stopping server cancels what still runs; granian would print that as an error of ours.
        with contextlib.suppress(asyncio.CancelledError):
            await self._choose(scope)(scope, receive, send)


def make_application() -> Application:
    """The application over the home that the environment names. Sets Django up where nobody has."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiyin.config.settings")
    import django
    from django.conf import settings

    from zhiyin.config.body_limit import BodyLimit

    django.setup(set_prefix=False)
    from zhiyin.config.django_app import KeptThreadsHandler

    handler: Any = KeptThreadsHandler()
    django_app = BodyLimit(handler, max_upload_bytes=settings.UPLOAD_MAX_BYTES)
    from zhiyin.config.wiring import open_intake
    from zhiyin.customers.events import http as events_app
    from zhiyin.engine import open_engine
    from zhiyin.engine.home import Home
    from zhiyin.listen.api import open_lake
    from zhiyin.listen.http import intake_app, live_app, status_app
    from zhiyin.respond.notices.queries import count_unread

    home = Home.from_environment()
    intake = intake_app.make_intake_app(open_intake(home))
    live = live_app.LiveApp(open_lake, count_notices=count_unread)
    status = status_app.make_status_app(open_engine(home))
    events = events_app.make_events_app(open_engine(home), origins=settings.EVENT_ORIGINS)
    lifespan = _share_lifespan(intake, events, live)

    def choose(scope: Scope) -> App:
        path = scope.get("path", "")
        if scope["type"] == "lifespan":
            return lifespan
        if path == intake_app.PATH and scope.get("method") == "POST":
            return intake
        if path in events_app.PATHS and scope.get("method") in ("POST", "OPTIONS"):
            return events
        if path == live_app.PATH:
            return live
        chosen: App = status if path in status_app.PATHS else django_app
        return chosen

    return Application(choose, end_streams=live.end_streams)


def _share_lifespan(*apps: Starlette) -> App:
    """An application that begins and ends all of these, the last first."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            for app in apps:
                await stack.enter_async_context(app.router.lifespan_context(app))
            yield

    return Starlette(lifespan=lifespan)
