"""A real worker, killed at every step of its way: no answer is sent twice, none is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller

START = """
import os, sys, time, django
os.environ["DJANGO_SETTINGS_MODULE"] = "zhiyin.config.settings"
django.setup()
from datetime import UTC, datetime, timedelta
import uuid_utils
now = datetime.now(UTC)
"""
FILL = (
    START
    + """
from zhiyin.insight.delivery.destinations import Wanted, create_destination
from zhiyin.insight.delivery.letters import Address
from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.models import AnswerRoute, OutgoingAnswer
from zhiyin.respond.outbox.changes import make_key
from zhiyin.respond.sealing import seal
way, n, url = sys.argv[1], int(sys.argv[2]), sys.argv[3]
if way == "webhook":
    wanted = Wanted(name="poster", address=Address(url=url))
    made = create_destination("webhook", wanted, scope=EVERYTHING, by=SYSTEM, now=now)
    AnswerRoute.objects.create(channel="c", destination=made.pk, made_at=now)
for number in range(n):
    key = make_key()
    to = seal("chen@example.com", purpose="answer", number=key) if way == "mail" else None
    OutgoingAnswer.objects.create(
        key=key, feedback_id=str(uuid_utils.uuid7()), channel="c", way=way, text=f"答复 {number}",
        to_sealed=to, made_at=now, changed_at=now, next_try_at=now, state="waiting",
    )
"""
)
# Each worker's clock is ten minutes ahead of that of the one before, whose leases have then run out.
CARRY = (
    START
    + """
from zhiyin.respond.outbox.carrying import Carrier
ahead = timedelta(minutes=10 * int(sys.argv[1]))
carrier = Carrier(clock=lambda: datetime.now(UTC) + ahead)
while True:
    carrier.carry_due()
    time.sleep(0.02)
"""
)
N_ANSWERS = 30


@pytest.fixture
def environment(tmp_path, lay_home):
    return {
        **os.environ,
        "ZHIYIN_HOME": str(lay_home(tmp_path / "home")),
        "ZHIYIN_DATABASE_URL": "",
        "ZHIYIN_INNER_NETWORKS": "127.0.0.0/8",
    }


@pytest.fixture
def states(tmp_path):
    """How many answers stand where."""

    def count():
        with closing(sqlite3.connect(tmp_path / "home" / "zhiyin.sqlite3", timeout=30)) as connection:
            found = connection.execute("SELECT state, count(*) FROM respond_outgoinganswer GROUP BY state")
            return dict(found.fetchall())

    return count


class _Worker:
    def __init__(self, environment, number):
        self._process = subprocess.Popen([sys.executable, "-c", CARRY, str(number)], env=environment)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


def _wait_until(holds, *, seconds=120):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.005)


class Poster:
    """A program that posts an answer once by its key, and can be stopped before it answers."""

    def __init__(self):
        self.tries, self.posted = Counter(), set()
        self.holds, self.is_held = False, threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                outer.tries[self.headers["webhook-id"]] += 1
                outer.posted.add(self.headers["webhook-id"])
                if outer.holds:
                    outer.is_held.set()
                    time.sleep(3)
                time.sleep(0.01)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def stop(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def poster():
    made = Poster()
    yield made
    made.stop()


@pytest.mark.slow
def test_a_worker_killed_with_a_webhook_in_hand_loses_nothing_and_posts_nothing_twice(
    environment, states, poster
):
    subprocess.run(
        [sys.executable, "-c", FILL, "webhook", str(N_ANSWERS), poster.address], env=environment, check=True
    )
    poster.holds = True
    with _Worker(environment, 0):  # killed after the program took it, before the worker heard so
        assert poster.is_held.wait(120)
    poster.holds = False
    for number in (1, 2):  # killed somewhere between two answers
        seen = len(poster.posted)
        with _Worker(environment, number):
            _wait_until(lambda seen=seen: len(poster.posted) >= seen + 6)
    with _Worker(environment, 3):
        _wait_until(lambda: states() == {"sent": N_ANSWERS})
    assert len(poster.posted) == N_ANSWERS  # by their keys: posted once each
    assert sum(poster.tries.values()) - N_ANSWERS <= 3  # repeated to the program: one a kill at most


class Mailbox:
    """A mail server that stops at one of its steps until the other side is dead."""

    def __init__(self):
        self.stops_at, self.is_held = "", threading.Event()
        self.messages = []

    async def _stop(self, step):
        if self.stops_at == step:
            self.is_held.set()
            await asyncio.sleep(2)

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        session.host_name = hostname
        return responses

    async def handle_NOOP(self, server, session, envelope, arg):  # noqa: N802
        return "250 OK"

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        await self._stop("MAIL")
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.messages.append(envelope.content)
        await self._stop("DATA")
        return "250 OK"


@pytest.fixture
def mailbox(environment):
    box = Mailbox()
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    environment |= {
        "ZHIYIN_SMTP_HOST": "127.0.0.1",
        "ZHIYIN_SMTP_PORT": str(port),
        "ZHIYIN_SMTP_SECURITY": "none",
        "ZHIYIN_MAIL_FROM": "voice@example.com",
    }
    yield box
    controller.stop()


@pytest.mark.slow
def test_a_worker_killed_with_a_letter_in_hand_sends_it_once_or_asks(environment, states, mailbox):
    subprocess.run([sys.executable, "-c", FILL, "mail", "6", ""], env=environment, check=True)
    for number, step in enumerate(("MAIL", "DATA")):
        mailbox.stops_at = step
        mailbox.is_held.clear()
        with _Worker(environment, number):
            assert mailbox.is_held.wait(120)
    mailbox.stops_at = ""
    with _Worker(environment, 2):
        _wait_until(lambda: states().get("sent", 0) + states().get("unsure", 0) == 6)
    found = states()
    # One was cut off before its words, one after them: nobody can know, so people are asked about both.
    assert found == {"sent": 4, "unsure": 2}
    ids = [line for one in mailbox.messages for line in one.splitlines() if line.startswith(b"Message-ID")]
    assert len(ids) == len(set(ids)) == 5
