"""One new record linked among five million profiles; the rate of batches; what identifiers cost an import."""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhiyin.customers.linking.contract import Appearance

N_PROFILES = 5_000_000
N_ONE_BY_ONE = 300
N_IN_BATCHES = 10_000
_BUDGET_MS = 50.0
_CHUNK = 100_000
_AT = datetime(2026, 1, 1, tzinfo=UTC)


def measure(*, n_profiles: int, folder: Path) -> dict[str, float]:
    """Milliseconds of one record (p50, p95), appearances a second in batches, peak memory in MB."""
    # Filled by a process of its own: its memory is not ours.
    started = time.perf_counter()
    command = [
        sys.executable,
        "-m",
        "benchmarks.linking",
        "--profiles",
        str(n_profiles),
        "--fill",
        str(folder),
    ]
    subprocess.run(command, check=True)
    fill_seconds = time.perf_counter() - started
    _set_up(folder)
    rng = random.Random(7)
    one_by_one, cpu = _one_by_one(n_profiles, rng=rng)
    known = _rate(n_profiles, rng=rng, is_new=False)
    fresh = _rate(n_profiles, rng=rng, is_new=True)
    return {
        "profiles": n_profiles,
        "fill_seconds": round(fill_seconds),
        "one_p50_ms": round(one_by_one[len(one_by_one) // 2] * 1000, 1),
        "one_p95_ms": round(one_by_one[int(len(one_by_one) * 0.95)] * 1000, 1),
        "one_cpu_p95_ms": round(cpu[int(len(cpu) * 0.95)] * 1000, 1),
        "known_a_second": round(known),
        "new_pairs_a_second": round(fresh),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _set_up(folder: Path) -> None:
    os.environ.update({"ZHIYIN_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "zhiyin.config.settings"})
    import django

    django.setup()


def fill(folder: Path, *, n_profiles: int) -> None:
    """Customers of one identity each, as linking would have made them, written in the order of their keys."""
    _set_up(folder)
    from django.core.management import call_command
    from django.db import connection, transaction

    call_command("migrate", verbosity=0)
    from zhiyin.customers.linking.bulk import insert, put
    from zhiyin.customers.models import Identity
    from zhiyin.engine import open_engine
    from zhiyin.engine.home import Home
    from zhiyin.listen.authors import AUTHOR_PURPOSE

    vault = open_engine(Home(folder)).vault
    names = [f"member\0\0m{number}" for number in range(n_profiles)]
    keys = sorted(vault.blind_index_many(names, purpose=AUTHOR_PURPOSE))
    del names
    with connection.cursor() as cursor:
        # Made again at the end: five million rows in the order of one index are in no other's.
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            " AND tbl_name = 'customers_identity'"
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
    columns = (
        *("key", "type", "source", "born", "customer", "sealed", "is_verified", "is_shared"),
        *("first_seen_at", "last_seen_at", "changed_at"),
    )
    at, sealed = put(_AT), os.urandom(40)
    for start in range(0, n_profiles, _CHUNK):
        with transaction.atomic():
            insert(Identity, columns, _rows(keys, start=start, at=at, sealed=sealed))
    with connection.cursor() as cursor:
        for _, sql in indexes:
            cursor.execute(sql)


def _rows(keys: list[bytes], *, start: int, at: object, sealed: bytes) -> Iterator[tuple[object, ...]]:
    for place in range(start, min(start + _CHUNK, len(keys))):
        born = f"019b76da{place:08x}7000800000000000"[:32]
        yield (keys[place].hex(), "member", "", born, born, sealed, True, False, at, at, at)


def _one_by_one(n_profiles: int, *, rng: random.Random) -> tuple[list[float], list[float]]:
    """Seconds and processor seconds of each: new phones of known members, then those phones again."""
    from zhiyin.customers.linking.services import take_appearances

    vault = _vault()
    seconds: list[float] = []
    cpu: list[float] = []
    for number in range(N_ONE_BY_ONE):
        member = rng.randrange(n_profiles)
        phone = _phone(number)
        mail = f"e{number}@a-mail.example"
        for names in {"member": f"m{member}", "phone": phone}, {"phone": phone, "email": mail}:
            appearance = _appearance(names, minute=number)
            started, worked = time.perf_counter(), time.process_time()
            (customer,) = take_appearances([appearance], vault=vault)
            seconds.append(time.perf_counter() - started)
            cpu.append(time.process_time() - worked)
            if customer is None:
                raise SystemExit("a record was linked with nobody")
    return sorted(seconds), sorted(cpu)


def _rate(n_profiles: int, *, rng: random.Random, is_new: bool) -> float:
    from zhiyin.customers.linking.services import take_appearances

    vault = _vault()
    batch = []
    for number in range(N_IN_BATCHES):
        names = {"member": f"m{rng.randrange(n_profiles)}"}
        if is_new:
            names = {"platform_user": f"u{number}", "phone": _phone(1_000_000 + number)}
        batch.append(_appearance(names, minute=number))
    started = time.perf_counter()
    take_appearances(batch, vault=vault)
    return N_IN_BATCHES / (time.perf_counter() - started)


def _vault():  # type: ignore[no-untyped-def]
    from django.conf import settings

    from zhiyin.engine import open_engine

    return open_engine(settings.HOME).vault


def _phone(number: int) -> str:
    return f"139{number:08d}"


def _appearance(names: dict[str, str], *, minute: int) -> Appearance:
    from zhiyin.customers.linking.contract import Appearance
    from zhiyin.listen.items import IdentityIn

    identities = [IdentityIn(type=type_, value=value, verified=True) for type_, value in names.items()]
    at = _AT + timedelta(minutes=minute)
    return Appearance(identities=identities, source="benchmark", at=at, unit_id=minute % 50)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profiles", type=int, default=N_PROFILES)
    parser.add_argument("--fill", type=Path)
    given = parser.parse_args()
    if given.fill:
        fill(given.fill, n_profiles=given.profiles)
        sys.exit(0)
    with tempfile.TemporaryDirectory(prefix="linking-") as temporary:
        figures = measure(n_profiles=given.profiles, folder=Path(temporary))
    print(json.dumps(figures, indent=1))
    print("one record within", _BUDGET_MS, "ms:", figures["one_p95_ms"] <= _BUDGET_MS)
