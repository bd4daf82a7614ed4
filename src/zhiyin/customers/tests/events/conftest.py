"""A home, a key, and the doors for events that the tests of this folder share."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import httpx
import msgspec
import pytest
from django.db import connections

from zhiyin.customers.events.checking import Sender, check_calls
from zhiyin.customers.events.http import make_events_app
from zhiyin.customers.events.reading import read_calls
from zhiyin.customers.events.storing import store_events
from zhiyin.engine import close_engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.people.permissions import KeyScope
from zhiyin.people.services.keys import create_key

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path, settings):
    settings.HOME = Home(tmp_path / "home")
    yield open_engine(settings.HOME)
    close_engine()


@pytest.fixture
def check(engine, db):
    """Events or faults of the calls, as of a key of `source` at `now`."""

    def run(*calls, source="app", now=NOW, allowed_units=None, sent_at=None):
        body = msgspec.json.encode({"batch": calls, "sentAt": sent_at})
        read = read_calls(body, kind="batch", content_type="application/json", encoding="")
        sender = Sender(source=source, allowed_units=allowed_units, sent_at=read.sent_at, now=now)
        return check_calls(read.calls, sender=sender, vault=engine.vault)

    return run


@pytest.fixture
def take(check, engine):
    """Stores the calls, all of which must be good."""

    def run(*calls, **options):
        events = check(*calls, **options)
        assert not [one for one in events if not hasattr(one, "event_id")]
        store_events(events, engine=engine)
        return events

    return run


@pytest.fixture
def rows(engine):
    def run(sql, *values):
        with engine.lake.connect() as connection:
            return connection.execute(sql, list(values)).fetchall()

    return run


@pytest.fixture
def key(db):
    return create_key("app", source="app", scopes=[KeyScope.FEEDBACK_WRITE])


@pytest.fixture
def post(engine, key):
    """Posts to the events' application; the answer."""

    def run(path, body, *, origins=(), method="POST", auth=(key, ""), times=1, **headers):
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        given = {"Content-Type": "application/json", **headers}
        request = _ask(engine, origins, method, path, content=content, headers=given, auth=auth, times=times)
        return asyncio.run(request)

    return run


async def _ask(engine, origins, method, path, *, auth, times, **options):
    app = make_events_app(engine, origins=origins)
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://localhost", auth=auth) as client,
    ):
        for _ in range(times):
            answer = await client.request(method, path, **options)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(connections.close_all).result()
    return answer
