"""Products that the customer came to own, and visits of theirs and of ours."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

import msgspec
from django.utils.translation import gettext as _

from zhiyin.customers.profile.facts import ask, units_of, within, write_keys
from zhiyin.customers.profile.index import connect, narrow
from zhiyin.customers.profile.timeline import Detail, TimelineAsk, TimelineEntry
from zhiyin.customers.profile.wording import say_day, say_seconds
from zhiyin.listen.records.tables import PRODUCTS_OWNED, VISITS

_Row = TypeVar("_Row", bound=msgspec.Struct)


class _Product(msgspec.Struct, frozen=True, kw_only=True):
    record_id: str
    occurred_at: datetime
    unit_id: int | None
    channel: str | None
    product: str | None
    model: str | None
    warranty_until: datetime | None


class _Visit(msgspec.Struct, frozen=True, kw_only=True):
    record_id: str
    occurred_at: datetime
    unit_id: int | None
    channel: str | None
    purpose: str | None
    stayed_s: float | None


def read_products(ask_for: TimelineAsk) -> list[TimelineEntry]:
    """The products, the newest first."""
    columns = "record_id, occurred_at, unit_id, channel, product, model, warranty_until"
    words = "concat_ws(' ', product, model)"
    found = _read(ask_for, table=PRODUCTS_OWNED.name, columns=columns, words=words, row=_Product)
    return [
        TimelineEntry(
            at=one.occurred_at,
            kind="product",
            entry_id=one.record_id,
            title=_("Owns a product since then"),
            text=" ".join(part for part in (one.product, one.model) if part),
            unit_id=one.unit_id,
            channel=one.channel or "",
            details=[Detail(label=_("Warranty until"), value=say_day(one.warranty_until))]
            if one.warranty_until
            else [],
        )
        for one in found
    ]


def read_visits(ask_for: TimelineAsk) -> list[TimelineEntry]:
    """The visits, the newest first."""
    columns = "record_id, occurred_at, unit_id, channel, purpose, stayed_s"
    found = _read(ask_for, table=VISITS.name, columns=columns, words="coalesce(purpose, '')", row=_Visit)
    return [
        TimelineEntry(
            at=one.occurred_at,
            kind="visit",
            entry_id=one.record_id,
            title=_("Visit"),
            text=one.purpose or "",
            unit_id=one.unit_id,
            channel=one.channel or "",
            details=[Detail(label=_("Stayed"), value=say_seconds(one.stayed_s))] if one.stayed_s else [],
        )
        for one in found
    ]


def _read(ask_for: TimelineAsk, *, table: str, columns: str, words: str, row: type[_Row]) -> list[_Row]:
    found = narrow(ask_for, table=table, id_column="record_id")
    if found.is_nothing:
        return []
    query = f"""
SELECT {columns} FROM {table}
WHERE customer_key IN ({write_keys(ask_for.keys)}) AND is_current AND {within(ask_for.scope)}
    AND {found.where}
    AND {"occurred_at < $before" if ask_for.before else "TRUE"}
    AND ($text = '' OR contains(lower({words}), $text))
ORDER BY occurred_at DESC, record_id DESC LIMIT $n
"""  # noqa: S608 - parts of our own; values are parameters
    values = {
        "units": units_of(ask_for.scope),
        "before": ask_for.before,
        "text": ask_for.text.lower(),
        "n": ask_for.limit,
    }
    with connect(found, table) as connection:
        return ask(connection, query, row=row, values=values)
