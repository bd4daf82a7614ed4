"""The page of a customer with ten thousand entries, among 160,000 facts of others; `--full`: a million.

The baseline is a page of the same process that asks no fact, in the same rounds.
`python -m benchmarks.profile [--full | --facts N] [--rounds N]`. The usual size takes about a minute.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.dashboard_facts import LAST_DAY, N_DAYS, each_day
from zhiyin.engine.lake import DeltaLake
from zhiyin.engine.protocols import TableSpec
from zhiyin.listen.facts import FEEDBACK, OPINIONS, REPLIES
from zhiyin.listen.records.tables import CONTACTS, PURCHASES

N_FACTS, N_FACTS_FULL = 160_000, 1_000_000
N_ROUNDS, N_ROUNDS_FULL = 3, 15
VOICES_A_DAY, CONTACTS_A_DAY, ORDERS_A_DAY = 10, 7, 8
_PASSWORD = "correct horse battery staple"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """Milliseconds of one address over the rounds, of the processors too: a busy machine moves these less."""

    p50_ms: float
    p95_ms: float
    cpu_ms: float
    status: int


def main() -> None:
    """Fill a home, open the pages, print what they took."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile", description=__doc__)
    parser.add_argument("--full", action="store_true", help="a million facts, 15 rounds")
    parser.add_argument("--facts", type=int)
    parser.add_argument("--rounds", type=int)
    given = parser.parse_args()
    n_facts = given.facts or (N_FACTS_FULL if given.full else N_FACTS)
    n_rounds = given.rounds or (N_ROUNDS_FULL if given.full else N_ROUNDS)
    with tempfile.TemporaryDirectory(prefix="profile-") as made:
        os.environ["ZHIYIN_HOME"] = made
        os.environ["DJANGO_SETTINGS_MODULE"] = "zhiyin.config.settings"
        import django

        django.setup()
        measure(Path(made), n_facts=n_facts, n_rounds=n_rounds)


