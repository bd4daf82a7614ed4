"""What the customer bought: one entry an order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec
from django.utils.translation import gettext as _

from zhiyin.customers.profile.facts import ask, units_of, within, write_keys
from zhiyin.customers.profile.index import connect, narrow
from zhiyin.customers.profile.timeline import Detail, TimelineAsk, TimelineEntry
from zhiyin.customers.profile.wording import say_amount, say_moment

_MANY = 1


class _Order(msgspec.Struct, frozen=True, kw_only=True):
    order_id: str
    bought_at: datetime
    unit_id: int | None
    channel: str | None
    products: list[str]
    amount: float | None
    n_lines: int
    delivered_at: datetime | None


def read_purchases(ask_for: TimelineAsk) -> list[TimelineEntry]:
    """The orders, the newest first."""
    found = narrow(ask_for, table="purchases", id_column="coalesce(order_key, record_id)")
    if found.is_nothing:
        return []
    query = f"""
WITH orders AS (
    SELECT coalesce(order_key, record_id) AS order_id, min(occurred_at) AS bought_at,
        any_value(unit_id) AS unit_id, any_value(channel) AS channel,
        list_distinct(list(product) FILTER (product IS NOT NULL)) AS products,
        sum(amount) AS amount, CAST(count(*) AS INTEGER) AS n_lines, max(delivered_at) AS delivered_at
    FROM purchases
    WHERE customer_key IN ({write_keys(ask_for.keys)}) AND is_current AND {within(ask_for.scope)}
        AND {found.where}
    GROUP BY 1
)
SELECT * REPLACE (coalesce(products, []) AS products) FROM orders
WHERE {"bought_at < $before" if ask_for.before else "TRUE"}
    AND ($text = '' OR contains(lower(array_to_string(products, ' ')), $text))
ORDER BY bought_at DESC, order_id DESC LIMIT $n
"""  # noqa: S608 - parts of our own; values are parameters
    values = {
        "units": units_of(ask_for.scope),
        "before": ask_for.before,
        "text": ask_for.text.lower(),
        "n": ask_for.limit,
    }
    with connect(found, "purchases") as connection:
        orders = ask(connection, query, row=_Order, values=values)
    return [_entry(order) for order in orders]


def _entry(order: _Order) -> TimelineEntry:
    return TimelineEntry(
        at=order.bought_at,
        kind="purchase",
        entry_id=order.order_id,
        title=_("Bought"),
        text=_("; ").join(order.products),
        unit_id=order.unit_id,
        channel=order.channel or "",
        details=list(_details(order)),
    )


def _details(order: _Order) -> Iterator[Detail]:
    if order.amount is not None:
        yield Detail(label=_("Amount"), value=say_amount(order.amount))
    if order.n_lines > _MANY:
        yield Detail(label=_("Lines"), value=str(order.n_lines))
    if order.delivered_at:
        yield Detail(label=_("Delivered"), value=say_moment(order.delivered_at))
