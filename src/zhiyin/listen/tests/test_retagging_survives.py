"""A real worker, killed in the middle of a re-tagging again and again."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress

import pytest

N_VOICES = 60_000
START = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "zhiyin.config.settings"
django.setup()
from pathlib import Path
from zhiyin.engine import open_engine, close_engine
from zhiyin.engine.home import Home
home = Home.from_environment()
"""
FILL = (
    START
    + """
from zhiyin.config.wiring import open_intake, open_pipeline
from zhiyin.listen.items import FeedbackIn
from zhiyin.listen.services.retagging import submit_retagging
from zhiyin.listen.services.taxonomy import choose_taxonomy
choose_taxonomy("general")
intake, pipeline = open_intake(home), open_pipeline(home, n_workers=1)
texts = ("菜好吃但是上菜慢", "服务员态度差", "环境很好，价格偏贵", "打电话13812345678没人接")
for start in range(0, {n}, 1000):
    items = [FeedbackIn(external_id=str(n), text=texts[n % 4]) for n in range(start, start + 1000)]
    intake.receive(items, source="shop", connector="test", connector_version="1")
pipeline.drain()
pipeline.close()
choose_taxonomy("restaurant")
submit_retagging()
close_engine()
""".replace("{n}", str(N_VOICES))
)
ASK = (
    START
    + """
with open_engine(home).lake.connect("feedback", "opinions") as connection:
    for table in ("feedback", "opinions"):
        found = connection.execute(f"SELECT taxonomy, count(*) FROM {table} GROUP BY ALL ORDER BY ALL")
        print(*(f"{label}:{n}" for label, n in found.fetchall()))
    print(*connection.execute("SELECT count(DISTINCT feedback_id) FROM feedback").fetchone())
close_engine()
"""
)
WORKER = "from zhiyin.cli.main import main; main()"


@pytest.fixture
def environment(tmp_path, lay_home):
    return {**os.environ, "ZHIYIN_HOME": str(lay_home(tmp_path / "home")), "ZHIYIN_DATABASE_URL": ""}


@pytest.fixture
def job(tmp_path):
    def read():
        with closing(sqlite3.connect(tmp_path / "home" / "zhiyin.sqlite3", timeout=30)) as connection:
            return connection.execute(
                "SELECT status, n_done, n_starts FROM listen_backgroundjob WHERE kind = 'retagging'"
            ).fetchone()

    return read


@pytest.fixture
def ask(environment):
    def run():
        command = [sys.executable, "-c", ASK]
        told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        feedback, opinions, n = told.stdout.splitlines()
        return feedback.split(), opinions.split(), int(n)

    return run


def start_worker(environment):
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, "worker"],
        env=environment,
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )


def kill(worker):
    with suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def wait_until(holds, *, seconds=120):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_shows_the_old_facts_and_goes_on(environment, job, ask):
    subprocess.run([sys.executable, "-c", FILL], env=environment, check=True)
    before = ask()
    assert before[0] == [f"general@1:{N_VOICES}"]
    for n_starts in (1, 2):
        worker = start_worker(environment)
        try:
            wait_until(lambda n=n_starts: job()[2] >= n and job()[1] > 0)
        finally:
            kill(worker)
        if job()[0] != "done":
            assert ask() == before
    worker = start_worker(environment)
    try:
        wait_until(lambda: job()[0] == "done")
    finally:
        kill(worker)
    feedback, opinions, n = ask()
    assert feedback == [f"restaurant@1:{N_VOICES}"]
    assert [label.split(":")[0] for label in opinions] == ["restaurant@1"]
    assert n == N_VOICES
    assert job()[2] >= 3
