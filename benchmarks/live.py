"""500 voices a second through the API: seconds until an open stream and an open page know of them.

The baseline is the lake itself, looked at a hundred times a second in the same run: what a voice takes to
become a fact. `python -m benchmarks.live [--rate N] [--seconds N] [--no-page]`
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import shutil
import tempfile
import threading
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from tests.installation import Installation, Staff

from zhiyin.engine.lake import DeltaLake

RATE = 500
SECONDS = 30
VOICES_A_REQUEST = 25
# Texts that resemble each other would count as copies, and copies are not told.
SIGNS = "".join(chr(code) for code in range(0x4E00, 0x5E00))
END_SECONDS = 20.0
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@dataclass
class Counted:
    """How many voices somebody knew of, and since when; times of `time.time()`."""

    times: list[float] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)

    def add(self, n: int, *, at: float) -> None:
        """`n` more are known."""
        if n:
            self.times.append(at)
            self.counts.append(n + (self.counts[-1] if self.counts else 0))

    @property
    def n(self) -> int:
        """All of them."""
        return self.counts[-1] if self.counts else 0

    def seconds_after(self, sent: list[float]) -> list[float]:
        """For each voice that is known, in the order of sending, the seconds since it was sent."""
        return [self.times[bisect_left(self.counts, k + 1)] - at for k, at in enumerate(sent[: self.n])]


def measure(*, rate: int = RATE, seconds: int = SECONDS, with_page: bool = True) -> dict[str, float]:
    """Seconds (p50, p95, worst) from sent to stored, to an event of the stream, and to the page."""
    with tempfile.TemporaryDirectory(prefix="live-") as folder:
        installation = Installation(Path(folder) / "home")
        installation.run("sample", "--stores", "12", "--days", "5")
        installation.start()
        try:
            return _run(installation, rate=rate, seconds=seconds, with_page=with_page)
        finally:
            installation.stop()


def _run(installation: Installation, *, rate: int, seconds: int, with_page: bool) -> dict[str, float]:
    staff = installation.hire()
    known = {name: Counted() for name in ("stored", "stream", "page")}
    sent: list[float] = []
    ended = threading.Event()
    threads = [
        threading.Thread(target=_watch_lake, args=(installation.home, known["stored"], ended)),
        threading.Thread(target=_read_stream, args=(installation, staff, known["stream"], ended)),
    ]
    for thread in threads:
        thread.start()
    with _page(installation, staff, is_wanted=with_page) as read_page:
        time.sleep(2)
        _send(installation, staff, sent, rate=rate, seconds=seconds)
        ends = time.monotonic() + END_SECONDS
        while known["stream"].n < len(sent) and time.monotonic() < ends:
            time.sleep(0.1)
        time.sleep(2)
        shown = read_page(known["page"])
    ended.set()
    for thread in threads:
        thread.join()
    figures: dict[str, float] = {"sent": len(sent), "sent_a_second": len(sent) / (sent[-1] - sent[0])}
    for name, counted in known.items():
        figures |= _figures(name, counted.seconds_after(sent))
    if shown:
        figures |= _figures("row", [at - sent[number] for number, at in shown.items()])
    figures["stream_ratio_to_stored"] = figures["stream_p95_s"] / figures["stored_p95_s"]
    return figures


def _figures(name: str, taken: list[float]) -> dict[str, float]:
    if not taken:
        return {f"{name}_n": 0}
    p50, p95 = np.quantile(taken, [0.5, 0.95])
    return {
        f"{name}_n": len(taken),
        f"{name}_p50_s": float(p50),
        f"{name}_p95_s": float(p95),
        f"{name}_worst_s": max(taken),
    }


def _send(installation: Installation, staff: Staff, sent: list[float], *, rate: int, seconds: int) -> None:
    chance = random.Random(1)
    headers = {"Authorization": f"Bearer {staff.key}", "Content-Type": "application/json"}
    units = [staff.store.code, staff.elsewhere.code]
    started = time.monotonic()
    with closing(http.client.HTTPConnection("127.0.0.1", installation.port)) as connection:
        for number in range(rate * seconds // VOICES_A_REQUEST):
            time.sleep(max(0.0, started + number * VOICES_A_REQUEST / rate - time.monotonic()))
            voices = [
                {
                    "external_id": f"v{len(sent) + i}",
                    "text": "".join(chance.choices(SIGNS, k=40)) + f"第{len(sent) + i}位",
                    "channel": "review_site",
                    "unit": {"code": units[i % 2]},
                }
                for i in range(VOICES_A_REQUEST)
            ]
            sent.extend([time.time()] * VOICES_A_REQUEST)
            connection.request("POST", "/v1/feedback", json.dumps(voices), headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 202, answer.status


def _watch_lake(home: Path, counted: Counted, ended: threading.Event) -> None:
    lake = DeltaLake(home / "lake")
    before = lake.last_version("feedback", "pipeline") or 0
    while not ended.wait(0.01):
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


def _read_stream(installation: Installation, staff: Staff, counted: Counted, ended: threading.Event) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", installation.port)) as connection:
        connection.request("GET", "/live/", headers={"Cookie": f"sessionid={staff.sessions['owner']}"})
        stream = connection.getresponse()
        connection.sock.settimeout(20)  # heartbeats come sooner
        name = b""
        while not ended.is_set() and (line := stream.readline()):
            key, _, value = line.strip().partition(b": ")
            if key == b"event":
                name = value
            elif key == b"data" and name == b"voices":
                counted.add(json.loads(value)["n"], at=time.time())


# Notes each event, and each voice when its text is first in the document.
_NOTE = """() => {
  window.events = []; window.rows = {};
  const now = () => Date.now() / 1000;
  document.body.addEventListener("zhiyin:voices", (event) => window.events.push([now(), event.detail.n]));
  const read = () => {
    for (const found of document.body.textContent.matchAll(/第(\\d+)位/g)) window.rows[found[1]] ??= now();
  };
  new MutationObserver(read).observe(document.body, { childList: true, subtree: true });
}"""


@contextmanager
def _page(installation: Installation, staff: Staff, *, is_wanted: bool) -> Iterator[object]:
    """Reads what the open list of voices noted: fills the count, returns when each voice was first shown."""
    if not is_wanted or CHROMIUM is None:
        yield lambda _counted: {}
        return
    from playwright.sync_api import sync_playwright
    from tests.browser.looking import look

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with look(browser, address=installation.url, session=staff.sessions["owner"]) as looked:
            looked.goto("/voices/")
            looked.page.wait_for_selector("#live-light.live-on", state="attached")
            looked.page.evaluate(_NOTE)

            def read(counted: Counted) -> dict[int, float]:
                for at, n in looked.page.evaluate("window.events"):
                    counted.add(n, at=at)
                return {int(number): at for number, at in looked.page.evaluate("window.rows").items()}

            yield read
        browser.close()


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=RATE)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--no-page", action="store_true")
    asked = parser.parse_args()
    figures = measure(rate=asked.rate, seconds=asked.seconds, with_page=not asked.no_page)
    print(json.dumps({name: round(value, 3) for name, value in figures.items()}, indent=1))


if __name__ == "__main__":
    main()
