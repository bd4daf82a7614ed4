"""The intake log against a bare SQLite log with the same durability: durable items a second."""

from __future__ import annotations

import json
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from zhiyin.engine.log import SqliteIntakeLog
from zhiyin.engine.protocols import NewMessage

ITEMS_A_MESSAGE = 1000
MESSAGES_A_ROUND = 40
N_ROUNDS = 7
ITEM_BYTES = 297


def measure() -> dict[str, float]:
    """Median items a second of both, taken in turns in one run, and their ratio (budget: at least 0.5)."""
    with tempfile.TemporaryDirectory(prefix="intake-") as folder:
        log = SqliteIntakeLog(Path(folder, "ours.sqlite3"))
        with closing(log), closing(_open_bare(Path(folder, "bare.sqlite3"))) as bare:
            rates: dict[str, list[float]] = {"ours": [], "bare": []}
            for _ in range(N_ROUNDS):
                rates["bare"].append(_rate(lambda items: _append_bare(bare, items)))
                rates["ours"].append(_rate(lambda items: _append_ours(log, items)))
    ours, bare_rate = (statistics.median(rates[name]) for name in ("ours", "bare"))
    ratios = [one / other for one, other in zip(rates["ours"], rates["bare"], strict=True)]
    return {
        "items_a_second": round(ours),
        "bare_items_a_second": round(bare_rate),
        "ratio": round(statistics.median(ratios), 2),
    }


def _open_bare(path: Path) -> sqlite3.Connection:
    bare = sqlite3.connect(path, isolation_level=None)
    bare.execute("PRAGMA journal_mode = WAL")
    bare.execute("PRAGMA synchronous = FULL")
    bare.execute("CREATE TABLE item (sequence INTEGER PRIMARY KEY, id BLOB UNIQUE, body BLOB)")
    return bare


def _append_bare(bare: sqlite3.Connection, items: list[bytes]) -> None:
    bare.execute("BEGIN IMMEDIATE")
    rows = [(item[:16], item) for item in items]
    bare.executemany("INSERT INTO item (id, body) VALUES (?, ?)", rows)
    bare.execute("COMMIT")


def _append_ours(log: SqliteIntakeLog, items: list[bytes]) -> None:
    message = NewMessage(message_id=items[0][:16], body=b"".join(items), n_items=len(items))
    log.append([message])


def _rate(append: Callable[[list[bytes]], None]) -> float:
    messages = [
        [_make_id() + bytes(ITEM_BYTES - 16) for _ in range(ITEMS_A_MESSAGE)] for _ in range(MESSAGES_A_ROUND)
    ]
    started = time.perf_counter()
    for items in messages:
        append(items)
    return ITEMS_A_MESSAGE * MESSAGES_A_ROUND / (time.perf_counter() - started)


def _make_id() -> bytes:
    # In order of time, as UUIDv7 are: random ones would cost the bare form ten times as much.
    return time.time_ns().to_bytes(8, "big") + os.urandom(8)


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
