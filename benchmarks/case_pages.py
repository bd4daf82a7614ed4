"""Lists, inbox and page of cases among 100,000 cases, `--full`: a million; asked by 301 accounts in turn.

The baseline is a page of the same process that asks no case, in the same rounds. The database is SQLite in
a home that is thrown away, or that of `--database`, an empty one on PostgreSQL (else of
`ZHIYIN_TEST_POSTGRES_URL` with `--postgres`). `--voices` of them, of the last weeks and unanswered, stand in
the lake (200,000 with `--full`, else 20,000), so that the inbox has both.
`python -m benchmarks.case_pages [--full | --cases N] [--voices N] [--rounds N] [--home DIR]
[--database URL]`; a home that is kept is filled once. Ends with 1 where a page passes 200 ms at the 95th
percentile.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

N_CASES, N_CASES_FULL = 100_000, 1_000_000
N_VOICES, N_VOICES_FULL = 20_000, 200_000
N_ROUNDS = 200
MOST_MS = 200.0
BASELINE = "empty page"
# A search reads every title of the company: told, not judged.
NOT_JUDGED = frozenset({"search for a word, all units"})

Address = Callable[[Any], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """Milliseconds of one page over the rounds; the processor's are moved less by a busy machine."""

    p50_ms: float
    p95_ms: float
    cpu_p95_ms: float
    n_answered: int


def main() -> int:
    """Fill a home, open the pages, print what they took; 1 where one is too slow."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.case_pages", description=__doc__)
    parser.add_argument("--full", action="store_true", help="a million cases")
    parser.add_argument("--cases", type=int)
    parser.add_argument("--voices", type=int, help="voices of the last weeks without an answer")
    parser.add_argument("--rounds", type=int, default=N_ROUNDS)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--database", default="")
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    database = given.database or (os.environ.get("ZHIYIN_TEST_POSTGRES_URL", "") if given.postgres else "")
    n_cases = given.cases or (N_CASES_FULL if given.full else N_CASES)
    n_voices = N_VOICES_FULL if given.full else N_VOICES
    n_voices = n_voices if given.voices is None else given.voices
    with tempfile.TemporaryDirectory(prefix="case-pages-") as made:
        os.environ |= {
            "ZHIYIN_HOME": str((given.home or Path(made)).absolute()),
            "ZHIYIN_DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "zhiyin.config.settings",
        }
        import django

        django.setup()
        timed = measure(n_cases=n_cases, n_voices=n_voices, n_rounds=given.rounds)
    return _tell(timed)


def measure(*, n_cases: int, n_voices: int, n_rounds: int) -> Mapping[str, Timed]:
    """What each page took, asked once a round, each round by the next account."""
    from django.core.management import call_command
    from django.db import connection

    from benchmarks.case_facts import make_cases, make_company, make_waiting_voices
    from zhiyin.listen.api import open_lake
    from zhiyin.respond.models import Case
    from zhiyin.respond.outbox.rules import to_answer

    call_command("migrate", verbosity=0)
    lake = open_lake()
    if not Case.objects.exists():
        started = time.perf_counter()
        make_cases(make_company(), n=n_cases)
        if n_voices:
            make_waiting_voices(lake, n=n_voices, days=to_answer().days)
        _analyse(connection)
        print(f"filled in {time.perf_counter() - started:.0f} s")
    n = Case.objects.count()
    n_files = len(lake.files("feedback"))
    print(f"{n:,} cases on {connection.vendor}, {n_files} files of voices")
    print(f"{n_rounds} rounds, load {os.getloadavg()[0]:.1f}")
    return _time(dict(list_pages()), n_rounds=n_rounds)


def _analyse(connection: Any) -> None:
    """As PostgreSQL does it by itself after a while; SQLite plans without counting, as in an installation."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def list_pages() -> Iterator[tuple[str, Address]]:
    """Each page with its address for an account."""
    from benchmarks.case_facts import MADE_SINGLY
    from zhiyin.respond.models import Case

    chance = random.Random(11)
    numbers: dict[int, list[str]] = {}

    def own(account: Any) -> str:
        """An open case that the account sees, or an ended one where it has none; one with a link."""
        if account.pk not in numbers:
            made = Case.objects.filter(pk__lte=MADE_SINGLY)
            if account.username.startswith("agent"):
                made = made.filter(owner=account)
            elif account.username.startswith("manager"):
                made = made.filter(unit__parent__grants__account=account)
            found = made.filter(closed_at=None) if made.filter(closed_at=None).exists() else made
            numbers[account.pk] = list(found.values_list("number", flat=True)[:200])
        return chance.choice(numbers[account.pk])

    yield BASELINE, lambda _account: "/api/"
    yield "inbox", lambda _account: "/inbox/"
    yield "inbox, voices alone", lambda _account: "/inbox/?kind=voice"
    yield "inbox, risky", lambda _account: "/inbox/?view=risky"
    yield "inbox, overdue", lambda _account: "/inbox/?view=overdue"
    yield "inbox, page 20", lambda _account: "/inbox/?page=20"
    yield "inbox, own cases", lambda _account: "/inbox/?view=mine"
    yield "open cases", lambda _account: "/cases/?view=open"
    yield "open cases, page 20", lambda _account: "/cases/?view=open&page=20"
    yield "own cases", lambda _account: "/cases/?view=mine"
    yield "overdue cases", lambda _account: "/cases/?view=overdue"
    yield "ended cases", lambda _account: "/cases/?view=ended"
    yield "search for a number", lambda account: f"/cases/?q={own(account)}"
    yield "search for a word, all units", lambda _account: "/cases/?q=%E7%A9%BA%E8%B0%83"
    yield "one case", lambda account: f"/cases/{own(account)}/"


