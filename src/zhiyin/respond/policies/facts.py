"""The facts that tables ask for by name, as every room knows them; a table may ask for others too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from zhiyin.respond.policies.tables import Column, ColumnType

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What a field means. `is_found`: pages fill it in from what is known; else somebody is asked."""

    name: StrPromise
    type: ColumnType
    is_found: bool = False


_MONEY, _NUMBER, _YES_NO = ColumnType.MONEY, ColumnType.NUMBER, ColumnType.YES_NO

FACTS: Mapping[str, Fact] = {
    "yearly_spend": Fact(name=_("Spent in the last 12 months"), type=_MONEY, is_found=True),
    "monthly_spend": Fact(name=_("Spent in a month, on average of 12"), type=_MONEY, is_found=True),
    "n_orders": Fact(name=_("Orders in the last 12 months"), type=_NUMBER, is_found=True),
    "order_amount": Fact(name=_("Amount of the order"), type=_MONEY, is_found=True),
    "order_days": Fact(name=_("Days since the order"), type=_NUMBER, is_found=True),
    "minutes_late": Fact(name=_("Minutes late"), type=_NUMBER),
    "purchase_under_way": Fact(name=_("A purchase is under way"), type=_YES_NO),
    "fee": Fact(name=_("The fee that is asked"), type=_MONEY),
    "card_rank": Fact(name=_("Which of the customer’s cards ours is (1 is the first)"), type=_NUMBER),
    "becomes_first": Fact(name=_("Ours becomes the first card"), type=_YES_NO),
    "under_warranty": Fact(name=_("Under warranty"), type=_YES_NO),
    "is_unusable": Fact(name=_("The product cannot be used at all"), type=_YES_NO),
    "has_proof": Fact(name=_("A photo or a receipt is there"), type=_YES_NO),
    "is_opened": Fact(name=_("Opened or used"), type=_YES_NO),
    "is_our_fault": Fact(name=_("It is our doing"), type=_YES_NO),
    "wait_minutes": Fact(name=_("Minutes to wait"), type=_NUMBER),
    "stars": Fact(name=_("Stars at contacts, on average"), type=_NUMBER, is_found=True),
    "mood_last": Fact(name=_("Stars at the last contact of the case"), type=_NUMBER, is_found=True),
    "mood_lowest": Fact(name=_("Fewest stars at a contact of the case"), type=_NUMBER, is_found=True),
    "n_given": Fact(name=_("Compensations in the last 12 months"), type=_NUMBER, is_found=True),
    "severity": Fact(name=_("Severity of the case (1 to 4)"), type=_NUMBER, is_found=True),
    "urgency": Fact(name=_("Urgency of the case (0 to 3)"), type=_NUMBER, is_found=True),
    "n_reopened": Fact(name=_("How often the case was reopened"), type=_NUMBER, is_found=True),
    "n_transfers": Fact(name=_("How often the case was handed over"), type=_NUMBER, is_found=True),
    "is_safety": Fact(name=_("It is about safety"), type=_YES_NO, is_found=True),
}


def column_name(column: Column) -> str:
    """How the page calls it: as the table does, else as the fact is known, else its field."""
    known = FACTS.get(column.field)
    return column.name or (str(known.name) if known else column.field)


def column_type(field: str, *, typed: ColumnType) -> ColumnType:
    """Of a known fact its own type, of another what was typed."""
    known = FACTS.get(field)
    return known.type if known else typed
