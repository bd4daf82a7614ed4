"""Events as rows of the lake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from zhiyin.customers.events.items import Event
from zhiyin.customers.events.masking import mask_properties, mask_values
from zhiyin.customers.events.slips import slip_keys
from zhiyin.customers.events.tables import CUSTOMER_EVENTS, CUSTOMER_TRAITS
from zhiyin.engine.vault import Vault
from zhiyin.listen.authors import author_keys
from zhiyin.listen.items import AuthorIn, IdentityIn

USER, ANONYMOUS = "customer", "anonymous"
"""The types of identifier that `userId` and `anonymousId` are."""
_DONE = frozenset({"track", "page", "screen"})


def ids_of(event: Event) -> list[IdentityIn]:
    """The identifiers by which the event names its person; claimed, for a page could tell any."""
    pairs = ((USER, event.user_id), (ANONYMOUS, event.anonymous_id))
    return [IdentityIn(type=type_, value=value) for type_, value in pairs if value]


def customer_keys(events: Sequence[Event], *, vault: Vault) -> list[str | None]:
    """The key of whoever each event names, in order; None where its ids name nobody."""
    return author_keys(
        [AuthorIn(identities=ids_of(event)) for event in events],
        sources=[event.source for event in events],
        order_ids=[None] * len(events),
        vault=vault,
    )


def event_rows(events: Sequence[Event], *, keys: Sequence[str | None], vault: Vault) -> pa.Table:
    """Rows of `customer_events` for those that were done; the other types leave none."""
    done = [(event, key) for event, key in zip(events, keys, strict=True) if event.type in _DONE]
    properties = mask_properties([event.properties for event, _ in done])
    tails, surnames = slip_keys([event.properties for event, _ in done], vault=vault)
    names = mask_values([event.name for event, _ in done])
    columns: dict[str, Sequence[object]] = {
        "event_id": [event.event_id for event, _ in done],
        "customer_key": [key for _, key in done],
        "type": [event.type for event, _ in done],
        "name": names,
        "properties": properties,
        "unit_id": [event.unit_id for event, _ in done],
        "occurred_at": [event.occurred_at for event, _ in done],
        "received_at": [event.received_at for event, _ in done],
        "source": [event.source for event, _ in done],
        "tail_key": tails,
        "surname_key": surnames,
        "day": [event.received_at.date() for event, _ in done],
    }
    return _table(columns, schema=CUSTOMER_EVENTS.schema)


def trait_rows(told: Sequence[tuple[Event, str, Mapping[str, str]]]) -> pa.Table:
    """Rows of `customer_traits`: each event with its person's key and the open traits that it told."""
    flat = [(event, key, name, value) for event, key, traits in told for name, value in traits.items()]
    columns: dict[str, Sequence[object]] = {
        "event_id": [event.event_id for event, *_ in flat],
        "customer_key": [key for _, key, *_ in flat],
        "name": mask_values([name for *_, name, _ in flat]),
        "value": mask_values([value for *_, value in flat]),
        "at": [event.occurred_at for event, *_ in flat],
        "unit_id": [event.unit_id for event, *_ in flat],
        "received_at": [event.received_at for event, *_ in flat],
        "source": [event.source for event, *_ in flat],
        "day": [event.received_at.date() for event, *_ in flat],
    }
    return _table(columns, schema=CUSTOMER_TRAITS.schema)


def _table(columns: Mapping[str, Sequence[object]], *, schema: pa.Schema) -> pa.Table:
    return pa.table([pa.array(columns[one.name], one.type) for one in schema], schema=schema)