def _time(pages: Mapping[str, Address], *, n_rounds: int) -> Mapping[str, Timed]:
    from zhiyin.people.models import Account

    accounts = list(Account.objects.order_by("pk"))
    random.Random(3).shuffle(accounts)
    # Whoever sees everything asks every eighth time, since theirs is the dearest page.
    owner = Account.objects.get(username="owner")
    others = itertools.cycle(one for one in accounts if one != owner)
    askers = [owner if number % 8 == 0 else next(others) for number in range(n_rounds)]
    clients = {account.pk: _sign_in(account) for account in {one.pk: one for one in askers}.values()}
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in pages}
    n_answered = dict.fromkeys(pages, 0)
    for number, account in enumerate([owner, *askers]):
        for name, address in pages.items():
            path = address(account)
            started, begun = time.perf_counter(), time.process_time()
            answer = clients[account.pk].get(path)
            if number:  # the first round warms
                wall, worked = time.perf_counter() - started, time.process_time() - begun
                taken[name].append((wall * 1000, worked * 1000))
                n_answered[name] += answer.status_code == 200
    return {name: _of(times, n_answered=n_answered[name]) for name, times in taken.items()}


def _sign_in(account: Any) -> Any:
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    return client


def _of(times: list[tuple[float, float]], *, n_answered: int) -> Timed:
    walls, worked = zip(*times, strict=True)
    return Timed(
        p50_ms=float(np.median(walls)),
        p95_ms=float(np.quantile(walls, 0.95)),
        cpu_p95_ms=float(np.quantile(worked, 0.95)),
        n_answered=n_answered,
    )


def _tell(timed: Mapping[str, Timed]) -> int:
    base = timed[BASELINE].p50_ms
    for name, one in timed.items():
        print(
            f"{name:30} p50 {one.p50_ms:7.1f} ms  p95 {one.p95_ms:7.1f} ms  processor p95 "
            f"{one.cpu_p95_ms:7.1f} ms  ratio {one.p50_ms / base:6.1f}  answered {one.n_answered}"
        )
    judged = {name: one for name, one in timed.items() if name not in NOT_JUDGED}
    slow = [name for name, one in judged.items() if one.p95_ms > MOST_MS]
    print(f"load afterwards {os.getloadavg()[0]:.1f}; slower than {MOST_MS:.0f} ms: {', '.join(slow) or '–'}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
