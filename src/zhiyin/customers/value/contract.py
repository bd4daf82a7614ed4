"""Entries of the ledger as callers send them, and as it holds them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

import msgspec
import pyarrow as pa

from zhiyin.engine.protocols import TableSpec
from zhiyin.listen.items import AuthorIn, UnitIn

ValueKind = Literal["savings", "points", "free_service", "upgrade", "fix"]
KINDS: tuple[ValueKind, ...] = ("savings", "points", "free_service", "upgrade", "fix")
MAX_NOTE = 200
OF_ORDERS = "purchases"

_TIME = pa.timestamp("us", tz="UTC")

VALUE_ENTRIES = TableSpec(
    name="value_entries",
    schema=pa.schema(
        [
            ("entry_id", pa.string()),
            ("content_hash", pa.string()),
            ("source", pa.string()),
            ("customer_key", pa.string()),
            ("unit_id", pa.int64()),
            ("kind", pa.string()),
            ("amount_cents", pa.int64()),
            ("points", pa.int64()),
            ("note", pa.string()),
            ("corrects", pa.string()),
            ("entered_by", pa.string()),
            ("occurred_at", _TIME),
            ("received_at", _TIME),
            ("day", pa.date32()),
        ]
    ),
    sort_by=("occurred_at",),
)
"""A row is what a customer received, or a counter-entry that takes one back: none is ever changed.

`amount_cents` are hundredths of the company's currency, NULL where no money is told; `corrects` is the
`entry_id` of the entry that this one takes back, whose figures it has with the other sign, and whose time.
`entered_by` is who entered it (`account:3`, `key:7`).
"""


class ValueIn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Something that a customer received. `external_id` is the key by which it is entered once.

    `corrects` names the `external_id` of an entry of the same source: then this takes it back, and
    nothing but the two ids is given.
    """

    external_id: str
    occurred_at: datetime | None = None
    kind: str = ""
    source: str | None = None
    customer: AuthorIn | None = None
    unit: UnitIn | None = None
    amount: Decimal | None = None
    points: int | None = None
    note: str | None = None
    corrects: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An entry that was looked through: `external_id` is unique in its source."""

    external_id: str
    source: str
    customer_key: str
    unit_id: int | None
    kind: ValueKind
    amount_cents: int | None
    points: int | None
    note: str | None
    occurred_at: datetime


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as it is read. `is_taken_back`: a counter-entry of it follows."""

    entry_id: str
    kind: str
    source: str
    unit_id: int | None
    amount_cents: int | None
    points: int | None
    note: str | None
    corrects: str | None
    entered_by: str | None
    occurred_at: datetime
    received_at: datetime
    is_taken_back: bool

    @property
    def is_of_order(self) -> bool:
        """Whether an order told it, whose source corrects it by sending the order again."""
        return self.entered_by == OF_ORDERS

    @property
    def amount(self) -> Decimal | None:
        """The money of it, in the company's currency."""
        return None if self.amount_cents is None else Decimal(self.amount_cents) / 100
