"""The erasure ledger: whose data is gone for good, so that a restored backup does not bring it back.

One JSON line an erasure, appended and synced before anything is erased. It names keyed indexes alone.
It lies in the home, or where `ZHIYIN_ERASURE_LEDGER` says, on another disk than home and backups.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec

from zhiyin.engine.home import Home
from zhiyin.errors import Unavailable

LEDGER = "erasures.jsonl"
VARIABLE = "ZHIYIN_ERASURE_LEDGER"


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """One person, or some of a person's voices, to be erased: by keys of facts and ids of voices."""

    entry: UUID
    at: datetime
    keys: tuple[str, ...] = ()
    feedback_ids: tuple[str, ...] = ()
    customer: UUID | None = None
    why: str = ""


_decode = msgspec.json.Decoder(Erasure).decode


def ledger_path(home: Home) -> Path:
    """Where the ledger lies."""
    elsewhere = os.environ.get(VARIABLE, "").strip()
    return Path(elsewhere).absolute() if elsewhere else home.path / LEDGER


def append_erasure(home: Home, erasure: Erasure) -> None:
    """Add an entry; it is on the disk when this returns.

    Raises:
        Unavailable: the ledger cannot be written. Then nothing must be erased.
    """
    path = ledger_path(home)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            # A line cut off by a crash is closed by the newline before the next.
            os.write(descriptor, b"\n" + msgspec.json.encode(erasure) + b"\n")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise Unavailable(
            f"The erasure ledger cannot be written: {error.strerror}.",
            next_step="See that its disk has space; nothing was erased.",
        ) from error


def read_erasures(home: Home) -> list[Erasure]:
    """All entries, each once, in the order in which they came; none where there is no ledger."""
    return [*_read(ledger_path(home)).values()]


def carry_ledger(home: Home, *, into: Path) -> int:
    """Write the entries of this home's ledger that the one in the folder `into` lacks; returns how many.

    A restore does so with the home that it replaces, before the archive takes its place.
    """
    target = Home(into)
    if ledger_path(target) == ledger_path(home):
        return 0  # it lies elsewhere, and stays there
    known = _read(ledger_path(target))
    missing = [one for entry, one in _read(ledger_path(home)).items() if entry not in known]
    for one in missing:
        append_erasure(target, one)
    return len(missing)


def _read(path: Path) -> dict[UUID, Erasure]:
    found: dict[UUID, Erasure] = {}
    if not path.exists():
        return found
    for line in path.read_bytes().splitlines():
        try:
            erasure = _decode(line)
        except msgspec.MsgspecError:
            continue  # empty, or cut off by a crash: then nothing had been erased for it
        found[erasure.entry] = erasure
    return found
