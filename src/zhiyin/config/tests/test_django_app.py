from __future__ import annotations

import asyncio
import threading

import pytest
from asgiref.testing import ApplicationCommunicator
from django.db import connection, connections
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from zhiyin.config.django_app import KeptThreadsHandler
from zhiyin.people.permissions import Permission, requires

_goes_on = threading.Event()
_has_begun = threading.Event()


@requires(Permission.PUBLIC)
def show_thread(_request: HttpRequest) -> HttpResponse:
    connection.ensure_connection()
    return HttpResponse(f"{threading.get_ident()} {id(connection.connection)}")


@requires(Permission.PUBLIC)
def wait_long(_request: HttpRequest) -> HttpResponse:
    _has_begun.set()
    _goes_on.wait(30)
    return HttpResponse(str(threading.get_ident()))


urlpatterns = [path("thread/", show_thread), path("long/", wait_long)]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_pages():
    _goes_on.clear()
    _has_begun.clear()
    with override_settings(ROOT_URLCONF=__name__):
        yield
    _goes_on.set()


@pytest.fixture
def handler():
    handler = KeptThreadsHandler(n_kept=2)
    yield handler
    for thread in handler._free:
        thread.submit(connections.close_all)
        thread.shutdown()


def _asked(handler: KeptThreadsHandler, address: str) -> ApplicationCommunicator:
    headers = [(b"host", b"localhost")]
    scope = {"type": "http", "method": "GET", "path": address, "query_string": b"", "headers": headers}
    return ApplicationCommunicator(handler, scope)


async def _answer(asked: ApplicationCommunicator) -> str:
    await asked.send_input({"type": "http.request", "body": b"", "more_body": False})
    started = await asked.receive_output(30)
    assert started["status"] == 200
    body = await asked.receive_output(30)
    await asked.wait(30)
    return body["body"].decode()


async def _settle(handler: KeptThreadsHandler, n: int) -> None:
    while len(handler._free) != n:
        await asyncio.sleep(0.01)


def test_one_request_after_the_other_has_the_same_thread_and_connection(handler) -> None:
    async def ask() -> list[str]:
        seen = []
        for _ in range(3):
            seen.append(await _answer(_asked(handler, "/thread/")))
            await asyncio.wait_for(_settle(handler, 1), 30)
        return seen

    assert len(set(asyncio.run(ask()))) == 1


def test_more_at_once_than_threads_are_kept_are_all_answered(handler) -> None:
    async def ask() -> list[str]:
        waiting = [asyncio.create_task(_answer(_asked(handler, "/long/"))) for _ in range(5)]
        await asyncio.to_thread(_has_begun.wait, 30)
        quick = await _answer(_asked(handler, "/thread/"))
        _goes_on.set()
        slow = await asyncio.gather(*waiting)
        await asyncio.wait_for(_settle(handler, 2), 30)
        return [quick.split()[0], *slow]

    assert len(set(asyncio.run(ask()))) == 6


def test_a_view_that_nobody_waits_for_any_more_holds_nobody_up(handler) -> None:
    async def ask() -> str:
        gone = _asked(handler, "/long/")
        await gone.send_input({"type": "http.request", "body": b"", "more_body": False})
        await asyncio.to_thread(_has_begun.wait, 30)
        await gone.send_input({"type": "http.disconnect"})
        answered = await asyncio.wait_for(_answer(_asked(handler, "/thread/")), 30)
        _goes_on.set()
        await gone.wait(30)
        await asyncio.wait_for(_settle(handler, 2), 30)
        return answered

    assert asyncio.run(ask())
