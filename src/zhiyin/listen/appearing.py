"""Tells rooms above who appears in what was stored: voices by the pipeline, records by their door."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from zhiyin.engine.vault import Vault
from zhiyin.listen.authors import ORDER
from zhiyin.listen.items import AuthorIn, IdentityIn
from zhiyin.listen.pipeline.voices import Voice
from zhiyin.listen.records.items import RecordIn
from zhiyin.listen.records.kinds import RecordKind
from zhiyin.listen.records.rows import customer_of, order_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """What a record tells of a person.

    The strongest of `identities` is the one by whose key facts name the person. An order's number is an
    identity of type `order`. `name`, `address` and `traits` (such as `birthday`) are kept encrypted.
    `unit_id` is the org unit's, None for the company's own. `at` is when it happened.
    """

    identities: Sequence[IdentityIn]
    source: str
    at: datetime
    name: str | None = None
    address: str | None = None
    traits: Mapping[str, str] = field(default_factory=dict)
    unit_id: int | None = None


on_appeared: list[Callable[[Sequence[Appearance], Vault], object]] = []
"""Rooms above add what they do with who appeared; told after facts are stored, before they are done with.

Told again of the same ones where a crash made the batch be repeated.
"""


def tell_of_voices(voices: Sequence[Voice], *, unit_ids: Sequence[int | None], vault: Vault) -> None:
    """Tell of those who speak in these voices."""
    if on_appeared:
        found = [_of_voice(voice, unit_id=unit_id) for voice, unit_id in zip(voices, unit_ids, strict=True)]
        _tell([one for one in found if one.identities], vault=vault)


def tell_of_records(
    records: Sequence[RecordIn],
    *,
    kind: RecordKind,
    source: str,
    unit_ids: Sequence[int | None],
    vault: Vault,
) -> None:
    """Tell of the customers whom these records name."""
    if on_appeared and kind.has_customer:
        found = [
            _appearance(
                customer_of(record),
                order_id=order_of(record, kind=kind),
                source=record.source or source,
                at=getattr(record, kind.moment),
                unit_id=unit_id,
            )
            for record, unit_id in zip(records, unit_ids, strict=True)
        ]
        _tell([one for one in found if one.identities], vault=vault)


def _tell(appearances: Sequence[Appearance], *, vault: Vault) -> None:
    for tell in on_appeared:
        tell(appearances, vault)


def _of_voice(voice: Voice, *, unit_id: int | None) -> Appearance:
    item, raw = voice.entry.item, voice.entry.raw
    return _appearance(
        item.author,
        order_id=item.order_id,
        source=raw.source,
        at=item.occurred_at or raw.received_at,
        unit_id=unit_id,
    )


def _appearance(
    author: AuthorIn | None, *, order_id: str | None, source: str, at: datetime, unit_id: int | None
) -> Appearance:
    identities = [*author.identities] if author else []
    if order_id:
        identities.append(IdentityIn(type=ORDER, value=order_id))
    name = author.name if author else None
    return Appearance(identities=identities, source=source, at=at, name=name, unit_id=unit_id)
