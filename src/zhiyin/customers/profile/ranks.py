"""Where a customer stands among all: the quintiles of recency, frequency and money of the own base."""

from __future__ import annotations

from uuid import UUID

import msgspec

from zhiyin.customers.profile.facts import ask
from zhiyin.customers.rollup import connect_rollup
from zhiyin.engine import Engine
from zhiyin.people.scope import Scope


class Ranks(msgspec.Struct, frozen=True, kw_only=True):
    """Quintiles 1 (the lowest fifth) to 5; None for who never bought."""

    rfm_recency: int | None
    rfm_frequency: int | None
    rfm_money: int | None


def find_ranks(engine: Engine, *, customer: UUID, scope: Scope) -> Ranks | None:
    """The quintiles as the last roll-up has them; None where it does not know the customer yet."""
    query = "SELECT rfm_recency, rfm_frequency, rfm_money FROM customers WHERE customer = $customer"
    with connect_rollup(engine, scope=scope) as connection:
        found = ask(connection, query, row=Ranks, values={"customer": str(customer)})
    return found[0] if found and found[0].rfm_recency is not None else None
