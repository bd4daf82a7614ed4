"""Pages and their parts from the real server over a million or ten million facts, and its memory.

The baseline is a page of the same server that asks no fact, in the same rounds.
`python -m benchmarks.pages [--facts N …] [--rounds N] [--folder DIR]`; a folder is filled once.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil
from tests.installation import Installation

from benchmarks.dashboard_facts import LAST_DAY, N_UNITS
from benchmarks.dashboards import fill
from zhiyin.engine.lake import DeltaLake
from zhiyin.insight.search.index.keeping import IndexKeeper

N_FACTS = (1_000_000, 10_000_000)
N_ROUNDS = 9
BASELINE = "/api/"
N_REGIONS = 12
IDLE_SECONDS = 5.0
MONTH = f"period=custom&since={LAST_DAY:%Y-%m-01}&until={LAST_DAY:%Y-%m-%d}"
PAGES = {
    "home": f"/?{MONTH}",
    "home, all time": "/?period=all",
    "voices": f"/voices/?{MONTH}",
    "voices, all time": "/voices/?period=all",
    "voices, two signs": f"/voices/?{MONTH}&q=%E5%A5%BD%E5%90%83",
    "voices, two signs, all time": "/voices/?period=all&q=%E5%A5%BD%E5%90%83",
    "voices, a phrase or none of it, all time": "/voices/?period=all&q=%22%E5%A5%BD%E5%90%83%22+-%E4%B8%8D",
    "voices, two signs and negative": f"/voices/?{MONTH}&q=%E5%A5%BD%E5%90%83&sentiment=negative",
    "voices, page 50,000": "/voices/?period=all&page=50000",
    "voices, negative of one aspect": f"/voices/?{MONTH}&aspect=aspect_3&polarity=negative",
    "units": f"/units/?{MONTH}",
    "units, all time": "/units/?period=all",
    "aspects": f"/aspects/?{MONTH}",
    "aspects, all time": "/aspects/?period=all",
    "drivers": f"/why/?{MONTH}",
    "alerts": "/alerts/",
    "new subjects": "/new/",
    "cases": "/cases/",
    "speak": "/speak/",
}
# Pages of one thing, by the first link of another page that leads to one.
_THINGS = {
    "voice": ("voices", re.compile(r'href="(/voices/[0-9a-f-]{36}/[^"]*)"')),
    "aspect": ("aspects", re.compile(r'href="(/aspects/[^"/]+/[^"]*)"')),
}
_UNITS = f"""
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from zhiyin.people.services.units import create_unit, ensure_root
root = ensure_root()
named = {{f"R{{i}}": f"Region {{i}}" for i in range({N_REGIONS})}}
regions = [create_unit(code, name=name, kind="region", parent=root) for code, name in named.items()]
for i in range({N_UNITS - 1 - N_REGIONS}):
    create_unit(f"S{{i}}", name=f"Store {{i}}", kind="store", parent=regions[i % {N_REGIONS}])
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """Milliseconds of one address over the rounds, and what it answered."""

    name: str
    path: str
    status: int
    n_bytes: int
    p50_ms: float
    p95_ms: float


def measure(*, n_facts: int, n_rounds: int = N_ROUNDS, folder: Path | None = None) -> dict[str, Any]:
    """Every page and part with p50 and p95 in milliseconds, ratios to an empty page, and memory in MB."""
    with tempfile.TemporaryDirectory(prefix="pages-") as made:
        installation = Installation((folder or Path(made)) / f"home-{n_facts}")
        if not installation.home.exists():
            installation.home.mkdir(parents=True)
            fill(installation.home / "lake", n_facts=n_facts)
            installation.python("-c", _UNITS)
        _index(installation.home)
        session = installation.hire().sessions["owner"]
        installation.start()
        try:
            time.sleep(IDLE_SECONDS)
            idle = _memory(installation)
            timed = _time_pages(installation, session=session, n_rounds=n_rounds)
            return _figures(timed) | {"idle_mb": idle, "after_mb": _memory(installation)}
        finally:
            installation.stop()


