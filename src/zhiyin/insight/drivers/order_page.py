"""Lifts by order as the page shows them, with names and the voices behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhiyin.insight.drivers.lift_page import DAY_PART_NAMES
from zhiyin.insight.drivers.order_lift import OrderLift, delivery_span
from zhiyin.insight.state import ViewState

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

UNHAPPY = "unhappy"
"""What stands for negative voices where an aspect could stand."""

ORDER_KIND_NAMES: Mapping[str, StrPromise] = {
    "courier": _("Courier"),
    "shift": _("Shift"),
    "product": _("Product ordered"),
    "order_channel": _("Order channel"),
    "order_hour": _("Hour of the order"),
    "delivery": _("Time to delivery"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One lift; `url` opens its cases, `all_url` all voices with such an order."""

    lift: OrderLift
    kind: str
    name: str
    outcome: str
    url: str
    all_url: str


def list_order_lines(lifts: Sequence[OrderLift], *, state: ViewState) -> list[OrderLine]:
    """The lines in the order of the lifts."""
    return [_line(lift, state=state) for lift in lifts]


def _line(lift: OrderLift, *, state: ViewState) -> OrderLine:
    outcome = UNHAPPY if lift.node is None else lift.node.id
    return OrderLine(
        lift=lift,
        kind=str(ORDER_KIND_NAMES[lift.kind]),
        name=order_value_name(lift.kind, lift.value),
        outcome=outcome_name(lift),
        url=order_voices_url(state, kind=lift.kind, value=lift.value, outcome=outcome),
        all_url=order_voices_url(state, kind=lift.kind, value=lift.value),
    )


def order_voices_url(state: ViewState, *, kind: str, value: str, outcome: str = "") -> str:
    """Address of the list of voices whose order was like this."""
    wanted = {"order_kind": kind, "order_value": value, "outcome": outcome or None}
    return state.url("why_order_voices", **wanted)


def outcome_name(lift: OrderLift) -> str:
    """What the lift is about."""
    return gettext("Negative voice") if lift.node is None else lift.node.name


def order_value_name(kind: str, value: str) -> str:
    """What people call the value."""
    if kind == "order_hour":
        return str(DAY_PART_NAMES[value])
    if kind != "delivery":
        return value
    first, last = delivery_span(value)
    if last is None:
        return gettext("%(first)s minutes or more") % {"first": first}
    return gettext("%(first)s to %(last)s minutes") % {"first": first, "last": last}
