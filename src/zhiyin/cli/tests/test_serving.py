"""The server's processes: they greet, answer, tell a taken port, and end cleanly."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def _running(*arguments: str, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "zhiyin", *arguments], env=environment, stdout=-1, stderr=-1
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _answer(url: str, *, body: object = None, key: str = "") -> object:
    """The JSON answer; waits for a server that is still starting."""
    request = urllib.request.Request(url, data=json.dumps(body).encode() if body else None)
    request.add_header("Authorization", f"Bearer {key}")
    request.add_header("Content-Type", "application/json")
    for _ in range(100):
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.2)
    raise AssertionError("no server came up")


def test_up_greets_with_a_set_up_link_that_opens_and_ends_on_sigterm(environment, port):
    with _running("up", "--port", str(port), environment=environment) as process:
        greeting = process.stderr.readline().decode()
        address, link = re.findall(r"http://\S+?(?=,|\s|$)", greeting)
        assert address == f"http://127.0.0.1:{port}/"
        _answer(f"{address}v1/openapi.json")
        with urllib.request.urlopen(link, timeout=10) as page:
            assert page.status == 200
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=30)
        assert (process.returncode, output) == (0, b"")
        assert b"Traceback" not in errors


def test_web_and_worker_apart_store_a_voice(zhiyin, environment, port):
    key = zhiyin("key", "create", "shop", "--scope", "feedback:write", "--scope", "feedback:read").stdout
    address, key = f"http://127.0.0.1:{port}/v1/feedback", key.decode().strip()
    with (
        _running("web", "--port", str(port), environment=environment) as web,
        _running("worker", environment=environment) as worker,
    ):
        sent = _answer(address, body={"external_id": "1", "text": "奶茶很好喝"}, key=key)
        stored: list[str] = []
        for _ in range(100):
            stored = [one["feedback_id"] for one in _answer(address, key=key)["items"]]
            if stored:
                break
            time.sleep(0.2)
        assert stored == [sent["id"]]
        for process in (web, worker):
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
            assert process.returncode == 0


def test_a_taken_port_is_told_and_makes_no_new_set_up_link(zhiyin):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        result = zhiyin("up", "--port", str(other.getsockname()[1]))
    assert result.returncode == 6
    assert "in use" in result.stderr.decode()
    assert "setup" not in result.stderr.decode()
