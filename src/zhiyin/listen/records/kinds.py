"""The kinds of records: which item makes which row of which lake table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from zhiyin.engine.protocols import TableSpec
from zhiyin.errors import NotFound
from zhiyin.listen.records.items import (
    ContactIn,
    InspectionIn,
    ProductIn,
    PurchaseIn,
    RecordIn,
    VisitIn,
)
from zhiyin.listen.records.order_keys import ORDER_PURPOSE
from zhiyin.listen.records.receivers import SURNAME_PURPOSE, TAIL_PURPOSE
from zhiyin.listen.records.tables import CONTACTS, INSPECTIONS, PRODUCTS_OWNED, PURCHASES, VISITS

KindCode = Literal["purchases", "contacts", "inspections", "products", "visits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKind:
    """One kind. `moment` is the field that becomes `occurred_at`; `keyed` are key column → (field, purpose).

    `names` are fields of words, `figures` numbers from 0 on, `moments` times, of which those in `futures`
    may lie ahead.
    """

    code: KindCode
    table: TableSpec
    item: type[RecordIn]
    moment: str
    names: tuple[str, ...]
    figures: tuple[str, ...]
    moments: tuple[str, ...]
    futures: tuple[str, ...] = ()
    keyed: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    has_customer: bool = True
    needs_unit: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of its item."""
        return tuple(one.name for one in msgspec.structs.fields(self.item))


_STAFF_PURPOSE = "staff"
SAMPLE_SOURCE = "sample"
"""The source of the sample company's records, by which they are removed again."""

KINDS: Mapping[str, RecordKind] = {
    kind.code: kind
    for kind in (
        RecordKind(
            code="purchases",
            table=PURCHASES,
            item=PurchaseIn,
            moment="ordered_at",
            names=("order_id", "product", "channel", "courier", "shift", "staff", "receiver"),
            figures=("quantity", "amount", "discount"),
            moments=("ordered_at", "delivered_at"),
            keyed={
                "order_key": ("order_id", ORDER_PURPOSE),
                "staff_key": ("staff", _STAFF_PURPOSE),
                "tail_key": ("phone_tail", TAIL_PURPOSE),
                "surname_key": ("receiver", SURNAME_PURPOSE),
            },
        ),
        RecordKind(
            code="contacts",
            table=CONTACTS,
            item=ContactIn,
            moment="occurred_at",
            names=("issue", "channel"),
            figures=(
                *("waited_s", "talked_s", "n_adverts", "n_prompts", "n_transfers", "n_told"),
                *("waiting_s", "travelling_s", "arriving_s", "served_s"),
            ),
            moments=("occurred_at",),
            keyed={"issue_key": ("issue", "issue")},
        ),
        RecordKind(
            code="inspections",
            table=INSPECTIONS,
            item=InspectionIn,
            moment="occurred_at",
            names=("item", "inspector"),
            figures=("score", "max_score"),
            moments=("occurred_at",),
            keyed={"inspector_key": ("inspector", _STAFF_PURPOSE)},
            has_customer=False,
            needs_unit=True,
        ),
        RecordKind(
            code="products",
            table=PRODUCTS_OWNED,
            item=ProductIn,
            moment="bought_at",
            names=("product", "model", "serial", "channel"),
            figures=("amount",),
            moments=("bought_at", "warranty_until"),
            futures=("warranty_until",),
            keyed={"serial_key": ("serial", "serial")},
        ),
        RecordKind(
            code="visits",
            table=VISITS,
            item=VisitIn,
            moment="occurred_at",
            names=("purpose", "channel", "staff"),
            figures=("n_people", "stayed_s"),
            moments=("occurred_at",),
            keyed={"staff_key": ("staff", _STAFF_PURPOSE)},
        ),
    )
}


def get_kind(code: str) -> RecordKind:
    """The kind of that code.

    Raises:
        NotFound: there is none.
    """
    kind = KINDS.get(code)
    if kind is None:
        raise NotFound("There is no such kind of records.", next_step=f"Use one of: {', '.join(KINDS)}.")
    return kind
