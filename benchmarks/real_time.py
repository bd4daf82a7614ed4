"""500 voices a second for a minute and more: seconds until a board shows them and an alert stands.

A fresh home, the real `zhiyin up`, batches to `POST /v1/feedback`. Four watch at once: the event stream, a
board's tile asked again and again, an open board in Chromium, and the table of alert signals (about one
voice a second holds a risk word). The baseline is the lake itself. The budget is 2 s at the 95th percentile.
`python -m benchmarks.real_time [--rate N] [--seconds N] [--no-page]`
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil
from tests.installation import Installation, Staff

from benchmarks.live import CHROMIUM, SIGNS, Counted
from zhiyin.engine.lake import DeltaLake

RATE, SECONDS, BUDGET_SECONDS = 500, 75, 2.0
VOICES_A_REQUEST = 50
RISK_WORD = "投诉到市场监管局"
END_SECONDS = 20.0
_LOOK_SECONDS = 0.05
_VALUE = re.compile(r'"type": "bar".*?"value": ([0-9.]+)', re.DOTALL)
_SET_UP = f"""
import django; django.setup()
from django.utils import timezone
from zhiyin.insight.boards.services import WantedBoard, create_board
from zhiyin.insight.boards.tiles import Tile
from zhiyin.insight.models import AlertRule
from zhiyin.people.models import Account
now = timezone.now()
AlertRule.objects.create(name="risk", kind="risk_words", options={{"words": ["{RISK_WORD}"]}}, level=3,
                         cool_down_minutes=0, is_on=True, created_at=now)
tiles = [Tile(id="n", shape="figure", measure="volume"),
         Tile(id="t", shape="trend", measure="volume", size="m"),
         Tile(id="v", shape="voices", size="l", limit=20)]
owner = Account.objects.get(username="owner")
print(create_board(WantedBoard(name="bench", period="today"), owner=owner, tiles=tiles, now=now).pk)
"""


@dataclass
class Sent:
    """When each voice was sent (`time.time()`), and the ids of those with the risk word."""

    at: list[float] = field(default_factory=list)
    risky: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where to look: the server, who asks, and the board."""

    installation: Installation
    staff: Staff
    board: int


def measure(*, rate: int = RATE, seconds: int = SECONDS, with_page: bool = True) -> dict[str, float]:
    """Seconds from sent to stored, told, counted by a tile, shown on the board, and alerted; and memory."""
    with tempfile.TemporaryDirectory(prefix="real-time-") as folder:
        installation = Installation(Path(folder) / "home")
        installation.run("sample", "--stores", "12", "--days", "5")
        load = os.getloadavg()[0]
        installation.start()
        try:
            staff = installation.hire()
            board = int(installation.python("-c", _SET_UP).strip())
            place = Place(installation=installation, staff=staff, board=board)
            return {"load_before": load, **_run(place, rate=rate, seconds=seconds, with_page=with_page)}
        finally:
            installation.stop()


def _run(place: Place, *, rate: int, seconds: int, with_page: bool) -> dict[str, float]:
    known = {name: Counted() for name in ("stored", "stream", "tile")}
    alerted: dict[str, float] = {}
    sent, ended = Sent(), threading.Event()
    watchers: list[Callable[[], None]] = [
        lambda: _watch_lake(place, known["stored"], ended),
        lambda: _read_stream(place, known["stream"], ended),
        lambda: _ask_tile(place, known["tile"], ended),
        lambda: _watch_signals(place, alerted, ended),
    ]
    threads = [threading.Thread(target=watch) for watch in watchers]
    with _page(place, is_wanted=with_page) as read_rows:
        for thread in threads:
            thread.start()
        time.sleep(4)
        memory = _memory(place.installation)
        _send(place, sent, rate=rate, seconds=seconds)
        ends = time.monotonic() + END_SECONDS
        while time.monotonic() < ends and (
            known["tile"].n < len(sent.at) or len(alerted.keys() & sent.risky.keys()) < len(sent.risky)
        ):
            time.sleep(0.1)
        time.sleep(1)
        shown = read_rows()
    ended.set()
    for thread in threads:
        thread.join()
    figures: dict[str, float] = {
        "sent": len(sent.at),
        "sent_a_second": len(sent.at) / (sent.at[-1] - sent.at[0]),
        "memory_idle_mb": memory,
        "memory_after_mb": _memory(place.installation),
    }
    for name, counted in known.items():
        figures |= _figures(name, counted.seconds_after(sent.at), n=len(sent.at))
    if shown:
        figures |= _figures("board", [at - sent.at[number] for number, at in shown.items()])
    figures |= _figures("alert", [alerted[one] - at for one, at in sent.risky.items() if one in alerted])
    figures["risky_voices"] = len(sent.risky)
    figures["stream_ratio_to_stored"] = figures["stream_p95_s"] / figures["stored_p95_s"]
    return figures


def _figures(name: str, taken: list[float], *, n: int = 0) -> dict[str, float]:
    if not taken:
        return {f"{name}_n": 0}
    p50, p95 = np.quantile(taken, [0.5, 0.95])
    found = {f"{name}_p50_s": float(p50), f"{name}_p95_s": float(p95), f"{name}_worst_s": max(taken)}
    return {f"{name}_n": len(taken), **found, **({f"{name}_missing": n - len(taken)} if n else {})}


