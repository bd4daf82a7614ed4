"""A home with the real processes that serve it, and the people who use it; for tests and benchmarks."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

ROOT = Path(__file__).parent.parent
START_SECONDS = 60.0
# "Within seconds", also where a page is open.
STOP_SECONDS = 10.0
_SETTINGS = {"DJANGO_SETTINGS_MODULE": "zhiyin.config.settings"}


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """A unit by its code and name."""

    code: str
    name: str


class Staff(msgspec.Struct, frozen=True, kw_only=True):
    """A session key for each role, an API key, and whom the manager and the agent work for.

    Manager and frontline see `store`, the agent `region` above it; `elsewhere` is a store of another one.
    """

    sessions: dict[str, str]
    key: str
    store: Unit
    region: Unit
    elsewhere: Unit


@dataclass
class Installation:
    """A home of its own; `start` serves it on a free port."""

    home: Path
    port: int = 0
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """The variables under which its processes run."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHIYIN_")}
        return {**kept, "ZHIYIN_HOME": str(self.home), "LANG": "en_US.UTF-8", **_SETTINGS}

    @property
    def url(self) -> str:
        """The address without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def run(self, *arguments: str) -> str:
        """What `zhiyin …` printed.

        Raises:
            RuntimeError: it failed.
        """
        return self.python("-m", "zhiyin", *arguments)

    def hire(self) -> Staff:
        """An account of every role."""
        return msgspec.json.decode(self.python(str(ROOT / "tests" / "staff.py")), type=Staff)

    def start(self, *commands: str) -> None:
        """Serve by `zhiyin up`, or by these commands, `web` first."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        for command in commands or ("up",):
            address = [] if command == "worker" else ["--port", str(self.port)]
            with self.log.open("ab") as log:
                self.processes.append(
                    subprocess.Popen(
                        [sys.executable, "-m", "zhiyin", command, *address],
                        env=self.environment,
                        stdout=log,
                        stderr=log,
                    )
                )
        self._wait_until_ready()

    def stop(self) -> float:
        """Ask the processes to end; returns the seconds it took. Kills what does not end in time.

        Raises:
            RuntimeError: one had to be killed.
        """
        started = time.monotonic()
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        is_killed = False
        for process in self.processes:
            try:
                process.wait(timeout=max(0.1, STOP_SECONDS - (time.monotonic() - started)))
            except subprocess.TimeoutExpired:
                is_killed = True
                process.kill()
                process.wait()
        self.processes.clear()
        if is_killed:
            raise RuntimeError(f"The server did not stop within {STOP_SECONDS:.0f} seconds.")
        return time.monotonic() - started

    @property
    def log(self) -> Path:
        """What the processes wrote."""
        return self.home.with_suffix(".log")

    def send(self, key: str, *voices: dict[str, object]) -> list[str]:
        """The ids of the voices, given to the intake API."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        connection.request("POST", "/v1/feedback", json.dumps(voices), headers)
        response = connection.getresponse()
        body = json.loads(response.read())
        connection.close()
        assert response.status == 202, body
        return [item["id"] for item in body["items"]]

    def python(self, *arguments: str) -> str:
        """What a Python process of this home printed; `zhiyin`'s settings are named to it.

        Raises:
            RuntimeError: it failed.
        """
        done = subprocess.run(
            [sys.executable, *arguments], env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{arguments} failed: {done.stderr[-2000:]}")
        return done.stdout

    def _wait_until_ready(self) -> None:
        ends = time.monotonic() + START_SECONDS
        while time.monotonic() < ends:
            if any(process.poll() is not None for process in self.processes):
                break
            if self._is_ready():
                return
            time.sleep(0.05)
        raise RuntimeError(f"The server did not become ready: {self.log.read_text()[-2000:]}")

    def _is_ready(self) -> bool:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)) as connection:
            try:
                connection.request("GET", "/readyz")
                return connection.getresponse().status == 200
            except OSError:
                return False


@contextmanager
def serving(home: Path, *commands: str) -> Iterator[Installation]:
    """The home while it is served."""
    installation = Installation(home)
    try:
        installation.start(*commands)
        yield installation
    finally:
        installation.stop()