def measure(home: Path, *, n_facts: int, n_rounds: int) -> None:
    """Print n, p50 and p95 in milliseconds of each page."""
    customer, key = _make_customer()
    n_entries = _fill(home / "lake", key=key, n_facts=n_facts)
    _index()
    client = _sign_in()
    address = f"/customers/{customer}/"
    middle = datetime.combine(LAST_DAY - timedelta(days=N_DAYS // 2), datetime.min.time(), tzinfo=UTC)
    pages = {
        "empty page": "/api/",
        "page": address,
        "page of one kind": f"{address}?kind=purchase",
        "page, from the middle on": f"{address}?before={middle:%Y-%m-%dT%H:%M:%SZ}",
        "page, searched": f"{address}?q=product_7",
        "words for staff": f"{address}words/",
        "portrait": f"{address}portrait/",
        "what else is known": f"{address}panels/",
    }
    print(f"{n_entries:,} entries of the customer among {n_facts:,} facts; {n_rounds} rounds; load {_load()}")
    for name, one in _time(client, pages, n_rounds=n_rounds).items():
        figures = f"p50 {one.p50_ms:7.1f} ms  p95 {one.p95_ms:7.1f} ms  processor {one.cpu_ms:7.1f} ms"
        print(f"{name:28} {one.status}  {figures}")
    print(f"load afterwards {_load()}, {os.cpu_count()} cores")


def _load() -> str:
    """Of the last minute: above the number of cores wall times say little, the processor's more."""
    return f"{os.getloadavg()[0]:.1f}"


def _time(client: Any, pages: dict[str, str], *, n_rounds: int) -> dict[str, Timed]:
    taken: dict[str, list[float]] = {name: [] for name in pages}
    worked: dict[str, list[float]] = {name: [] for name in pages}
    statuses: dict[str, int] = {}
    for number in range(n_rounds + 1):
        for name, path in pages.items():
            started, begun = time.perf_counter(), time.process_time()
            statuses[name] = client.get(path).status_code
            if number:  # the first round warms
                taken[name].append((time.perf_counter() - started) * 1000)
                worked[name].append((time.process_time() - begun) * 1000)
    return {
        name: Timed(
            p50_ms=float(np.median(some)),
            p95_ms=float(np.percentile(some, 95)),
            cpu_ms=float(np.median(worked[name])),
            status=statuses[name],
        )
        for name, some in taken.items()
    }


def _make_customer() -> tuple[str, str]:
    import uuid_utils.compat
    from django.core.management import call_command

    from zhiyin.customers.identifiers.sealing import seal_identifier
    from zhiyin.customers.models import Identity
    from zhiyin.engine import open_engine
    from zhiyin.listen.api import open_lake

    call_command("migrate", verbosity=0)
    open_lake()
    from django.conf import settings

    vault, now, born = open_engine(settings.HOME).vault, datetime.now(UTC), uuid_utils.compat.uuid7()
    key = vault.blind_index("phone\0\0bench", purpose="author").hex()
    Identity.objects.create(
        key=key,
        type="phone",
        born=born,
        customer=born,
        sealed=seal_identifier("13800000000", key=key, vault=vault),
        first_seen_at=now,
        last_seen_at=now,
        changed_at=now,
    )
    return str(born), key


def _index() -> None:
    """As the server does it in the background."""
    from django.conf import settings

    from zhiyin.customers.profile.index.storing import path_of, update_index
    from zhiyin.engine import open_engine

    engine, started = open_engine(settings.HOME), time.perf_counter()
    n_files = update_index(engine, should_stop=lambda: False)
    seconds, megabytes = time.perf_counter() - started, path_of(engine.home).stat().st_size / 1e6
    print(f"index: {n_files} files in {seconds:.1f} s, {megabytes:.1f} MB")


def _sign_in() -> Any:
    from django.test import Client

    from zhiyin.people.roles import Role
    from zhiyin.people.services.accounts import create_account, grant_role

    account = create_account("owner", password=_PASSWORD)
    grant_role(account, role=Role.OWNER)
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    return client


def _fill(folder: Path, *, key: str, n_facts: int) -> int:
    """Facts of others, and every day some of the customer's; how many these are."""
    lake = DeltaLake(folder, n_threads=2)
    random = np.random.default_rng(7)
    for spec in (FEEDBACK, OPINIONS, REPLIES, CONTACTS, PURCHASES):
        lake.create(spec)
    pending: list[tuple[str, pa.Table]] = []
    for day, voices, opinions in each_day(n_facts=n_facts):
        pending += [("feedback", _with_key(voices, key=key)), ("opinions", opinions)]
        pending += [(CONTACTS.name, _records(CONTACTS, day, n=CONTACTS_A_DAY, key=key, random=random))]
        pending += [(PURCHASES.name, _records(PURCHASES, day, n=ORDERS_A_DAY, key=key, random=random))]
        if len(pending) > 200:
            _store(lake, pending)
            pending = []
    _store(lake, pending)
    lake.close()
    return N_DAYS * (VOICES_A_DAY + CONTACTS_A_DAY + ORDERS_A_DAY)


def _store(lake: DeltaLake, pending: list[tuple[str, pa.Table]]) -> None:
    for name in {name for name, _ in pending}:
        lake.append(name, pa.concat_tables(rows for of, rows in pending if of == name))


def _with_key(voices: pa.Table, *, key: str) -> pa.Table:
    """The first voices of the day said by the customer."""
    place = voices.schema.get_field_index("author_key")
    keys = [key] * VOICES_A_DAY + voices.column(place).to_pylist()[VOICES_A_DAY:]
    return voices.set_column(place, voices.schema.field(place), pa.array(keys, pa.string()))


def _records(spec: TableSpec, day: date, *, n: int, key: str, random: np.random.Generator) -> pa.Table:
    return pa.Table.from_pylist(list(_rows(spec, day, n=n, key=key, random=random)), spec.schema)


def _rows(
    spec: TableSpec, day: date, *, n: int, key: str, random: np.random.Generator
) -> Iterator[dict[str, object]]:
    midnight = datetime.combine(day, datetime.min.time(), tzinfo=UTC)
    for number in range(n):
        known = {
            "record_id": f"{spec.name}-{day}-{number}",
            "order_key": f"order-{day}-{number}",
            "issue_key": f"issue-{day}",
            "is_current": True,
            "customer_key": key,
            "unit_id": 1,
            "occurred_at": midnight + timedelta(seconds=int(random.integers(0, 86_400))),
            "day": day,
            "channel": "call_centre",
            "product": f"product_{number}",
            "amount": 20.0,
            "is_resolved": True,
        }
        yield {name: known.get(name) for name in spec.schema.names}


if __name__ == "__main__":
    main()
