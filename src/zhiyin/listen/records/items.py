"""Rows of facts beside voices as callers send them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from zhiyin.listen.items import AuthorIn, UnitIn

Dimension = Literal["quality", "service", "cleanliness"]


class PurchaseIn(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, forbid_unknown_fields=True
):
    """A line of an order. `order_id` joins it with voices; without one the external id does.

    `phone_tail` and `receiver` are what a platform shows of who receives it: the last four digits of the
    number, and the name as it is covered (王**, 王女士). Both are kept as keyed hashes alone.
    """

    external_id: str
    ordered_at: datetime
    source: str | None = None
    order_id: str | None = None
    unit: UnitIn | None = None
    customer: AuthorIn | None = None
    product: str | None = None
    quantity: float | None = None
    amount: float | None = None
    discount: float | None = None
    channel: str | None = None
    courier: str | None = None
    shift: str | None = None
    staff: str | None = None
    delivered_at: datetime | None = None
    phone_tail: str | None = None
    receiver: str | None = None


class ContactIn(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, forbid_unknown_fields=True
):
    """A call, chat or visit. Contacts about one matter share `issue`; durations are seconds."""

    external_id: str
    occurred_at: datetime
    source: str | None = None
    unit: UnitIn | None = None
    customer: AuthorIn | None = None
    issue: str | None = None
    channel: str | None = None
    is_resolved: bool | None = None
    waited_s: float | None = None
    talked_s: float | None = None
    n_adverts: int | None = None
    n_prompts: int | None = None
    n_transfers: int | None = None
    n_told: int | None = None
    is_field: bool = False
    waiting_s: float | None = None
    travelling_s: float | None = None
    arriving_s: float | None = None
    served_s: float | None = None


class InspectionIn(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, forbid_unknown_fields=True
):
    """An item of an inspection of a unit, with its score out of `max_score`."""

    external_id: str
    occurred_at: datetime
    unit: UnitIn
    dimension: Dimension
    item: str
    score: float
    max_score: float = 100.0
    source: str | None = None
    inspector: str | None = None


class ProductIn(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, forbid_unknown_fields=True
):
    """A product that a customer has. `serial` is the device's own number, by which its owner is known too.

    `warranty_until` is the last moment of the warranty; `amount` what was paid.
    """

    external_id: str
    bought_at: datetime
    product: str
    source: str | None = None
    unit: UnitIn | None = None
    customer: AuthorIn | None = None
    model: str | None = None
    serial: str | None = None
    channel: str | None = None
    amount: float | None = None
    warranty_until: datetime | None = None


class VisitIn(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, forbid_unknown_fields=True
):
    """A customer's visit to a place of ours, or of ours to the customer; `stayed_s` in seconds."""

    external_id: str
    occurred_at: datetime
    source: str | None = None
    unit: UnitIn | None = None
    customer: AuthorIn | None = None
    purpose: str | None = None
    channel: str | None = None
    staff: str | None = None
    n_people: int | None = None
    stayed_s: float | None = None


RecordIn = PurchaseIn | ContactIn | InspectionIn | ProductIn | VisitIn
