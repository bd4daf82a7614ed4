"""What the customer did on our pages and apps."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.utils.translation import gettext as _

from zhiyin.customers.events.tables import CUSTOMER_EVENTS
from zhiyin.customers.profile.facts import ask, units_of, within, write_keys
from zhiyin.customers.profile.index import connect, narrow
from zhiyin.customers.profile.timeline import Detail, TimelineAsk, TimelineEntry
from zhiyin.listen.api import open_lake

_MAX_SHOWN = 4
_decode = msgspec.json.Decoder(dict[str, object]).decode


class _Event(msgspec.Struct, frozen=True, kw_only=True):
    event_id: str
    occurred_at: datetime
    unit_id: int | None
    type: str
    name: str | None
    properties: str | None


def read_events(ask_for: TimelineAsk) -> list[TimelineEntry]:
    """The events, the newest first; private data in them is covered already."""
    found = narrow(ask_for, table="customer_events", id_column="event_id")
    if found.is_nothing:
        return []
    query = f"""
SELECT event_id, occurred_at, unit_id, type, name, properties FROM customer_events
WHERE customer_key IN ({write_keys(ask_for.keys)}) AND {within(ask_for.scope)}
    AND {found.where}
    AND {"occurred_at < $before" if ask_for.before else "TRUE"}
    AND ($text = '' OR contains(lower(concat_ws(' ', name, properties)), $text))
ORDER BY occurred_at DESC, event_id DESC LIMIT $n
"""  # noqa: S608 - parts of our own; values are parameters
    values = {
        "units": units_of(ask_for.scope),
        "before": ask_for.before,
        "text": ask_for.text.lower(),
        "n": ask_for.limit,
    }
    if found.days is None:
        open_lake().create(CUSTOMER_EVENTS)  # a home that was upgraded, before its first event
    with connect(found, CUSTOMER_EVENTS.name) as connection:
        return [_entry(one) for one in ask(connection, query, row=_Event, values=values)]


def _entry(one: _Event) -> TimelineEntry:
    titles = {"page": _("Looked at a page: %(name)s"), "screen": _("Looked at a screen: %(name)s")}
    title = titles.get(one.type, _("Did: %(name)s")) % {"name": one.name or _("without a name")}
    properties = _decode(one.properties) if one.properties else {}
    told = [
        Detail(label=name, value=str(value))
        for name, value in properties.items()
        if isinstance(value, str | int | float) and str(value)
    ]
    return TimelineEntry(
        at=one.occurred_at,
        kind="event",
        entry_id=one.event_id,
        title=title,
        unit_id=one.unit_id,
        details=told[:_MAX_SHOWN],
    )