def _send(place: Place, sent: Sent, *, rate: int, seconds: int) -> None:
    chance = random.Random(1)
    headers = {"Authorization": f"Bearer {place.staff.key}", "Content-Type": "application/json"}
    units = [place.staff.store.code, place.staff.elsewhere.code]
    started = time.monotonic()
    with closing(http.client.HTTPConnection("127.0.0.1", place.installation.port)) as connection:
        for number in range(rate * seconds // VOICES_A_REQUEST):
            time.sleep(max(0.0, started + number * VOICES_A_REQUEST / rate - time.monotonic()))
            first = len(sent.at)
            # By chance: a voice every whole second would keep step with the pipeline.
            is_risky = chance.random() < VOICES_A_REQUEST / rate
            voices = [
                {
                    "external_id": f"v{first + i}",
                    "text": "".join(chance.choices(SIGNS, k=40))
                    + (RISK_WORD if is_risky and i == 0 else "")
                    + f"第{first + i}位",
                    "channel": "review_site",
                    "unit": {"code": units[i % 2]},
                }
                for i in range(VOICES_A_REQUEST)
            ]
            at = time.time()
            sent.at.extend([at] * VOICES_A_REQUEST)
            connection.request("POST", "/v1/feedback", json.dumps(voices), headers)
            answer = connection.getresponse()
            body = json.loads(answer.read())
            assert answer.status == 202, answer.status
            if is_risky:
                sent.risky[body["items"][0]["id"]] = at


def _watch_lake(place: Place, counted: Counted, ended: threading.Event) -> None:
    lake = DeltaLake(place.installation.home / "lake")
    before = lake.last_version("feedback", "pipeline") or 0
    while not ended.wait(_LOOK_SECONDS):
        newest = lake.last_version("feedback", "pipeline") or 0
        if newest > before:
            at = time.time()
            with lake.connect("feedback") as connection:
                [(n,)] = connection.execute(
                    "SELECT count(*) FROM feedback WHERE sequence > ? AND sequence <= ?", [before, newest]
                ).fetchall()
            counted.add(n, at=at)
            before = newest
    lake.close()


def _read_stream(place: Place, counted: Counted, ended: threading.Event) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", place.installation.port)) as connection:
        connection.request("GET", "/live/", headers=_cookie(place))
        stream = connection.getresponse()
        connection.sock.settimeout(20)  # heartbeats come sooner
        name = b""
        while not ended.is_set() and (line := stream.readline()):
            key, _, value = line.strip().partition(b": ")
            if key == b"event":
                name = value
            elif key == b"data" and name == b"voices":
                counted.add(json.loads(value)["n"], at=time.time())


def _ask_tile(place: Place, counted: Counted, ended: threading.Event) -> None:
    """Ask the board's trend of today four times a second; its last bar is the exact count."""
    headers = {**_cookie(place), "HX-Request": "true", "HX-Target": "tile-t"}
    path, before = f"/boards/{place.board}/tiles/t/", None
    with closing(http.client.HTTPConnection("127.0.0.1", place.installation.port)) as connection:
        while not ended.wait(0.25):
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            found = _VALUE.search(answer.read().decode())
            at, n = time.time(), int(float(found[1])) if found else 0
            if before is not None:
                counted.add(max(0, n - before), at=at)
            before = max(n, before or 0)


def _watch_signals(place: Place, alerted: dict[str, float], ended: threading.Event) -> None:
    address = f"file:{place.installation.home / 'zhiyin.sqlite3'}?mode=ro"
    wanted = "SELECT feedback_id FROM insight_signal WHERE kind = 'risk_words' AND id > ? ORDER BY id"
    with closing(sqlite3.connect(address, uri=True, timeout=10)) as database:
        last = 0
        while not ended.wait(_LOOK_SECONDS):
            rows = database.execute(wanted.replace("feedback_id", "id, feedback_id", 1), [last]).fetchall()
            at = time.time()
            for number, feedback_id in rows:
                alerted.setdefault(feedback_id, at)
                last = number


# Notes each voice when its text is first in the document.
_NOTE = """() => {
  window.rows = {};
  const read = () => {
    for (const found of document.body.textContent.matchAll(/第(\\d+)位/g))
      window.rows[found[1]] ??= Date.now() / 1000;
  };
  new MutationObserver(read).observe(document.body, { childList: true, subtree: true });
}"""


@contextmanager
def _page(place: Place, *, is_wanted: bool) -> Iterator[Callable[[], dict[int, float]]]:
    """Reads what the open board noted: when each voice was first shown in its list."""
    if not is_wanted or CHROMIUM is None:
        yield dict
        return
    from playwright.sync_api import sync_playwright
    from tests.browser.looking import look

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        address, session = place.installation.url, place.staff.sessions["owner"]
        with look(browser, address=address, session=session) as looked:
            looked.goto(f"/boards/{place.board}/")
            looked.page.wait_for_selector("#live-light.live-on", state="attached")
            looked.page.evaluate(_NOTE)
            yield lambda: {int(n): at for n, at in looked.page.evaluate("window.rows").items()}
        browser.close()


def _cookie(place: Place) -> dict[str, str]:
    return {"Cookie": f"sessionid={place.staff.sessions['owner']}"}


def _memory(installation: Installation) -> float:
    """Unshared megabytes of the server's processes."""
    found = 0
    for process in installation.processes:
        own = psutil.Process(process.pid)
        found += sum(one.memory_full_info().uss for one in [own, *own.children(recursive=True)])
    return found / 1e6


def main() -> None:
    """Print the figures as JSON, and whether the budget holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=RATE)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--no-page", action="store_true")
    asked = parser.parse_args()
    figures = measure(rate=asked.rate, seconds=asked.seconds, with_page=not asked.no_page)
    print(json.dumps({name: round(value, 3) for name, value in figures.items()}, indent=1))
    for name in ("stream", "tile", "board", "alert"):
        if f"{name}_p95_s" in figures:
            held = figures[f"{name}_p95_s"] <= BUDGET_SECONDS
            print(f"{name}: p95 {figures[f'{name}_p95_s']:.2f} s, budget {BUDGET_SECONDS:.0f} s:", held)


if __name__ == "__main__":
    main()
