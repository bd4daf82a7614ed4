"""The door of the engine: one a process and home, lazily opened, safe across a fork."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from zhiyin.engine import close_engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.errors import Unavailable


@pytest.fixture(autouse=True)
def _closed():
    yield
    close_engine()


def test_one_home_has_one_engine_in_a_process(tmp_path):
    engine = open_engine(Home(tmp_path / "a"))
    assert open_engine(Home(tmp_path / "a")) is engine
    assert open_engine(Home(tmp_path / "b")) is not engine
    assert engine.log is engine.log
    assert engine.lake is engine.lake
    assert engine.vault is engine.vault


def test_nothing_is_made_before_it_is_used(tmp_path):
    engine = open_engine(Home(tmp_path / "home"))
    assert not (tmp_path / "home").exists()
    assert engine.log.lag().n_messages == 0
    assert [path.name for path in (tmp_path / "home").iterdir() if "intake" not in path.name] == []


def test_threads_that_come_at_once_share_one_log(tmp_path):
    engine = open_engine(Home(tmp_path))
    logs = []
    threads = [threading.Thread(target=lambda: logs.append(engine.log)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, logs))) == 1


def test_a_closed_engine_is_opened_anew(tmp_path, new_message):
    engine = open_engine(Home(tmp_path))
    log = engine.log
    log.append([new_message(1)])
    close_engine()
    with pytest.raises(Unavailable):
        log.append([new_message(2)])
    assert open_engine(Home(tmp_path)).log.append([new_message(1)]) == [1]


FORKING = """
import os, sys
from pathlib import Path
from zhiyin.engine import close_engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.engine.protocols import NewMessage

home = Home(Path(sys.argv[1]))
parent = open_engine(home)
parent.log.append([NewMessage(message_id=b"parent", body=b"x", n_items=1)])
pid = os.fork()
if pid == 0:
    child = open_engine(home)
    same = child is parent
    child.log.append([NewMessage(message_id=b"child", body=b"x", n_items=1)])
    close_engine()
    os._exit(1 if same else 0)
_, status = os.waitpid(pid, 0)
parent.log.append([NewMessage(message_id=b"parent again", body=b"x", n_items=1)])
print(os.waitstatus_to_exitcode(status), parent.log.lag().n_messages)
close_engine()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_opens_its_own(tmp_path):
    command = [sys.executable, "-c", FORKING, str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert result.stdout.split() == ["0", "3"]
