"""The lake among processes: many writers at once, and SIGKILL at random moments."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from zhiyin.engine.lake import DeltaLake

WRITER = """
import sys
from datetime import UTC, date, datetime
from pathlib import Path
import pyarrow as pa
from zhiyin.engine.lake import DeltaLake
from zhiyin.engine.protocols import Transaction

lake = DeltaLake(Path(sys.argv[1]))
app_id, n, upkeep = sys.argv[2], int(sys.argv[3]), sys.argv[4] == "upkeep"
last = lake.last_version("facts", app_id)
for version in range(0 if last is None else last + 1, n):
    ids = [f"{app_id}-{version}-{number}" for number in range(7)]
    rows = pa.table({"id": ids, "at": [datetime(2026, 3, 1, tzinfo=UTC)] * 7, "day": [date(2026, 3, 1)] * 7})
    lake.append("facts", rows, transaction=Transaction(app_id=app_id, version=version))
    print(version, flush=True)
    if upkeep and version % 10 == 9:
        lake.maintain()
"""


def _start(path, app_id, n, *, upkeep=False):
    command = [sys.executable, "-c", WRITER, str(path), app_id, str(n), "upkeep" if upkeep else "plain"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _count(path):
    lake = DeltaLake(path)
    with lake.connect("facts") as connection:
        counts = connection.execute("SELECT count(*), count(DISTINCT id) FROM facts").fetchone()
    lake.close()
    return counts


def test_three_writing_processes_do_not_lose_a_row(tmp_path, spec):
    DeltaLake(tmp_path).create(spec)
    writers = [_start(tmp_path, "a", 30), _start(tmp_path, "b", 30), _start(tmp_path, "c", 30, upkeep=True)]
    outputs = [writer.communicate(timeout=120)[0].split() for writer in writers]
    assert [len(output) for output in outputs] == [30, 30, 30]
    assert _count(tmp_path) == (630, 630)


@pytest.mark.slow
def test_nothing_committed_is_lost_or_doubled_by_thirty_kills(tmp_path, spec):
    DeltaLake(tmp_path).create(spec)
    chance = random.Random(7)
    told = -1
    for _ in range(30):
        writer = _start(tmp_path, "w", 1_000_000, upkeep=True)
        assert writer.stdout is not None
        lines = [writer.stdout.readline()]
        time.sleep(chance.uniform(0, 0.3))
        os.kill(writer.pid, signal.SIGKILL)
        lines += writer.communicate(timeout=30)[0].splitlines()
        told = max([told, *(int(line) for line in lines if line.strip())])
    last = DeltaLake(tmp_path).last_version("facts", "w")
    assert last is not None
    assert last >= told > 30
    assert _count(tmp_path) == ((last + 1) * 7, (last + 1) * 7)
