"""Three hundred people at work at once: inbox, lists and pages of cases over HTTP, from a server of its own.

Each session asks for a page every `--every` seconds on average, whether the one before has come or not; what
a page takes is counted from the moment it was wanted, so that waiting for the server counts, too. The
baseline is the empty page of the same server among the same work.
`python -m benchmarks.case_sessions [--home DIR] [--sessions 300] [--every 60] [--seconds 60] [--port N]`;
the home is one that `benchmarks.case_pages` has filled, else one of 100,000 cases that is thrown away. Ends
with 1 where 200 ms are passed at the 95th percentile of all pages.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import httpx
import numpy as np

from benchmarks.case_pages import BASELINE, MOST_MS, NOT_JUDGED, list_pages

_START_S = 90
_TIMEOUT_S = 60


def main() -> int:
    """Serve the home, ask it, print what pages took; 1 where one is too slow."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.case_sessions", description=__doc__)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--sessions", type=int, default=300)
    parser.add_argument("--every", type=float, default=60.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--port", type=int, default=8390)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="case-sessions-") as made:
        home = (given.home or Path(made)).absolute()
        if given.home is None:
            filling = [sys.executable, "-m", "benchmarks.case_pages", "--rounds", "1", "--home", str(home)]
            subprocess.run(filling, check=False, stdout=subprocess.DEVNULL)
        return _measure(given, home=home)


def _measure(given: argparse.Namespace, *, home: Path) -> int:
    os.environ |= {"ZHIYIN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "zhiyin.config.settings"}
    import django

    django.setup()
    logging.getLogger("httpx").setLevel(logging.WARNING)
    plan = _plan(n_sessions=given.sessions, every=given.every, seconds=given.seconds)
    server = subprocess.Popen(
        [sys.executable, "-m", "zhiyin", "up", "--port", str(given.port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        taken, n_failed = asyncio.run(_ask(plan, address=f"http://127.0.0.1:{given.port}"))
    finally:
        server.terminate()
        server.wait()
    return _tell(taken, n_failed=n_failed, n_sessions=given.sessions, every=given.every)


def _plan(*, n_sessions: int, every: float, seconds: float) -> list[tuple[float, str, str, str]]:
    """When whose session asks for which page: seconds from the start, its cookie, name and path."""
    from django.conf import settings
    from django.test import Client

    from zhiyin.people.models import Account

    chance = random.Random(17)
    accounts = list(Account.objects.order_by("pk")[:n_sessions])
    pages = dict(list_pages())
    wanted = []
    for account in accounts:
        client = Client()
        client.force_login(account)
        name_of_cookie = settings.SESSION_COOKIE_NAME
        cookie = f"{name_of_cookie}={client.cookies[name_of_cookie].value}"
        at = chance.expovariate(1 / every)
        while at < seconds:
            name, address = chance.choice(list(pages.items()))
            wanted.append((at, cookie, name, address(account)))
            at += chance.expovariate(1 / every)
    return sorted(wanted)


async def _ask(
    plan: list[tuple[float, str, str, str]], *, address: str
) -> tuple[dict[str, list[float]], int]:
    """Milliseconds of each page, by its name, and how many were not answered by 200."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=300)
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=_TIMEOUT_S) as client:
        await _wait_for(client)
        # One of each warms.
        for cookie, path in {name: (cookie, path) for _, cookie, name, path in plan}.values():
            await client.get(path, headers={"cookie": cookie})
        started = time.perf_counter()

        async def ask(at: float, cookie: str, name: str, path: str) -> tuple[str, float, int]:
            await asyncio.sleep(max(0.0, started + at - time.perf_counter()))
            answer = await client.get(path, headers={"cookie": cookie})
            return name, (time.perf_counter() - started - at) * 1000, answer.status_code

        answers = await asyncio.gather(*(ask(*one) for one in plan))
    taken: dict[str, list[float]] = defaultdict(list)
    for name, milliseconds, _ in answers:
        taken[name].append(milliseconds)
    return taken, sum(status != httpx.codes.OK for *_, status in answers)


async def _wait_for(client: httpx.AsyncClient) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until:
        try:
            await client.get("/api/")
        except httpx.TransportError:
            await asyncio.sleep(0.5)
        else:
            return
    raise TimeoutError(f"The server did not start within {_START_S} s.")


def _tell(taken: dict[str, list[float]], *, n_failed: int, n_sessions: int, every: float) -> int:
    n = sum(len(times) for times in taken.values())
    print(f"{n_sessions} sessions, each a page in {every:.0f} s: {n} pages, {n_failed} not answered by 200")
    base = float(np.median(taken[BASELINE]))
    for name, times in taken.items():
        p50, p95 = np.median(times), np.quantile(times, 0.95)
        print(f"{name:30} n {len(times):4} p50 {p50:7.1f} ms  p95 {p95:7.1f} ms  ratio {p50 / base:6.1f}")
    judged = [one for name, times in taken.items() if name not in NOT_JUDGED for one in times]
    of_all = float(np.quantile(judged, 0.95))
    print(f"all pages but the search for a word: p50 {np.median(judged):.1f} ms, p95 {of_all:.1f} ms")
    print(f"load afterwards {os.getloadavg()[0]:.1f}")
    return 1 if of_all > MOST_MS or n_failed else 0


if __name__ == "__main__":
    sys.exit(main())
