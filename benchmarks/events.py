"""`POST /v1/batch` of events beside `POST /v1/feedback`, in turns in one run, 1,000 items a request."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.intake_api import SERVE, SETUP, free_port, make_items, wait_until_ready

EVENTS_A_BATCH = 1_000
BATCHES_A_CLIENT = 15
N_CLIENTS = 3
N_ROUNDS = 5
_STORE = (
    "import time, django; django.setup()\n"
    "from zhiyin.customers.events.storing import take_waiting_events\n"
    "from zhiyin.engine import close_engine, open_engine\n"
    "from zhiyin.engine.home import Home\n"
    "started = time.perf_counter()\n"
    "n = take_waiting_events(open_engine(Home.from_environment()))\n"
    "print(n / (time.perf_counter() - started))\n"
    "close_engine()\n"
)
_MakeBody = Callable[[str], bytes]


def measure() -> dict[str, float]:
    """Median items a second of both doors and their ratio; how many events a second become facts."""
    with tempfile.TemporaryDirectory(prefix="events-") as folder:
        environment = {
            **os.environ,
            "ZHIYIN_HOME": str(Path(folder, "home")),
            "DJANGO_SETTINGS_MODULE": "zhiyin.config.settings",
        }
        key = _run(SETUP, environment)
        port = free_port()
        server = subprocess.Popen([sys.executable, "-c", SERVE, str(port)], env=environment)
        try:
            wait_until_ready(port)
            found = _compare(port, key)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()
        return {**found, "events_stored_a_second": round(float(_run(_STORE, environment)))}


def _run(code: str, environment: dict[str, str]) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()


def _compare(port: int, key: str) -> dict[str, float]:
    _round("/v1/batch", _events, port, key, -1)
    _round("/v1/feedback", _voices, port, key, -1)
    rates, plain, latencies = [], [], []
    for number in range(N_ROUNDS):
        rate, seconds = _round("/v1/batch", _events, port, key, number)
        rates.append(rate)
        latencies += seconds
        plain.append(_round("/v1/feedback", _voices, port, key, number)[0])
    return {
        "batches_a_second": round(statistics.median(rates) / EVENTS_A_BATCH, 1),
        "events_a_second": round(statistics.median(rates)),
        "voices_a_second": round(statistics.median(plain)),
        "ratio": round(statistics.median(a / b for a, b in zip(rates, plain, strict=True)), 2),
        "p50_ms_a_batch": round(statistics.median(latencies) * 1000, 1),
        "p95_ms_a_batch": round(statistics.quantiles(latencies, n=20)[-1] * 1000, 1),
    }


def _round(path: str, make_body: _MakeBody, port: int, key: str, number: int) -> tuple[float, list[float]]:
    context = multiprocessing.get_context("fork")
    ready, results = context.Barrier(N_CLIENTS + 1), context.SimpleQueue()
    clients = [
        context.Process(target=_send, args=(path, make_body, port, key, f"{number}-{one}", ready, results))
        for one in range(N_CLIENTS)
    ]
    for client in clients:
        client.start()
    ready.wait()
    started = time.perf_counter()
    seconds = [one for _ in clients for one in results.get()]
    rate = EVENTS_A_BATCH * BATCHES_A_CLIENT * N_CLIENTS / (time.perf_counter() - started)
    for client in clients:
        client.join()
    return rate, seconds


def _send(
    path: str, make_body: _MakeBody, port: int, key: str, name: str, ready: object, results: object
) -> None:
    bodies = [make_body(f"{name}-{batch}") for batch in range(BATCHES_A_CLIENT)]
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.connect()
    ready.wait()  # type: ignore[attr-defined]
    seconds = []
    for body in bodies:
        started = time.perf_counter()
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        response.read()
        assert response.status in (200, 202), response.status
        seconds.append(time.perf_counter() - started)
    results.put(seconds)  # type: ignore[attr-defined]


def _voices(name: str) -> bytes:
    return b"[" + b",".join(make_items(name)) + b"]"


def _events(name: str) -> bytes:
    calls = [
        {
            "type": "track",
            "messageId": f"{name}-{i}",
            "userId": f"u{i % 400}",
            "anonymousId": f"a{i % 500}",
            "event": "Order Completed",
            "timestamp": "2024-05-01T12:00:00+08:00",
            "properties": {"order_id": f"{name}-{i}", "total": i % 90, "product": "杨枝甘露", "seat": "A1"},
        }
        for i in range(EVENTS_A_BATCH)
    ]
    body = {"batch": calls, "sentAt": "2024-05-01T12:00:01+08:00"}
    return json.dumps(body, ensure_ascii=False).encode()


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
