"""`POST /v1/feedback` in batches of 1,000 against a bare SQLite log with the same durability."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

ITEMS_A_BATCH = 1_000
BATCHES_A_CLIENT = 20
N_CLIENTS = 3
N_ROUNDS = 5
TEXT = "菜好吃但是上菜慢，等了四十分钟，服务员态度一般，下次不会再来了，真的很失望，电话里说好的包间也没有"

SETUP = (
    "import django; django.setup()\n"
    "from django.core.management import call_command\n"
    "from zhiyin.people.permissions import KeyScope\n"
    "from zhiyin.people.services.keys import create_key\n"
    "call_command('migrate', verbosity=0)\n"
    "print(create_key('bench', scopes=list(KeyScope), limit_per_minute=0))\n"
)
SERVE = (
    "import sys, django; django.setup()\n"
    "from zhiyin.config.wiring import run_web\n"
    "from zhiyin.engine.home import Home\n"
    "run_web(Home.from_environment(), host='127.0.0.1', port=int(sys.argv[1]))\n"
)


def measure() -> dict[str, float]:
    """Median items a second of both, taken in turns in one run, their ratio, and the API's latency."""
    with tempfile.TemporaryDirectory(prefix="intake-api-") as folder:
        environment = {
            **os.environ,
            "ZHIYIN_HOME": str(Path(folder, "home")),
            "DJANGO_SETTINGS_MODULE": "zhiyin.config.settings",
        }
        key = subprocess.run(
            [sys.executable, "-c", SETUP], env=environment, check=True, capture_output=True, text=True
        ).stdout.strip()
        port = free_port()
        server = subprocess.Popen([sys.executable, "-c", SERVE, str(port)], env=environment)
        try:
            wait_until_ready(port)
            with closing(_open_bare(Path(folder, "bare.sqlite3"))) as bare:
                return _compare(bare, port, key)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()


def _compare(bare: sqlite3.Connection, port: int, key: str) -> dict[str, float]:
    _round_api(port, key, -1)  # the first one opens connections and files
    bare_rates, rates, latencies = [], [], []
    for number in range(N_ROUNDS):
        bare_rates.append(_round_bare(bare, number))
        rate, seconds = _round_api(port, key, number)
        rates.append(rate)
        latencies += seconds
    return {
        "items_a_second": round(statistics.median(rates)),
        "bare_items_a_second": round(statistics.median(bare_rates)),
        "ratio": round(statistics.median(a / b for a, b in zip(rates, bare_rates, strict=True)), 2),
        "p50_ms_a_batch": round(statistics.median(latencies) * 1000, 1),
        "p95_ms_a_batch": round(statistics.quantiles(latencies, n=20)[-1] * 1000, 1),
    }


def _round_api(port: int, key: str, number: int) -> tuple[float, list[float]]:
    context = multiprocessing.get_context("fork")
    ready, results = context.Barrier(N_CLIENTS + 1), context.SimpleQueue()
    clients = [
        context.Process(target=_send, args=(port, key, f"{number}-{client}", ready, results))
        for client in range(N_CLIENTS)
    ]
    for client in clients:
        client.start()
    ready.wait()
    started = time.perf_counter()
    seconds = [one for _ in clients for one in results.get()]
    rate = ITEMS_A_BATCH * BATCHES_A_CLIENT * N_CLIENTS / (time.perf_counter() - started)
    for client in clients:
        client.join()
    return rate, seconds


def _send(port: int, key: str, name: str, ready: object, results: object) -> None:
    bodies = [b"[" + b",".join(make_items(f"{name}-{batch}")) + b"]" for batch in range(BATCHES_A_CLIENT)]
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.connect()
    ready.wait()  # type: ignore[attr-defined]
    seconds = []
    for body in bodies:
        started = time.perf_counter()
        connection.request("POST", "/v1/feedback", body, headers)
        response = connection.getresponse()
        response.read()
        assert response.status == 202, response.status
        seconds.append(time.perf_counter() - started)
    results.put(seconds)  # type: ignore[attr-defined]


def make_items(name: str) -> list[bytes]:
    """A batch of voices as JSON; `name` makes their ids differ from those of other batches."""
    return [
        json.dumps(
            {
                "external_id": f"{name}-{i}",
                "text": f"{TEXT}{i}",
                "channel": "review_site",
                "occurred_at": "2024-05-01T12:00:00+08:00",
                "rating": {"value": i % 5 + 1},
                "unit": {"code": f"S{i % 300}"},
            },
            ensure_ascii=False,
        ).encode()
        for i in range(ITEMS_A_BATCH)
    ]


def _open_bare(path: Path) -> sqlite3.Connection:
    bare = sqlite3.connect(path, isolation_level=None)
    bare.execute("PRAGMA journal_mode = WAL")
    bare.execute("PRAGMA synchronous = FULL")
    bare.execute("CREATE TABLE item (sequence INTEGER PRIMARY KEY, id TEXT UNIQUE, body BLOB)")
    return bare


def _round_bare(bare: sqlite3.Connection, number: int) -> float:
    batches = [
        [(f"{number}-{batch}-{i}", item) for i, item in enumerate(make_items(f"{number}-{batch}"))]
        for batch in range(BATCHES_A_CLIENT * N_CLIENTS)
    ]
    started = time.perf_counter()
    for rows in batches:
        bare.execute("BEGIN IMMEDIATE")
        bare.executemany("INSERT INTO item (id, body) VALUES (?, ?)", rows)
        bare.execute("COMMIT")
    return ITEMS_A_BATCH * len(batches) / (time.perf_counter() - started)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_until_ready(port: int) -> None:
    """Wait for the server.

    Raises:
        RuntimeError: it did not come.
    """
    for _ in range(500):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("The server did not become ready.")


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
