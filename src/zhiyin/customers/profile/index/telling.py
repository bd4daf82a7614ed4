"""Everything that is known of a customer's voices, contacts and orders, with no file of the lake opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date

import msgspec
from django.conf import settings

from zhiyin.customers.profile.facts import units_of
from zhiyin.customers.profile.index.finding import EPOCH, fresh_days, within_units, write_runs
from zhiyin.customers.profile.index.storing import read_index
from zhiyin.customers.profile.index.told import (
    INDEXED,
    TOLD,
    Row,
    Told,
    read_rows,
    select_rows,
    tables_of,
)
from zhiyin.engine import open_engine
from zhiyin.listen.api import open_lake
from zhiyin.people.scope import Scope

_DECODERS = {INDEXED.index(table): msgspec.json.Decoder(kind).decode for table, kind in TOLD.items()}


def list_told(keys: Sequence[str], *, scope: Scope) -> Iterator[Row]:
    """The facts of these keys that tell something, in no order, as the lake has them at this moment.

    From the index; the lake is asked for the days that the index has not taken in, and for all where
    there is no index.
    """
    fresh = {table: fresh_days(*tables_of(table)) for table in TOLD}
    if any(days != set() for days in fresh.values()):
        for table, days in fresh.items():
            yield from _ask_lake(table, keys, scope=scope, days=days)
    kept = {INDEXED.index(table): days for table, days in fresh.items() if days is not None}
    if kept:
        yield from _ask_index(keys, scope=scope, kept=kept)


def _ask_index(keys: Sequence[str], *, scope: Scope, kept: dict[int, set[date]]) -> Iterator[Row]:
    within, units = within_units(scope)
    query = (
        "SELECT place, kind, moment, id, day, unit_id, told FROM facts"  # noqa: S608 - own parts
        f" WHERE key = ? AND told IS NOT NULL{within}"
    )
    left_out = {(place, (day - EPOCH).days) for place, days in kept.items() for day in days}
    with read_index(open_engine(settings.HOME).home) as index:
        for key in keys:
            for place, kind, moment, id_, day, unit_id, told in index.execute(query, [key, *units]):
                if place in kept and (place, day) not in left_out:
                    decoded: Told = _DECODERS[place](told)
                    yield Row(key, kind, moment, id_, day, unit_id, decoded)


def _ask_lake(table: str, keys: Sequence[str], *, scope: Scope, days: set[date] | None) -> Iterator[Row]:
    if days is not None and not days:
        return
    where = write_runs(days) if days is not None else "TRUE"
    units = set(units_of(scope))
    with closing(open_lake().connect(*tables_of(table))) as connection:
        found = connection.execute(select_rows(table, days=where, keys=keys)).fetchall()
    for row in found:
        fact = next(read_rows(table, row))
        if scope.unit_ids is None or fact.unit_id in units:
            yield fact
