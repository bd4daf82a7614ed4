"""The intake log among processes: fairness, and SIGKILL at random moments."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from zhiyin.engine.log import SqliteIntakeLog

APPENDER = """
import sys
from pathlib import Path
from zhiyin.engine.log import SqliteIntakeLog
from zhiyin.engine.protocols import NewMessage

log = SqliteIntakeLog(Path(sys.argv[1]))
first, n = int(sys.argv[2]), int(sys.argv[3])
for number in range(first, first + n):
    message_id = number.to_bytes(16, "big")
    sequence = log.append([NewMessage(message_id=message_id, body=message_id * 500, n_items=1)])[0]
    print(number, sequence, flush=True)
log.close()
"""


def _start(path, first, n):
    return subprocess.Popen(
        [sys.executable, "-c", APPENDER, str(path), str(first), str(n)], stdout=subprocess.PIPE, text=True
    )


def test_two_appending_processes_and_a_consumer_all_make_progress(tmp_path):
    path = tmp_path / "intake.sqlite3"
    log = SqliteIntakeLog(path)
    appenders = [_start(path, 0, 400), _start(path, 10_000, 400)]
    seen = []
    n_turns_while_appending = 0
    deadline = time.monotonic() + 60
    while len(seen) < 800 and time.monotonic() < deadline:
        messages = log.lease(max_items=50, lease_seconds=60)
        log.acknowledge([message.sequence for message in messages])
        seen += [int.from_bytes(message.message_id, "big") for message in messages]
        if messages and any(process.poll() is None for process in appenders):
            n_turns_while_appending += 1
    outputs = [process.communicate(timeout=30)[0] for process in appenders]
    log.close()
    assert [len(output.splitlines()) for output in outputs] == [400, 400]
    assert sorted(seen) == [*range(400), *range(10_000, 10_400)]
    assert n_turns_while_appending > 5


def test_an_open_log_sees_what_a_process_appends_after_another_one_closed(tmp_path):
    path = tmp_path / "intake.sqlite3"
    SqliteIntakeLog(path).close()
    log = SqliteIntakeLog(path)
    for first in (0, 10):
        assert _start(path, first, 5).wait(timeout=30) == 0
    assert len(log.lease(max_items=50, lease_seconds=0)) == 10
    log.close()


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_or_doubled_by_thirty_kills(tmp_path):
    path = tmp_path / "intake.sqlite3"
    chance = random.Random(20)
    acknowledged = {}
    next_number = 0
    for _ in range(30):
        process = _start(path, next_number, 100_000)
        assert process.stdout is not None
        lines = [process.stdout.readline()]
        time.sleep(chance.uniform(0, 0.15))
        os.kill(process.pid, signal.SIGKILL)
        lines += process.communicate(timeout=30)[0].splitlines()
        for line in lines:
            if len(pair := line.split()) == 2:
                acknowledged[int(pair[0])] = int(pair[1])
        next_number = max(acknowledged) + 1  # one that was stored but not told is sent again
    _check_the_file(path, acknowledged)


def _check_the_file(path, acknowledged):
    log = SqliteIntakeLog(path)
    messages = log.lease(max_items=10_000_000, lease_seconds=60)
    log.close()
    stored = {int.from_bytes(message.message_id, "big"): message for message in messages}
    assert len(stored) == len(messages), "nothing twice"
    assert {number: stored[number].sequence for number in acknowledged} == acknowledged
    assert all(message.body == message.message_id * 500 for message in messages)
    assert [message.sequence for message in messages] == list(range(1, len(messages) + 1))
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
