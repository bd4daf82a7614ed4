"""Killed at random moments under load: nothing acknowledged is lost, nothing is counted twice."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.homes import LayHome

from zhiyin.engine import Engine, open_engine
from zhiyin.engine.home import Home

N_KILLS = int(os.environ.get("ZHIYIN_TEST_KILLS", "30"))
N_SENDERS = 2
MAX_LOAD_SECONDS = 1.2

_SETUP = "import django; django.setup()\n"
_SERVE = _SETUP + (
    "import sys\n"
    "from zhiyin.config.wiring import run_up\n"
    "from zhiyin.engine.home import Home\n"
    "run_up(Home.from_environment(), host='127.0.0.1', port=int(sys.argv[1]), upkeep_seconds=0.4)\n"
)
_MAKE_KEY = _SETUP + (
    "from zhiyin.people.permissions import KeyScope\n"
    "from zhiyin.people.services.keys import create_key\n"
    "print(create_key('crash', scopes=list(KeyScope), limit_per_minute=0))\n"
)
_FINISH = _SETUP + (
    "from zhiyin.config.wiring import open_pipeline\n"
    "from zhiyin.engine import close_engine, open_engine\n"
    "from zhiyin.engine.doctor import examine_engine\n"
    "from zhiyin.engine.home import Home\n"
    "from zhiyin.listen.doctor import examine_listening\n"
    "home = Home.from_environment()\n"
    "open_pipeline(home, n_workers=1).drain()\n"
    "for finding in [*examine_engine(home), *examine_listening(open_engine(home))]:\n"
    "    print(finding.level, finding.check, finding.message)\n"
    "close_engine()\n"
)


@dataclass
class Installation:
    """A home of its own, and the processes that work on it."""

    home: Path
    key: str = ""
    port: int = 0
    server: subprocess.Popen[bytes] | None = None

    def run(self, code: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code], env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name != "ZHIYIN_DATABASE_URL"}
        return {**kept, "ZHIYIN_HOME": str(self.home), "DJANGO_SETTINGS_MODULE": "zhiyin.config.settings"}

    def start(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        log = (self.home.parent / "server.log").open("ab")
        with log:
            self.server = subprocess.Popen(
                [sys.executable, "-c", _SERVE, str(self.port)], env=self.environment, stdout=log, stderr=log
            )

    def wait_until_ready(self) -> bool:
        for _ in range(1500):
            if self.server is None or self.server.poll() is not None:
                return False
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    return True
            except OSError:
                time.sleep(0.02)
        return False

    def kill(self) -> None:
        assert self.server is not None
        self.server.send_signal(signal.SIGKILL)
        self.server.wait()


@dataclass
class Sender:
    """A customer system: sends new voices, repeats and edits, and repeats what was not acknowledged."""

    name: str
    random: random.Random
    acknowledged: dict[str, list[str]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    attempted: dict[str, set[str]] = field(default_factory=dict)
    pending: list[dict[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    n_acknowledged: int = 0

    def send_until(self, ended: threading.Event, *, port: int, key: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            while not ended.is_set():
                self.pending = self.pending or self._make_batch()
                self._send(connection, key)
                ended.wait(self.random.uniform(0, 0.03))
        except (OSError, http.client.HTTPException):
            pass  # killed: nobody knows whether the batch arrived, so it is sent again
        finally:
            connection.close()

    def _make_batch(self) -> list[dict[str, str]]:
        batch = []
        for _ in range(self.random.randint(1, 60)):
            known = list(self.acknowledged)
            if known and self.random.random() < 0.15:
                name = self.random.choice(known[-500:])
                is_edit = self.random.random() < 0.6
                # No digits: a long number may be a bank card, and cards are masked.
                word = "".join(self.random.choices("甲乙丙丁戊己庚辛壬癸", k=10))
                text = f"改口 {word} 上菜慢" if is_edit else self.acknowledged[name][-1]
            else:
                name = f"{self.name}-{len(self.attempted)}"
                text = f"第一次说 {name} 菜好吃"
            if any(one["external_id"] == name for one in batch):
                continue
            batch.append({"external_id": name, "text": text})
            self.attempted.setdefault(name, set()).add(text)
        return batch

    def _send(self, connection: http.client.HTTPConnection, key: str) -> None:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        connection.request("POST", "/v1/feedback", json.dumps(self.pending), headers)
        response = connection.getresponse()
        body = json.loads(response.read())
        if response.status not in (200, 202):
            self.faults.append(f"{response.status}: {body}")
            return
        for sent, answer in zip(self.pending, body["items"], strict=True):
            name = sent["external_id"]
            if self.ids.setdefault(name, answer["id"]) != answer["id"]:
                self.faults.append(f"{name} was {self.ids[name]} and became {answer['id']}")
            versions = self.acknowledged.setdefault(name, [])
            if not versions or versions[-1] != sent["text"]:
                versions.append(sent["text"])
        self.n_acknowledged += len(self.pending)
        self.pending = []


@pytest.fixture
def installation(tmp_path: Path, lay_home: LayHome) -> Iterator[Installation]:
    made = Installation(lay_home(tmp_path / "home"))
    made.key = made.run(_MAKE_KEY).strip()
    yield made
    if made.server is not None and made.server.poll() is None:
        made.kill()


@pytest.mark.slow
def test_nothing_is_lost_or_counted_twice_when_killed_at_random_moments(installation: Installation) -> None:
    seed = int(os.environ.get("ZHIYIN_TEST_SEED", random.SystemRandom().randrange(10**6)))
    chance = random.Random(seed)
    senders = [Sender(f"s{i}", random.Random(f"{seed}-{i}")) for i in range(N_SENDERS)]
    for _ in range(N_KILLS):
        _kill_once(installation, senders, chance)
    report = installation.run(_FINISH)

    assert not [fault for sender in senders for fault in sender.faults], f"seed {seed}"
    assert "error" not in report, f"seed {seed}: {report}"
    assert "warning" not in report, f"seed {seed}: {report}"
    engine = open_engine(Home(installation.home))
    try:
        for sender in senders:
            assert sender.n_acknowledged > N_KILLS, "there was hardly any load"
            _compare(sender, engine, seed)
    finally:
        engine.close()


def _kill_once(installation: Installation, senders: list[Sender], chance: random.Random) -> None:
    installation.start()
    if chance.random() < 0.1:  # now and then in the middle of its start
        time.sleep(chance.uniform(0, 0.8))
        installation.kill()
        return
    assert installation.wait_until_ready(), (installation.home.parent / "server.log").read_text()[-3000:]
    ended = threading.Event()
    threads = [
        threading.Thread(
            target=sender.send_until,
            args=(ended,),
            kwargs={"port": installation.port, "key": installation.key},
        )
        for sender in senders
    ]
    for thread in threads:
        thread.start()
    time.sleep(chance.uniform(0.05, MAX_LOAD_SECONDS))
    installation.kill()
    ended.set()
    for thread in threads:
        thread.join()


def _compare(sender: Sender, engine: Engine, seed: int) -> None:
    """What the lake holds of this sender's voices against what it was told."""
    with engine.lake.connect("feedback") as connection:
        rows = connection.execute(
            "SELECT feedback_id, revision, is_current, text FROM feedback ORDER BY feedback_id, revision"
        ).fetchall()
    stored: dict[str, list[str]] = {}
    current: dict[str, list[str]] = {}
    for feedback_id, revision, is_current, text in rows:
        stored.setdefault(feedback_id, []).append(text)
        assert revision == len(stored[feedback_id]), (
            f"seed {seed}: a version of {feedback_id} is twice or lost"
        )
        if is_current:
            current.setdefault(feedback_id, []).append(text)
    for name, versions in sender.acknowledged.items():
        found = stored.get(sender.ids[name], [])
        assert [text for text in found if text in versions] == versions, f"seed {seed}: {name} lost a version"
        assert set(found) <= sender.attempted[name], f"seed {seed}: {name} says what nobody sent"
        assert len(current[sender.ids[name]]) == 1, f"seed {seed}: {name} counts twice"
    names = {text.split()[1] for texts in stored.values() for text in texts if text.startswith("第一次说")}
    ours = {name for name in names if name.startswith(f"{sender.name}-")}
    assert ours <= sender.attempted.keys()
    assert len(ours) >= len(sender.acknowledged)
