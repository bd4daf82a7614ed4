"""The live stream: who hears what, for how long, and what a slow or absent reader misses (nothing)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import pytest

from zhiyin.listen.live import MAX_NEWEST, Hub, News, TooManyListeners, read_arrivals
from zhiyin.listen.tests.conftest import Arriving
from zhiyin.people.scope import EVERYTHING, Scope

SOON, HERE, ELSEWHERE = 30.0, 1, 2


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
