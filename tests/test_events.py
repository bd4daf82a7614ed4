"""Events from a real client to a real server, which is killed without warning."""

from __future__ import annotations

import http.client
import json
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from segment.analytics import Client
from tests.installation import Installation

from zhiyin.engine import open_engine
from zhiyin.engine.home import Home

N_KILLS = 4
_FINISH = (
    "import django; django.setup()\n"
    "from zhiyin.customers.events.storing import take_waiting_events\n"
    "from zhiyin.engine import close_engine, open_engine\n"
    "from zhiyin.engine.home import Home\n"
    "take_waiting_events(open_engine(Home.from_environment()))\n"
    "close_engine()\n"
)
_MAKE_KEY = (
    "import django; django.setup()\n"
    "from django.core.management import call_command\n"
    "from zhiyin.people.permissions import KeyScope\n"
    "from zhiyin.people.services.keys import create_key\n"
    "call_command('migrate', verbosity=0)\n"
    "print(create_key('app', source='app', scopes=[KeyScope.FEEDBACK_WRITE], limit_per_minute=0))\n"
)


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path / "home")


@pytest.fixture
def key(installation: Installation) -> str:
    return installation.python("-c", _MAKE_KEY).strip()


def _count(installation: Installation) -> dict[str, tuple[int, int]]:
    """How many rows, and how many different ones, each name has."""
    installation.python("-c", _FINISH)
    with open_engine(Home(installation.home)).lake.connect("customer_events") as connection:
        rows = connection.execute(
            "SELECT name, count(*), count(DISTINCT properties) FROM customer_events GROUP BY 1"
        ).fetchall()
    return {name: (n_rows, n_different) for name, n_rows, n_different in rows}


def _send(port: int, key: str, batch: list[dict[str, object]]) -> bool:
    """Whether the server said that it has the batch."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        connection.request("POST", "/v1/batch", json.dumps({"batch": batch}), headers)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@pytest.mark.slow
def test_a_client_of_the_field_is_understood_as_it_is(installation: Installation, key: str) -> None:
    installation.start()
    failures: list[object] = []
    client = Client(key, host=installation.url, gzip=True, on_error=lambda *error: failures.append(error))
    try:
        client.identify("u1", {"phone": "13912345678", "plan": "gold"}, anonymous_id="a1")
        for number in range(250):
            client.track("u1", "Ordered", {"number": number})
        client.page(anonymous_id="a1", category="Docs", name="Home")
        client.screen("u1", name="Cart")
        client.group("u1", "acme", {"name": "Acme"})
        client.alias("a2", "u1")
        client.flush()
    finally:
        client.shutdown()
        installation.stop()
    assert failures == []
    assert _count(installation) == {"Ordered": (250, 250), "Docs Home": (1, 1), "Cart": (1, 1)}


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_and_nothing_counts_twice_when_killed(
    installation: Installation, key: str
) -> None:
    sent: list[list[dict[str, object]]] = []
    acknowledged: set[int] = set()

    def batch(number: int) -> list[dict[str, object]]:
        return [
            {
                "type": "track",
                "userId": f"u{place % 7}",
                "event": "Ordered",
                "messageId": f"{number}-{place}",
                "properties": {"number": f"{number}-{place}"},
            }
            for place in range(50)
        ]

    def load(has_ended: Callable[[], bool]) -> None:
        while not has_ended():
            number = len(sent)
            sent.append(batch(number))
            if _send(installation.port, key, sent[number]):
                acknowledged.add(number)

    for _ in range(N_KILLS):
        installation.start()
        ended = threading.Event()
        sender = threading.Thread(target=load, args=(ended.is_set,))
        sender.start()
        ended.wait(1.7)
        [server] = installation.processes
        server.send_signal(signal.SIGKILL)
        server.wait()
        installation.processes.clear()
        ended.set()
        sender.join()
    assert acknowledged
    n_rows, n_different = _count(installation)["Ordered"]
    assert n_rows == n_different >= 50 * len(acknowledged)
    installation.start()
    assert all(_send(installation.port, key, one) for one in sent)  # whoever is not sure sends again
    installation.stop()
    assert _count(installation) == {"Ordered": (50 * len(sent), 50 * len(sent))}
