"""The live stream: who hears what, for how long, and what a slow or absent reader misses (nothing)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
import uuid_utils
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client

from zhiyin.engine.lake import DeltaLake
from zhiyin.engine.protocols import Transaction
from zhiyin.listen.facts import FEEDBACK
from zhiyin.listen.http.live_app import LiveApp
from zhiyin.listen.live import MAX_NEWEST, Hub, News, TooManyListeners, read_arrivals
from zhiyin.listen.pipeline.store import APP_ID
from zhiyin.people.models import Account
from zhiyin.people.roles import Role
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.people.services.accounts import create_account, grant_role

PASSWORD, SOON, HERE, ELSEWHERE = "correct horse battery staple", 5.0, 1, 2


class Arriving:
    """A lake that voices come to, a batch of the intake log at a time."""

    def __init__(self, folder: Path) -> None:
        self.lake, self.sequence = DeltaLake(folder), 0
        self.lake.create(FEEDBACK)

    def add(self, *units: int | None, urgency: int = 0, **values: object) -> list[str]:
        self.sequence += 1
        rows = [
            {
                "feedback_id": str(uuid_utils.uuid7()),
                "sequence": self.sequence,
                "revision": 1,
                "is_current": True,
                "unit_id": unit,
                "urgency": urgency,
                "day": datetime.now(UTC).date(),
                **values,
            }
            for unit in units
        ]
        columns = [FEEDBACK.schema.field(name) for name in rows[0]]
        self.lake.append(
            "feedback",
            pa.Table.from_pylist(rows, schema=pa.schema(columns)),
            transaction=Transaction(app_id=APP_ID, version=self.sequence),
        )
        return [str(row["feedback_id"]) for row in rows]


@pytest.fixture
def arriving(tmp_path: Path) -> Arriving:
    return Arriving(tmp_path / "lake")


@asynccontextmanager
async def _hub(arriving: Arriving, **limits: int) -> AsyncIterator[Hub]:
    with ThreadPoolExecutor(1) as executor:
        hub = Hub(lambda: arriving.lake, executor=executor, **limits)
        yield hub
        hub.end()


def test_listeners_hear_of_their_own_units_alone(arriving: Arriving) -> None:
    async def go() -> None:
        async with _hub(arriving) as hub:
            mine = Scope(unit_ids=frozenset({HERE}))
            async with (
                hub.listen(account_id=1, scope=mine) as manager,
                hub.listen(account_id=2, scope=EVERYTHING) as owner,
            ):
                own, *_ = arriving.add(HERE, ELSEWHERE, None)
                heard = await owner.fetch(wait_seconds=SOON)
                assert heard is not None
                assert heard.n == 3
                assert await manager.fetch(wait_seconds=SOON) == News(sequence=1, n=1, newest=(own,))
                arriving.add(ELSEWHERE)
                assert await owner.fetch(wait_seconds=SOON) is not None
                assert await manager.fetch(wait_seconds=0.3) is None

    asyncio.run(go())


def test_who_reads_slowly_hears_all_at_once_and_of_the_newest_by_name(arriving: Arriving) -> None:
    async def go() -> None:
        async with _hub(arriving) as hub, hub.listen(account_id=1, scope=EVERYTHING) as listener:
            ids = [id_ for _ in range(3) for id_ in arriving.add(*[HERE] * MAX_NEWEST)]
            while listener.sequence != arriving.sequence:
                await asyncio.sleep(0.05)
            heard = await listener.fetch(wait_seconds=SOON)
            assert heard is not None
            assert heard.n == len(ids)
            assert list(heard.newest) == sorted(ids, reverse=True)[:MAX_NEWEST]

    asyncio.run(go())


def test_who_was_away_hears_what_came_meanwhile_and_nothing_twice(arriving: Arriving) -> None:
    async def go() -> None:
        arriving.add(HERE)
        async with _hub(arriving) as hub:
            missed = [*arriving.add(HERE), *arriving.add(HERE, urgency=3)]
            async with hub.listen(account_id=1, scope=EVERYTHING, after=1) as listener:
                heard = await listener.fetch(wait_seconds=SOON)
                assert heard == News(sequence=3, n=2, n_urgent=1, newest=tuple(sorted(missed, reverse=True)))
                (new,) = arriving.add(HERE)
                assert await listener.fetch(wait_seconds=SOON) == News(sequence=4, n=1, newest=(new,))

    asyncio.run(go())


def test_who_begins_hears_nothing_of_before(arriving: Arriving) -> None:
    async def go() -> None:
        arriving.add(HERE)
        async with _hub(arriving) as hub, hub.listen(account_id=1, scope=EVERYTHING) as listener:
            assert listener.sequence == 1
            assert await listener.fetch(wait_seconds=0.6) is None

    asyncio.run(go())


def test_an_account_may_open_so_many_streams_and_a_closed_one_makes_room(arriving: Arriving) -> None:
    async def go() -> None:
        async with _hub(arriving, max_each=2, max_all=3) as hub:
            async with hub.listen(account_id=1, scope=EVERYTHING):
                async with hub.listen(account_id=1, scope=EVERYTHING):
                    with pytest.raises(TooManyListeners):
                        await hub.listen(account_id=1, scope=EVERYTHING).__aenter__()
                    async with hub.listen(account_id=2, scope=EVERYTHING):
                        with pytest.raises(TooManyListeners):
                            await hub.listen(account_id=3, scope=EVERYTHING).__aenter__()
                async with hub.listen(account_id=1, scope=EVERYTHING):
                    assert hub.n_listeners == 2
            assert hub.n_listeners == 0

    asyncio.run(go())


def test_lists_leave_out_what_the_stream_leaves_out(arriving: Arriving) -> None:
    arriving.add(HERE, is_spam=True)
    arriving.add(HERE, is_duplicate=True)
    arriving.add(HERE, is_current=False)
    (kept,) = arriving.add(HERE)
    (only,) = read_arrivals(arriving.lake, after=0, until=arriving.sequence)
    assert (only.unit_id, only.n, only.newest) == (HERE, 1, (kept,))


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
