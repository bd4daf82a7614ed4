"""Identities known by their key alone: facts name them, and no record that is still there says by what."""

from __future__ import annotations

from collections.abc import Sequence

from zhiyin.customers.identifiers.sealing import make_tail_keys, seal_identifiers
from zhiyin.customers.linking.bulk import chunks, fetch, marks, run_many
from zhiyin.customers.linking.identities import Taken
from zhiyin.customers.linking.reading import Named, Reading
from zhiyin.customers.models import Identity, Sighting
from zhiyin.engine.vault import Vault
from zhiyin.listen.authors import ORDER
from zhiyin.listen.identifiers import Identifier, rank_of

UNKNOWN = "unknown"
"""The type of an identity of which only the key is known."""

_COMPLETE = (
    f"UPDATE {Identity._meta.db_table} SET type = %s, source = %s, sealed = %s, tail_key = %s WHERE id = %s"  # noqa: S608
)


def name_by_key(key: str, *, is_order: bool) -> Named:
    """What a fact tells of whom it names: a key, claimed, without a value."""
    return Named(identifier=_ORDER if is_order else _UNKNOWN, key=key, is_verified=False)


def complete(taken: Taken, readings: Sequence[Reading], *, vault: Vault) -> None:
    """Give those known by their key alone the type and value that a record now tells."""
    bare = [row for row in taken.rows.values() if row.is_bare]
    if not bare:
        return
    named = {one.key: one for reading in readings for one in reading.named}
    found = [(row, named[row.key]) for row in bare if named[row.key].identifier.shown]
    if not found:
        return
    told = [one.identifier for _row, one in found]
    sealed = seal_identifiers([one.shown for one in told], keys=[row.key for row, _one in found], vault=vault)
    tails = make_tail_keys([(one.type, one.shown) for one in told], vault=vault)
    written = []
    for (row, one), value, tail in zip(found, sealed, tails, strict=True):
        row.type, row.within, row.is_bare = one.identifier.type, one.identifier.within, False
        written.append((row.type, row.within, value, tail, row.id))
        taken.completed.append(row.id)
    run_many(_COMPLETE, written)


def partners_of(ids: Sequence[int]) -> set[int]:
    """Whom records named together with them."""
    found: set[int] = set()
    for some in chunks(ids):
        for own, other in (("left_id", "right_id"), ("right_id", "left_id")):
            sql = f"SELECT {other} FROM {Sighting._meta.db_table} WHERE {own} IN ({marks(len(some))})"  # noqa: S608
            found.update(one for (one,) in fetch(sql, some))
    return found


def _bare(type: str) -> Identifier:
    return Identifier(type=type, within="", normal="", shown="", rank=rank_of(type))


_ORDER, _UNKNOWN = _bare(ORDER), _bare(UNKNOWN)
