"""A segment as a file of keys, by which voices are narrowed to what its members said."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq

from zhiyin.customers.models import Segment, SegmentSnapshot
from zhiyin.customers.rollup.folder import find_making, folder_of
from zhiyin.customers.segments.errors import SegmentNotFound
from zhiyin.customers.segments.members import choose_of, list_keys, open_customers
from zhiyin.customers.segments.queries import get_segment, get_snapshot
from zhiyin.engine import Engine
from zhiyin.people.scope import Scope

_MOST_DIGITS = 15


def write_members(reference: str, *, engine: Engine, scope: Scope, now: datetime) -> Path | None:
    """A Parquet file with the column `customer_key`: the keys of the members that the scope sees.

    `reference` is the number of a segment, `12`, or with that of a snapshot behind it, `12-3`. None
    where there is no such segment, or no roll-up yet: nobody is meant. The file stands until the
    roll-up is made anew; asked again, it costs nothing.
    """
    making = find_making(engine.home)
    try:
        segment, snapshot = find_named(reference)
    except SegmentNotFound:
        return None
    if making is None:
        return None
    seen = sorted(scope.unit_ids) if scope.unit_ids is not None else None
    said = repr((segment.pk, segment.version, snapshot and snapshot.pk, seen, now.date()))
    name = hashlib.blake2b(said.encode(), digest_size=10).hexdigest()
    path = folder_of(engine.home) / making.folder / f"members-{name}.parquet"
    if not path.exists():
        with open_customers(engine, scope=scope, now=now) as connection:
            keys = list_keys(connection, choose_of(segment, snapshot=snapshot, now=now))
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        pq.write_table(keys, fresh, compression="zstd")
        fresh.replace(path)
    return path


def find_named(reference: str) -> tuple[Segment, SegmentSnapshot | None]:
    """The segment, and the snapshot, that a reference names.

    Raises:
        SegmentNotFound: there is none.
    """
    number, dash, kept = reference.partition("-")
    for text in (number, *([kept] if dash else [])):
        if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
            raise SegmentNotFound("There is no such segment.")
    segment = get_segment(int(number))
    return segment, get_snapshot(segment, snapshot_id=int(kept)) if dash else None
