"""Takes appearances in: identities, where and with whom they were seen, and the links that follow."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from zhiyin.customers.linking.contract import Appearance
from zhiyin.customers.linking.identities import Row, take_identities
from zhiyin.customers.linking.joining import join_new
from zhiyin.customers.linking.reading import Reading, read_appearances
from zhiyin.customers.linking.rules import get_rules
from zhiyin.customers.linking.sightings import take_sightings
from zhiyin.customers.linking.turns import linking_turn
from zhiyin.engine.vault import Vault

_CHUNK = 2_000


def take_appearances(appearances: Sequence[Appearance], *, vault: Vault) -> list[UUID | None]:
    """The customer of each, in order; None where it names nobody.

    Committed two thousand at a time. The same again changes nothing but counts, so that a batch may be
    repeated after a crash. Private values are sealed; what names nobody leaves no trace.
    """
    found: list[UUID | None] = []
    for start in range(0, len(appearances), _CHUNK):
        found += _take(read_appearances(appearances[start : start + _CHUNK], vault=vault), vault=vault)
    return found


def _take(readings: Sequence[Reading | None], *, vault: Vault) -> list[UUID | None]:
    real = [reading for reading in readings if reading is not None]
    if not real:
        return [None] * len(readings)
    with linking_turn():
        rules = get_rules()
        taken = take_identities(real, vault=vault)
        news = take_sightings(real, rows=taken.rows)
        join_new(taken, news, rules=rules)
    return [_customer(reading, rows=taken.rows) for reading in readings]


def _customer(reading: Reading | None, *, rows: dict[str, Row]) -> UUID | None:
    row = rows.get(reading.named[0].key) if reading else None
    return UUID(row.customer) if row else None
