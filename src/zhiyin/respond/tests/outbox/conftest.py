"""A webhook receiver and answers that wait for a worker."""

from __future__ import annotations

import json
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from zhiyin.engine import close_engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.insight.delivery.destinations import Wanted, create_destination
from zhiyin.insight.delivery.letters import Address
from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.models import AnswerRoute, OutgoingAnswer
from zhiyin.respond.outbox.changes import make_key
from zhiyin.respond.outbox.states import AnswerState, Way
from zhiyin.respond.sealing import seal

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
EARLY = datetime(2026, 1, 1, tzinfo=UTC)


class Clock:
    """A clock that tests move on."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **parts: float) -> None:
        self.now += timedelta(**parts)


class Receiver:
    """A program that posts answers: it checks the signature, and knows an answer by its key."""

    def __init__(self) -> None:
        self.tries: Counter[str] = Counter()
        self.posted: dict[str, dict[str, Any]] = {}
        self.statuses: deque[int] = deque()
        self.bodies: set[bytes] = set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(outer.take(dict(self.headers), body))
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/answers"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def take(self, headers: dict[str, str], body: bytes) -> int:
        Webhook(SECRET).verify(body, headers)
        key = headers["webhook-id"]
        self.tries[key] += 1
        self.bodies.add(body)
        status = self.statuses.popleft() if self.statuses else 204
        if status < 300:
            self.posted[key] = json.loads(body)["data"]
        return status

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def home(db: None, settings: Any, tmp_path: Path) -> Iterator[Home]:
    settings.HOME = Home(tmp_path / "own-home")
    settings.INNER_NETWORKS = ("127.0.0.0/8",)
    settings.PUBLIC_URL = "https://voice.example.com"
    open_engine(settings.HOME)
    yield settings.HOME
    close_engine()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def receiver(home: Home) -> Iterator[Receiver]:
    """It takes the answers to voices of the review site."""
    made = Receiver()
    wanted = Wanted(name="poster", address=Address(url=made.address, secret=SECRET))
    destination = create_destination("webhook", wanted, scope=EVERYTHING, by=SYSTEM, now=EARLY)
    AnswerRoute.objects.create(channel="review_site", destination=destination.pk, made_at=EARLY)
    yield made
    made.stop()


@pytest.fixture
def waiting(home: Home, new_id: Callable[[], str]) -> Callable[..., OutgoingAnswer]:
    """An answer that is due."""

    def make(*, way: Way = Way.WEBHOOK, channel: str = "review_site", **fields: Any) -> OutgoingAnswer:
        key = make_key()
        wanted = {
            "key": key,
            "feedback_id": new_id(),
            "way": way,
            "channel": channel,
            "text": "周五前改好，谢谢您。",
            "to_sealed": seal("chen@example.com", purpose="answer", number=key) if way is Way.MAIL else None,
            "made_at": EARLY,
            "changed_at": EARLY,
            "next_try_at": EARLY,
            "state": AnswerState.WAITING,
            **fields,
        }
        return OutgoingAnswer.objects.create(**wanted)

    return make
