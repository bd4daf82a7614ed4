"""Takes what waits in the events' log into facts, each event once, whatever is sent or done again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

import pyarrow as pa

from zhiyin.customers.events.accounts import take_groups
from zhiyin.customers.events.items import Event
from zhiyin.customers.events.messages import decode_events
from zhiyin.customers.events.people import Told, read_people
from zhiyin.customers.events.rows import customer_keys, event_rows, trait_rows
from zhiyin.customers.events.tables import EVENT_TABLES
from zhiyin.customers.events.turn import events_turn
from zhiyin.customers.linking.services import take_appearances
from zhiyin.engine import Engine

REPEAT_DAYS = 30
"""An event that comes again within so many days counts once."""
_MAX_EVENTS = 10_000


def take_waiting_events(engine: Engine, *, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Make facts of all that waits; returns how many events were taken from the log.

    A crash anywhere, or an error raised here, leaves the rest to be taken again without a second effect.

    Raises:
        Unavailable: log, lake or database do not answer.
    """
    n_events = 0
    while not is_stopping():
        n_taken = _take_some(engine)
        if not n_taken:
            break
        n_events += n_taken
    return n_events


def _take_some(engine: Engine) -> int:
    with events_turn(engine.home):
        messages = engine.events.lease(max_items=_MAX_EVENTS, lease_seconds=0)
        if not messages:
            return 0
        events = [event for one in messages for event in decode_events(one.body, vault=engine.vault)]
        store_events(events, engine=engine)
        engine.events.acknowledge([one.sequence for one in messages])
    return len(events)


def store_events(events: Sequence[Event], *, engine: Engine) -> None:
    """Store those that are new. The caller has the turn.

    People come first, for a fact should find its customer; the events' rows come last, for by them the
    whole is known to be done. What comes before them may be done twice without harm.
    """
    for spec in EVENT_TABLES:
        engine.lake.create(spec)
    fresh = _drop_known("customer_events", _once(events), engine=engine)
    keys = customer_keys(fresh, vault=engine.vault)
    told = read_people(fresh, vault=engine.vault)
    take_appearances([one.appearance for one in told if one.appearance.identities], vault=engine.vault)
    take_groups(fresh, keys=keys, vault=engine.vault)
    _store_traits(told, engine=engine)
    _append("customer_events", event_rows(fresh, keys=keys, vault=engine.vault), engine=engine)


def _store_traits(told: Sequence[Told], *, engine: Engine) -> None:
    telling = [one for one in told if one.traits.open]
    keys = dict(
        zip(
            [one.event.event_id for one in telling],
            customer_keys([one.event for one in telling], vault=engine.vault),
            strict=True,
        )
    )
    new = {
        event.event_id
        for event in _drop_known("customer_traits", [one.event for one in telling], engine=engine)
    }
    rows = [
        (one.event, key, one.traits.open)
        for one in telling
        if one.event.event_id in new and (key := keys[one.event.event_id])
    ]
    _append("customer_traits", trait_rows(rows), engine=engine)


def _once(events: Iterable[Event]) -> list[Event]:
    """Each event id once, as it came first."""
    first: dict[str, Event] = {}
    for event in events:
        first.setdefault(event.event_id, event)
    return [*first.values()]


def _drop_known(table: str, events: Sequence[Event], *, engine: Engine) -> list[Event]:
    """The events that the table does not hold yet."""
    if not events or not engine.lake.files(table):
        return [*events]
    since = min(event.received_at for event in events).date() - timedelta(days=REPEAT_DAYS)
    wanted = pa.table({"event_id": [event.event_id for event in events]})
    with engine.lake.connect(table) as connection:
        connection.register("wanted", wanted)
        found = connection.execute(
            f"SELECT event_id FROM {table} WHERE day >= ?"  # noqa: S608 - a table of ours
            " AND event_id IN (SELECT event_id FROM wanted)",
            [since],
        ).fetchall()
    known = {event_id for (event_id,) in found}
    return [event for event in events if event.event_id not in known]


def _append(table: str, rows: pa.Table, *, engine: Engine) -> None:
    if rows.num_rows:
        engine.lake.append(table, rows)
