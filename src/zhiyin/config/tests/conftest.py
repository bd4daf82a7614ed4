"""A real server in a process of its own, over a home and a database of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from tests.homes import LayHome

_KEYS = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from zhiyin.people.permissions import KeyScope
from zhiyin.people.services.keys import create_key
from zhiyin.people.services.units import create_unit
north = create_unit("north", name="华北", kind="region")
create_unit("s1", name="一店", kind="store", parent=north)
south = create_unit("south", name="华南", kind="region")
print(create_key("shop", scopes=[KeyScope.FEEDBACK_WRITE]))
print(create_key("slow", scopes=[KeyScope.FEEDBACK_WRITE], limit_per_minute=2))
print(create_key("reader", scopes=[KeyScope.FEEDBACK_READ, KeyScope.SUMMARY_READ]))
print(create_key("north-reader", scopes=[KeyScope.FEEDBACK_READ, KeyScope.SUMMARY_READ], unit=north))
"""
_SERVE = """
import sys, django; django.setup()
from zhiyin.config.wiring import run_up
from zhiyin.engine.home import Home
run_up(Home.from_environment(), host="127.0.0.1", port=int(sys.argv[1]))
"""


@dataclass(frozen=True)
class Server:
    """A running `zhiyin up`, and its keys."""

    address: str
    home: Path
    writer: str
    slow_writer: str
    reader: str
    north_reader: str

    def client(self, key: str, **headers: str) -> httpx.Client:
        return httpx.Client(
            base_url=self.address, headers={"Authorization": f"Bearer {key}", **headers}, timeout=30
        )


@pytest.fixture(scope="session")
def server_environment(
    tmp_path_factory: pytest.TempPathFactory, lay_home: LayHome
) -> Iterator[dict[str, str]]:
    """The environment of the server: a fresh home, and a fresh database where that is PostgreSQL."""
    url = os.environ.get("ZHIYIN_DATABASE_URL", "")
    own = {"ZHIYIN_HOME": str(lay_home(tmp_path_factory.mktemp("server") / "home"))}
    own["DJANGO_SETTINGS_MODULE"] = "zhiyin.config.settings"
    if not url.startswith("postgres"):
        yield {**os.environ, **own}
        return
    import psycopg

    name = f"zhiyin_server_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield {**os.environ, **own, "ZHIYIN_DATABASE_URL": urlsplit(url)._replace(path=f"/{name}").geturl()}
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def server(server_environment: dict[str, str]) -> Iterator[Server]:
    made = subprocess.run(
        [sys.executable, "-c", _KEYS], env=server_environment, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", _SERVE, str(port)], env=server_environment)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(address, process)
        yield Server(address, Path(server_environment["ZHIYIN_HOME"]), *made.stdout.split())
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0, "the server does not end in order"


@pytest.fixture
def send(server: Server) -> Iterator[Callable[..., httpx.Response]]:
    """Posts one item, a list, or bytes."""
    with server.client(server.writer) as client:

        def post(body: object, **headers: str) -> httpx.Response:
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            if isinstance(body, bytes):
                names.setdefault("Content-Type", "application/json")
                return client.post("/v1/feedback", content=body, headers=names)
            return client.post("/v1/feedback", json=body, headers=names)

        yield post


@pytest.fixture
def read(server: Server) -> Iterator[Callable[..., httpx.Response]]:
    """Gets with the key that reads everything."""
    with server.client(server.reader) as client:
        yield client.get


@pytest.fixture
def wait_for(read: Callable[..., httpx.Response]) -> Callable[[str], dict[str, object]]:
    """The voice of that id, as soon as it is processed."""

    def wait(feedback_id: str, revision: int = 1) -> dict[str, object]:
        for _ in range(200):
            response = read(f"/v1/feedback/{feedback_id}")
            if response.status_code == 200 and response.json()["feedback"]["revision"] >= revision:
                return response.json()
            time.sleep(0.05)
        pytest.fail(f"{feedback_id} was not processed")

    return wait


def _wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, "the server ended"
        try:
            if httpx.get(f"{address}/readyz", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    pytest.fail("the server did not become ready")
