"""The products that a customer owns, with the end of their warranty."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from zhiyin.customers.profile.facts import ask, units_of, within, write_keys
from zhiyin.customers.profile.index.finding import days_of
from zhiyin.listen.api import open_lake
from zhiyin.listen.records.tables import PRODUCTS_OWNED
from zhiyin.people.scope import Scope

_SOON_DAYS = 30


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    product: str | None
    bought_at: datetime | None
    warranty_until: datetime | None


class Owned(msgspec.Struct, frozen=True, kw_only=True):
    """A product; `days_left` of the warranty, negative after its end, None where nobody told."""

    product: str
    bought_at: datetime | None
    warranty_until: datetime | None
    days_left: int | None

    @property
    def ends_soon(self) -> bool:
        """Whether the warranty ends within 30 days."""
        return self.days_left is not None and 0 <= self.days_left <= _SOON_DAYS


def list_owned(keys: Sequence[str], *, scope: Scope, now: datetime) -> list[Owned]:
    """The products owned, the newest first; none before any was recorded."""
    query = (
        f"SELECT product, bought_at, warranty_until FROM {PRODUCTS_OWNED.name}"  # noqa: S608 - own parts
        f" WHERE customer_key IN ({write_keys(keys)}) AND is_current"
        f" AND {within(scope)} AND {days_of(keys, table=PRODUCTS_OWNED.name)}"
        " ORDER BY bought_at DESC NULLS LAST"
    )
    with open_lake().connect(PRODUCTS_OWNED.name) as connection:
        rows = ask(connection, query, row=_Row, values={"units": units_of(scope)})
    return [
        Owned(
            product=row.product or "–",
            bought_at=row.bought_at,
            warranty_until=row.warranty_until,
            days_left=(row.warranty_until - now).days if row.warranty_until else None,
        )
        for row in rows
    ]
