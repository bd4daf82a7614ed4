"""A real worker, killed in the middle of an import that was handed in by page."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress

import pytest

N_ROWS = 40_000
HAND_IN = """
import os, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "zhiyin.config.settings"
django.setup()
from pathlib import Path
from zhiyin.engine.home import Home
from zhiyin.listen.services.imports import ImportRequest
from zhiyin.listen.services.imports.handed_in import submit_import
from zhiyin.listen.services.uploads import store_upload
blocks = [Path(sys.argv[1]).read_bytes()]
upload = store_upload(blocks, name="a.csv", home=Home.from_environment(), max_bytes=10**9, by=None)
submit_import(upload, request=ImportRequest(source="page"))
"""
WORKER = "from zhiyin.cli.main import main; main()"
COUNT = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "zhiyin.config.settings"
django.setup()
from zhiyin.engine import open_engine, close_engine
from zhiyin.engine.home import Home
engine = open_engine(Home.from_environment())
with engine.lake.connect("feedback") as connection:
    print(*connection.execute("SELECT count(*), count(DISTINCT feedback_id) FROM feedback").fetchone())
close_engine()
"""


@pytest.fixture
def environment(tmp_path, lay_home):
    return {**os.environ, "ZHIYIN_HOME": str(lay_home(tmp_path / "home")), "ZHIYIN_DATABASE_URL": ""}


@pytest.fixture
def job(tmp_path):
    """Columns of the one import, by a connection of its own each time."""

    def read(*columns):
        with closing(sqlite3.connect(tmp_path / "home" / "zhiyin.sqlite3", timeout=30)) as connection:
            return connection.execute(f"SELECT {', '.join(columns)} FROM listen_importjob").fetchone()

    return read


@contextmanager
def working(environment):
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, "worker"],
        env=environment,
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield worker
    finally:
        with suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def wait_until(holds, *, seconds=90):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


@pytest.mark.slow
def test_a_killed_worker_goes_on_with_the_import_and_counts_nothing_twice(tmp_path, environment, job):
    path = tmp_path / "big.csv"
    lines = "".join(f"2024-03-{n % 28 + 1:02},{n % 5 + 1},第{n}条评论\n" for n in range(N_ROWS))
    path.write_text("时间,评分,内容\n" + lines + "某天,3,x\n", "utf-8")
    subprocess.run([sys.executable, "-c", HAND_IN, str(path)], env=environment, check=True)
    assert job("status") == ("waiting",)

    with working(environment):  # killed with all its children
        wait_until(lambda: job("n_rows_done")[0] > 0)
    seen = job("n_rows_done")[0]
    with working(environment) as worker:  # killed alone: the child has to notice
        wait_until(lambda: job("n_rows_done")[0] > seen)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        wait_until(lambda: job("status")[0] in ("interrupted", "done"), seconds=20)
    with working(environment) as worker:
        wait_until(lambda: job("status")[0] == "done", seconds=300)
        with closing(sqlite3.connect(tmp_path / "home" / "intake.sqlite3", timeout=30)) as log:
            waiting = "SELECT count(*) FROM message WHERE state = 0"
            wait_until(lambda: log.execute(waiting).fetchone() == (0,), seconds=300)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
    rows, taken, unchanged, rejected, starts = job(
        "n_rows_done", "n_accepted", "n_unchanged", "n_rejected", "n_starts"
    )
    assert (rows, taken + unchanged, rejected) == (N_ROWS + 1, N_ROWS, 1)
    assert starts >= 2
    counted = subprocess.run(
        [sys.executable, "-c", COUNT], env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    assert counted.stdout.split() == [str(N_ROWS), str(N_ROWS)]
    assert list((tmp_path / "home" / "files" / "uploads").iterdir()) == []
