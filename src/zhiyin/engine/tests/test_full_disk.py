"""A disk that takes no more: told as `Unavailable`, nothing lost, and all goes on once there is space."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest.importorskip("resource", reason="this system has no resource limits")

SCRIPT = """
import os, resource, sys
from datetime import date
from pathlib import Path
import pyarrow as pa
from zhiyin.engine.lake import DeltaLake
from zhiyin.engine.log import SqliteIntakeLog
from zhiyin.engine.protocols import NewMessage, TableSpec
from zhiyin.errors import Unavailable

home = Path(sys.argv[1])
log = SqliteIntakeLog(home / "intake.sqlite3")
lake = DeltaLake(home / "lake")
lake.create(TableSpec(name="facts", schema=pa.schema([("id", pa.string()), ("day", pa.date32())])))

def rows(n):
    return pa.table({"id": [os.urandom(50).hex() for _ in range(n)], "day": [date(2026, 3, 1)] * n})

def count():
    with lake.connect("facts") as connection:
        return connection.execute("SELECT count(*) FROM facts").fetchone()[0]

def message(number, size):
    return NewMessage(message_id=bytes([number]), body=os.urandom(size), n_items=1)

log.append([message(1, 10)])
lake.append("facts", rows(10))
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
for attempt in (lambda: log.append([message(2, 2_000_000)]), lambda: lake.append("facts", rows(20_000))):
    try:
        attempt()
        print("no error")
    except Unavailable as error:
        print(error.is_retryable, error.next_step != "")
print(count(), log.lag().n_messages)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
log.append([message(2, 2_000_000)])
lake.append("facts", rows(20_000))
print(count(), log.lag().n_messages)
log.close()
"""


def test_log_and_lake_survive_a_disk_that_takes_no_more(tmp_path):
    command = [sys.executable, "-c", SCRIPT, str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert result.stdout.splitlines() == ["True True", "True True", "10 1", "20010 2"]
