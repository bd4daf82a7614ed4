"""Calls, chats and visits that were recorded as contacts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhiyin.customers.profile import naming
from zhiyin.customers.profile.facts import ask, units_of, within, write_keys
from zhiyin.customers.profile.index import connect, count_alike, narrow
from zhiyin.customers.profile.timeline import Detail, TimelineAsk, TimelineEntry
from zhiyin.customers.profile.wording import say_seconds


class _Contact(msgspec.Struct, frozen=True, kw_only=True):
    record_id: str
    occurred_at: datetime
    unit_id: int | None
    channel: str | None
    issue_key: str | None
    is_resolved: bool | None
    is_field: bool | None
    waited_s: float | None
    talked_s: float | None
    n_transfers: int | None
    n_told: int | None


def read_contacts(ask_for: TimelineAsk) -> list[TimelineEntry]:
    """The contacts, the newest first; of those about one matter it is told which one it was."""
    found = narrow(ask_for, table="contacts", id_column="record_id")
    if found.is_nothing:
        return []
    query = f"""
SELECT record_id, occurred_at, unit_id, channel, issue_key, is_resolved, is_field, waited_s, talked_s,
    n_transfers, n_told
FROM contacts
WHERE customer_key IN ({write_keys(ask_for.keys)}) AND is_current AND {within(ask_for.scope)}
    AND {found.where}
    AND {"occurred_at < $before" if ask_for.before else "TRUE"}
ORDER BY occurred_at DESC, record_id DESC LIMIT $n
"""  # noqa: S608 - parts of our own; values are parameters
    values = {
        "units": units_of(ask_for.scope),
        "before": ask_for.before,
        "n": ask_for.limit,
    }
    with connect(found, "contacts") as connection:
        contacts = ask(connection, query, row=_Contact, values=values)
    channels = naming.channel_names()
    issues = {one.issue_key for one in contacts if one.issue_key}
    alike = count_alike(ask_for.keys, issues=issues, scope=ask_for.scope)
    return [_entry(one, channels=channels, alike=alike.get(one.issue_key or "", [])) for one in contacts]


def _entry(one: _Contact, *, channels: Mapping[str, str], alike: Sequence[datetime]) -> TimelineEntry:
    channel = one.channel or ""
    title = _("Visit of ours") if one.is_field else _("Contact: %(channel)s")
    return TimelineEntry(
        at=one.occurred_at,
        kind="contact",
        entry_id=one.record_id,
        title=title % {"channel": channels.get(channel, channel) or _("not told")},
        unit_id=one.unit_id,
        channel=channel,
        tone="" if one.is_resolved is None else ("positive" if one.is_resolved else "negative"),
        details=list(_details(one, alike=alike)),
    )


def _details(one: _Contact, *, alike: Sequence[datetime]) -> Iterator[Detail]:
    if one.is_resolved is not None:
        yield Detail(label=_("Outcome"), value=_("Solved") if one.is_resolved else _("Not solved"))
    if len(alike) > 1:
        number = sum(at <= one.occurred_at for at in alike)
        value = _("number %(number)d of %(n)d") % {"number": max(1, number), "n": len(alike)}
        yield Detail(label=_("About the same matter"), value=value)
    if one.waited_s:
        yield Detail(label=_("Waited"), value=say_seconds(one.waited_s))
    if one.talked_s:
        yield Detail(label=_("Talked"), value=say_seconds(one.talked_s))
    if one.n_transfers:
        yield Detail(label=_("Handed on"), value=_times(one.n_transfers))
    if one.n_told:
        yield Detail(label=_("Told the matter"), value=_times(one.n_told))


def _times(n: int) -> str:
    return ngettext("%(n)d time", "%(n)d times", n) % {"n": n}
