"""A real sender, killed in its work again and again: nothing is lost, one at most repeated."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

N_MESSAGES = 60
START = """
import os, sys, time, django
os.environ["DJANGO_SETTINGS_MODULE"] = "zhiyin.config.settings"
django.setup()
from datetime import UTC, datetime, timedelta
"""
FILL = (
    START
    + """
from zhiyin.insight.delivery.contract import OutMessage, queue_message
from zhiyin.insight.delivery.destinations import Wanted, create_destination
from zhiyin.insight.delivery.letters import Address
from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import EVERYTHING
now = datetime.now(UTC)
address = Address(url=sys.argv[1], secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
wanted = Wanted(name="receiver", address=address)
made = create_destination("webhook", wanted, scope=EVERYTHING, by=SYSTEM, now=now)
for number in range({n}):
    message = OutMessage(key=f"a:{number}", title=f"预警 {number}", text="上菜慢")
    assert queue_message(message, destination_ids=[made.pk], now=now) == 1
""".replace("{n}", str(N_MESSAGES))
)
# Each sender's clock is three minutes ahead of that of the one before, whose lease has then run out.
SEND = (
    START
    + """
from zhiyin.insight.delivery.sender import Sender
ahead = timedelta(minutes=3 * int(sys.argv[1]))
sender = Sender(clock=lambda: datetime.now(UTC) + ahead)
while True:
    sender.send_due()
    time.sleep(0.02)
"""
)


class Receiver:
    """A webhook receiver that takes its time, and counts what came by the key of the message."""

    def __init__(self):
        self.taken = Counter()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                outer.taken[self.headers["webhook-id"]] += 1
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
def receiver():
    made = Receiver()
    yield made
    made.stop()


def _wait_until(holds, *, seconds=120):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.005)


@pytest.mark.slow
def test_a_sender_that_is_killed_loses_nothing_and_repeats_one_at_most_by_its_key(
    tmp_path, lay_home, receiver
):
    environment = {
        **os.environ,
        "ZHIYIN_HOME": str(lay_home(tmp_path / "home")),
        "ZHIYIN_DATABASE_URL": "",
        "ZHIYIN_INNER_NETWORKS": "127.0.0.0/8",
    }
    subprocess.run([sys.executable, "-c", FILL, receiver.address], env=environment, check=True)

    def states():
        with closing(sqlite3.connect(tmp_path / "home" / "zhiyin.sqlite3", timeout=30)) as connection:
            found = connection.execute("SELECT state, count(*) FROM insight_delivery GROUP BY state")
            return dict(found.fetchall())

    n_kills = 3
    for number in range(n_kills + 1):
        sender = subprocess.Popen([sys.executable, "-c", SEND, str(number)], env=environment)
        try:
            if number < n_kills:
                before = len(receiver.taken)
                _wait_until(lambda before=before: len(receiver.taken) >= before + 8)
            else:
                _wait_until(lambda: states() == {"sent": N_MESSAGES})
        finally:
            sender.send_signal(signal.SIGKILL)
            sender.wait()
    assert len(receiver.taken) == N_MESSAGES
    assert sum(receiver.taken.values()) - N_MESSAGES <= n_kills
    assert max(receiver.taken.values()) <= 2
