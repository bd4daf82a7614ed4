"""Takes appearances in: identities, where and with whom they were seen, and the links that follow."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from zhiyin.customers.linking.bare import complete
from zhiyin.customers.linking.contract import Appearance
from zhiyin.customers.linking.identities import Row, take_identities
from zhiyin.customers.linking.joining import join_new
from zhiyin.customers.linking.reading import Reading, read_appearances
from zhiyin.customers.linking.rules import get_rules
from zhiyin.customers.linking.sightings import take_sightings
from zhiyin.customers.linking.turns import linking_turn
from zhiyin.engine.vault import Vault

_CHUNK = 2_000


def take_appearances(
    appearances: Sequence[Appearance], *, vault: Vault, is_told_again: bool = False
) -> list[UUID | None]:
    """The customer of each, in order; None where it names nobody.

    Committed two thousand at a time. The same again changes nothing but counts, so that a batch may be
    repeated after a crash; where `is_told_again`, pairs that are known are not counted again either.
    Private values are sealed; what names nobody leaves no trace.
    """
    found: list[UUID | None] = []
    for start in range(0, len(appearances), _CHUNK):
        readings = read_appearances(appearances[start : start + _CHUNK], vault=vault)
        found += take_readings(readings, vault=vault, is_told_again=is_told_again)
    return found


def take_readings(
    readings: Sequence[Reading | None], *, vault: Vault, is_told_again: bool = False
) -> list[UUID | None]:
    """As `take_appearances` for what was read of them, in one commit."""
    real = [reading for reading in readings if reading is not None]
    if not real:
        return [None] * len(readings)
    with linking_turn():
        rules = get_rules()
        taken = take_identities(real, vault=vault)
        complete(taken, real, vault=vault)
        news = take_sightings(real, rows=taken.rows, is_told_again=is_told_again)
        join_new(taken, news, rules=rules)
    return [_customer(reading, rows=taken.rows) for reading in readings]


def _customer(reading: Reading | None, *, rows: dict[str, Row]) -> UUID | None:
    row = rows.get(reading.named[0].key) if reading else None
    return UUID(row.customer) if row else None
