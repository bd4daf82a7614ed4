"""One ASGI application: intake and status by Starlette, all else by Django."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def make_application() -> App:
    """The application over the home that the environment names. Sets Django up where nobody has."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiyin.config.settings")
    from django.core.asgi import get_asgi_application

    django_app: Any = get_asgi_application()
    from zhiyin.config.wiring import open_intake
    from zhiyin.engine import open_engine
    from zhiyin.engine.home import Home
    from zhiyin.listen.http.intake_app import PATH, make_intake_app
    from zhiyin.listen.http.status_app import PATHS, make_status_app

    home = Home.from_environment()
    intake_app: App = make_intake_app(open_intake(home))
    status_app: App = make_status_app(open_engine(home))

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        # A stopping server cancels what still runs; granian would print that as an error of ours.
        with contextlib.suppress(asyncio.CancelledError):
            await choose(scope, receive, send)

    async def choose(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "lifespan" or (path == PATH and scope.get("method") == "POST"):
            await intake_app(scope, receive, send)
        elif path in PATHS:
            await status_app(scope, receive, send)
        else:
            await django_app(scope, receive, send)

    return dispatch