def _index(home: Path) -> None:
    """As the server does it in the background of its first minutes."""
    lake = DeltaLake(home / "lake", n_threads=2)
    keeper = IndexKeeper(home / "search")
    keeper.update(lake.files("feedback"), should_stop=lambda: False, needs_rest=False)
    lake.close()


def _time_pages(installation: Installation, *, session: str, n_rounds: int) -> list[Timed]:
    with httpx.Client(base_url=installation.url, cookies={"sessionid": session}, timeout=120) as client:
        addresses = {"empty page": BASELINE, **PAGES}
        for name, (of, link) in _THINGS.items():
            if found := link.search(client.get(PAGES[of]).text):
                addresses[name] = unescape(found[1])
        for name, path in list(addresses.items()):
            for id_, part in _parts(client.get(path).text):
                addresses[f"{name} · {id_}"] = part
        taken: dict[str, list[float]] = {name: [] for name in addresses}
        answers: dict[str, httpx.Response] = {}
        for number in range(n_rounds + 1):
            for name, path in addresses.items():
                started = time.perf_counter()
                _, is_part, id_ = name.partition(" · ")
                headers = {"HX-Request": "true", "HX-Target": id_} if is_part else {}
                answers[name] = client.get(path, headers=headers)
                if number:  # the first round warms
                    taken[name].append((time.perf_counter() - started) * 1000)
    return [
        Timed(
            name=name,
            path=addresses[name],
            status=answers[name].status_code,
            n_bytes=len(answers[name].content),
            p50_ms=float(np.median(times)),
            p95_ms=float(np.quantile(times, 0.95)),
        )
        for name, times in taken.items()
    ]


def _parts(html: str) -> Iterator[tuple[str, str]]:
    """Ids and addresses of what the page loads by itself once it is seen."""
    for tag in re.findall(r"<[a-z]+[^>]*hx-get=[^>]*>", html):
        trigger = re.search(r'hx-trigger="([^"]*)"', tag)
        address = re.search(r'hx-get="([^"]*)"', tag)
        if trigger and address and re.search(r"\b(revealed|load|intersect)\b", trigger[1]):
            id_ = re.search(r'id="([^"]*)"', tag)
            yield (id_[1] if id_ else "?"), unescape(address[1])


def _figures(timed: list[Timed]) -> dict[str, Any]:
    empty = next(one for one in timed if one.path == BASELINE)
    pages = {
        one.name: {
            "status": one.status,
            "kb": round(one.n_bytes / 1024, 1),
            "p50_ms": round(one.p50_ms, 1),
            "p95_ms": round(one.p95_ms, 1),
            "ratio": round(one.p50_ms / empty.p50_ms, 2),
        }
        for one in timed
    }
    slowest = max(timed, key=lambda one: one.p95_ms)
    return {"pages": pages, "slowest": slowest.name, "slowest_p95_ms": round(slowest.p95_ms, 1)}


def _memory(installation: Installation) -> float:
    """Resident megabytes of the server, with the processes that it started."""
    found = [psutil.Process(process.pid) for process in installation.processes]
    found += [child for process in found for child in process.children(recursive=True)]
    return round(sum(process.memory_info().rss for process in found) / 1e6, 1)


def main() -> None:
    """Print the figures as JSON, a line for each number of facts and each page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=int, nargs="+", default=list(N_FACTS))
    parser.add_argument("--rounds", type=int, default=N_ROUNDS)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    for n_facts in asked.facts:
        figures = measure(n_facts=n_facts, n_rounds=asked.rounds, folder=asked.folder)
        pages = figures.pop("pages")
        print(json.dumps({"facts": n_facts, **figures}, ensure_ascii=False))
        for name, found in pages.items():
            print(json.dumps({"page": name, **found}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
