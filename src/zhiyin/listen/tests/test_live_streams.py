"""The live stream over HTTP: to whom it opens, what it tells, when it ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client

from zhiyin.listen.http.live_app import LiveApp
from zhiyin.listen.tests.conftest import Arriving
from zhiyin.people.models import Account
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role

PASSWORD, SOON, HERE = "correct horse battery staple", 30.0, 1


@asynccontextmanager
async def _stream(
    app: LiveApp, session_key: str, *, headers: dict[str, str] | None = None
) -> AsyncIterator[asyncio.Queue[dict[str, object]]]:
    """What the application sends, until the block ends as a closed page ends it."""
    sent: asyncio.Queue[dict[str, object]] = asyncio.Queue()
    closed = asyncio.Event()

    async def receive() -> dict[str, object]:
        await closed.wait()
        return {"type": "http.disconnect"}

    given = {"cookie": f"sessionid={session_key}", **(headers or {})}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "method": "GET",
        "path": "/live/",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }
    task = asyncio.create_task(app(scope, receive, sent.put))
    try:
        yield sent
    finally:
        closed.set()
        await asyncio.wait_for(task, SOON)


@asynccontextmanager
async def _app(
    arriving: Arriving, *, count_notices: Callable[[int], int] | None = None
) -> AsyncIterator[LiveApp]:
    app = LiveApp(lambda: arriving.lake, check_seconds=0.2, count_notices=count_notices)
    async with app.router.lifespan_context(app):
        yield app


async def _next_event(sent: asyncio.Queue[dict[str, object]]) -> tuple[str, dict[str, object]]:
    message = await asyncio.wait_for(sent.get(), SOON)
    fields = dict(line.split(": ", 1) for line in bytes(message["body"]).decode().splitlines() if line)
    return fields["event"], json.loads(fields["data"])


async def _begin(sent: asyncio.Queue[dict[str, object]]) -> int:
    """The status; where it is a stream, its first event is taken too."""
    start = await asyncio.wait_for(sent.get(), SOON)
    if start["status"] == 200:
        assert (await _next_event(sent))[0] == "ready"
    return int(str(start["status"]))


async def _is_over(sent: asyncio.Queue[dict[str, object]]) -> bool:
    message = await asyncio.wait_for(sent.get(), SOON)
    return not message["more_body"]


@pytest.fixture
def sign_in(transactional_db: None, client: Client) -> Callable[[Role | None], tuple[Account, str]]:
    def make(role: Role | None) -> tuple[Account, str]:
        account = create_account("li", password=PASSWORD)
        if role is not None:
            grant_role(account, role=role)
        client.force_login(account)
        return account, client.cookies["sessionid"].value

    return make


@pytest.mark.parametrize(("role", "status"), [(Role.ANALYST, 200), (None, 403)])
def test_a_stream_opens_to_who_may_read_voices(arriving, sign_in, role, status) -> None:
    _, key = sign_in(role)

    async def go() -> None:
        async with _app(arriving) as app:
            async with _stream(app, key) as sent:
                assert await _begin(sent) == status
            async with _stream(app, "nobody") as sent:
                assert await _begin(sent) == 401

    asyncio.run(go())


def test_a_stream_tells_of_a_voice_and_goes_on_where_it_broke(arriving, sign_in) -> None:
    _, key = sign_in(Role.ANALYST)

    async def go() -> None:
        async with _app(arriving) as app:
            async with _stream(app, key) as sent:
                await _begin(sent)
                ids = arriving.add(HERE)
                assert await _next_event(sent) == ("voices", {"n": 1, "n_urgent": 0, "newest": ids})
            missed = arriving.add(HERE, urgency=2)
            async with _stream(app, key, headers={"last-event-id": "1"}) as sent:
                await _begin(sent)
                assert await _next_event(sent) == ("voices", {"n": 1, "n_urgent": 1, "newest": missed})

    asyncio.run(go())


def test_a_stream_tells_how_many_notices_wait_and_then_only_when_that_changes(arriving, sign_in) -> None:
    account, key = sign_in(Role.ANALYST)
    unread = {account.pk: 2}

    async def go() -> None:
        async with _app(arriving, count_notices=unread.__getitem__) as app, _stream(app, key) as sent:
            await _begin(sent)
            assert await _next_event(sent) == ("notices", {"n": 2})
            unread[account.pk] = 0
            assert await _next_event(sent) == ("notices", {"n": 0})
            ids = arriving.add(HERE)
            assert await _next_event(sent) == ("voices", {"n": 1, "n_urgent": 0, "newest": ids})

    asyncio.run(go())


def _sign_out(account: Account) -> None:
    Session.objects.all().delete()


def _close(account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(is_active=False)


def _take_role(account: Account) -> None:
    account.grants.all().delete()


@pytest.mark.parametrize("lose", [_sign_out, _close, _take_role])
def test_a_stream_ends_soon_after_the_right_to_it(arriving, sign_in, lose) -> None:
    account, key = sign_in(Role.ANALYST)

    def lose_it() -> None:
        lose(account)
        connections.close_all()

    async def go() -> None:
        async with _app(arriving) as app, _stream(app, key) as sent:
            await _begin(sent)
            await asyncio.to_thread(lose_it)
            assert await _is_over(sent)

    asyncio.run(go())


def test_open_streams_end_when_the_server_stops(arriving, sign_in) -> None:
    _, key = sign_in(Role.ANALYST)

    async def go() -> None:
        async with _app(arriving) as app, _stream(app, key) as sent:
            await _begin(sent)
            app.end_streams()
            assert await _is_over(sent)
            async with _stream(app, key) as late:
                assert await _begin(late) == 503

    asyncio.run(go())
