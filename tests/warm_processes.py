"""`zhiyin …` in a process of its own, forked off one that has loaded the libraries already."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

# What reads neither settings nor the environment, and starts no thread: a fork has none of them.
# Everything else each process loads itself.
_LIBRARIES = (
    "django.contrib.auth.hashers",
    "django.core.management",
    "django.db.backends.sqlite3.base",
    "django.db.migrations.executor",
    "django.forms",
    "django.views.generic",
    "pyarrow.compute",
    "pyarrow.parquet",
    "pydantic",
    "rjieba",
    "scipy.cluster.hierarchy",
    "scipy.optimize",
    "scipy.stats",
    "zhiyin.understand.analyser",
)
_MOST_SECONDS = 120
_PARENT = """
import importlib, json, os, runpy, socket, sys

def next_call(door):
    while True:
        told, streams, _, _ = socket.recv_fds(door, 1 << 20, 3)
        if not told:
            return None
        child = os.fork()
        if child == 0:
            door.close()
            for number, stream in enumerate(streams):
                os.dup2(stream, number)
                os.close(stream)
            return json.loads(told)
        for stream in streams:
            os.close(stream)
        door.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())

for name in sys.argv[2:]:
    importlib.import_module(name)
threads = sorted(open(f"/proc/self/task/{one}/comm").read().strip() for one in os.listdir("/proc/self/task"))
# The allocator makes its thread anew in a fork.
if [one for one in threads if one != "jemalloc_bg_thd"][1:]:
    sys.exit(f"one of the libraries starts threads: {threads}")
call = next_call(socket.socket(fileno=int(sys.argv[1])))
if call is not None:
    os.environ.clear()
    os.environ.update(call["environment"])
    os.chdir(call["folder"])
    sys.argv[1:] = call["arguments"]
    runpy.run_module("zhiyin", run_name="__main__", alter_sys=True)
"""


class WarmZhiyin:
    """Runs `zhiyin …` as `python -m zhiyin …` would, without the seconds that loading takes."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self._door, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ZHIYIN_", "LC_"))}
        with theirs:
            self._parent = subprocess.Popen(
                [sys.executable, "-c", _PARENT, str(theirs.fileno()), *_LIBRARIES],
                env={**kept, "OPENBLAS_NUM_THREADS": "1"},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def run(
        self, *arguments: str, environment: Mapping[str, str], folder: Path, stdin: bytes
    ) -> subprocess.CompletedProcess[bytes]:
        """Its exit code and what it wrote, after at most two minutes.

        Raises:
            TimeoutError: it did not end.
        """
        call = {"arguments": arguments, "environment": dict(environment), "folder": str(folder)}
        self._door.settimeout(_MOST_SECONDS)
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            theirs, ours = os.pipe()
            streams = [theirs, output.fileno(), errors.fileno()]
            socket.send_fds(self._door, [json.dumps(call).encode()], streams)
            os.close(theirs)
            feeder = threading.Thread(target=_feed, args=(ours, stdin))
            feeder.start()
            try:
                code = int(self._door.recv(16))
            except TimeoutError:
                os.killpg(self._parent.pid, signal.SIGKILL)
                self.close()
                self._start()
                raise
            finally:
                feeder.join()
            output.seek(0)
            errors.seek(0)
            return subprocess.CompletedProcess(arguments, code, output.read(), errors.read())

    def close(self) -> None:
        """End the process that they are forked off."""
        self._door.close()
        self._parent.wait(timeout=30)


def _feed(pipe: int, content: bytes) -> None:
    try:
        with open(pipe, "wb") as stream:
            stream.write(content)
    except BrokenPipeError:
        pass  # it ended without reading


@pytest.fixture(scope="session")
def warm_zhiyin() -> Iterator[WarmZhiyin]:
    """One a process of the tests."""
    warm = WarmZhiyin()
    yield warm
    warm.close()
