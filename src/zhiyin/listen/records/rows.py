"""Records as rows of their lake table: people and orders as keyed hashes, the rest as it came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
import pyarrow as pa

from zhiyin.engine.vault import Vault
from zhiyin.listen.authors import author_keys
from zhiyin.listen.items import AuthorIn
from zhiyin.listen.pipeline.masking import mask_texts
from zhiyin.listen.records.items import RecordIn
from zhiyin.listen.records.kinds import RecordKind
from zhiyin.listen.records.order_keys import ORDER_PURPOSE, order_name
from zhiyin.listen.records.receivers import SURNAME_PURPOSE, TAIL_PURPOSE, is_for_another, surname_of

_encode = msgspec.json.Encoder(order="deterministic").encode


def make_record_ids(records: Sequence[RecordIn], *, kind: RecordKind, source: str, vault: Vault) -> list[str]:
    """The id of each: the keyed hash of (source, external id), so that the same row has the same id."""
    names = [f"{record.source or source}\0{record.external_id}" for record in records]
    return [index.hex() for index in vault.blind_index_many(names, purpose=f"record-{kind.code}")]


def make_rows(
    records: Sequence[RecordIn],
    *,
    ids: Sequence[str],
    unit_ids: Sequence[int | None],
    kind: RecordKind,
    source: str,
    now: datetime,
    vault: Vault,
) -> pa.Table:
    """The rows, in order; `day` is that of `now`."""
    schema = kind.table.schema
    columns: dict[str, Sequence[object]] = {
        "record_id": ids,
        "content_hash": _content_hashes(records, unit_ids=unit_ids, vault=vault),
        "is_current": [True] * len(records),
        "source": [record.source or source for record in records],
        "unit_id": unit_ids,
        "occurred_at": [getattr(record, kind.moment) for record in records],
        "received_at": [now] * len(records),
        "day": [now.date()] * len(records),
    }
    columns |= _keys(records, kind=kind, source=source, vault=vault)
    for name in schema.names:
        if name not in columns:
            values = [getattr(record, name) for record in records]
            columns[name] = _masked(values) if name in kind.names else values
    return pa.table(
        [pa.array(columns[name], schema.field(name).type) for name in schema.names], schema=schema
    )


def customer_of(record: RecordIn) -> AuthorIn | None:
    """Whom the record names."""
    return getattr(record, "customer", None)


def order_of(record: RecordIn, *, kind: RecordKind) -> str | None:
    """The number of the order; a record of a kind that has orders and names none is one by itself."""
    if not any(purpose == ORDER_PURPOSE for _, purpose in kind.keyed.values()):
        return None
    return getattr(record, "order_id", None) or record.external_id


def _content_hashes(
    records: Sequence[RecordIn], *, unit_ids: Sequence[int | None], vault: Vault
) -> list[str]:
    said = [_encode((record, unit_id)) for record, unit_id in zip(records, unit_ids, strict=True)]
    return [index.hex() for index in vault.blind_index_many(said, purpose="record-content")]


def _keys(
    records: Sequence[RecordIn], *, kind: RecordKind, source: str, vault: Vault
) -> dict[str, list[str | None]]:
    keys: dict[str, list[str | None]] = {}
    for column, (field, purpose) in kind.keyed.items():
        values = [getattr(record, field) for record in records]
        if purpose == ORDER_PURPOSE:
            values = [order_name(order_of(record, kind=kind)) for record in records]
        elif purpose in (TAIL_PURPOSE, SURNAME_PURPOSE):
            values = _shown(values, records=records, is_name=purpose == SURNAME_PURPOSE)
        keys[column] = _blind(values, purpose=purpose, vault=vault)
    if kind.has_customer:
        keys["customer_key"] = author_keys(
            [customer_of(record) for record in records],
            sources=[record.source or source for record in records],
            order_ids=[order_of(record, kind=kind) for record in records],
            vault=vault,
        )
    return keys


def _shown(values: Sequence[str | None], *, records: Sequence[RecordIn], is_name: bool) -> list[str | None]:
    """What slips show of those who ordered: nothing where an order goes to another."""
    found: list[str | None] = []
    for value, record in zip(values, records, strict=True):
        author = customer_of(record)
        if value and not is_for_another(author.name if author else None, getattr(record, "receiver", None)):
            found.append(surname_of(value) if is_name else value)
        else:
            found.append(None)
    return found


def _blind(values: Sequence[str | None], *, purpose: str, vault: Vault) -> list[str | None]:
    indexes = iter(vault.blind_index_many([value for value in values if value], purpose=purpose))
    return [next(indexes).hex() if value else None for value in values]


def _masked(values: Sequence[str | None]) -> list[str | None]:
    """Words with private data covered: a courier's phone number does not belong into the lake."""
    distinct = [*dict.fromkeys(value for value in values if value)]
    covered = dict(zip(distinct, mask_texts(distinct), strict=True))
    return [covered.get(value) if value else None for value in values]
