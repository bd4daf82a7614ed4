"""The timeline of a customer: what happened, from all rooms, in one order; each room registers its source."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from zhiyin.people.permissions import Permission
from zhiyin.people.scope import Scope

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

Tone = Literal["", "positive", "negative", "neutral", "mixed"]
# A search looks through this many entries of a source that cannot search itself.
_MAX_SEARCHED = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One fact of an entry, both parts in the page's language."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One thing that happened to a customer; words are in the page's language and hold no private data.

    `kind` is the source's. `entry_id` is unique within the kind and makes the entry's address on the
    page. `unit_id` and `channel` (a code) are where; None and empty where nothing tells.
    """

    at: datetime
    kind: str
    title: str
    entry_id: str = ""
    text: str = ""
    href: str = ""
    unit_id: int | None = None
    channel: str = ""
    tone: Tone = ""
    details: Sequence[Detail] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineAsk:
    """What a source is asked for: the newest `limit` entries before `before`, the newest first.

    `keys` are the facts' keys of all identities of `customer`. `scope` is the visitor's for the source's
    permission: entries of other units are left out. `text` narrows to entries that hold it, whatever
    the case; only sources that say `can_search` are given one. Entries before `since` need not be given.
    """

    keys: Sequence[str]
    customer: UUID
    scope: Scope
    limit: int
    before: datetime | None = None
    text: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineSource:
    """One kind of entries. `icon` is one of `console/icons.txt`; `name` is what the filter says.

    Who lacks `permission` does not see the kind, and `read` is not called.
    """

    kind: str
    name: StrPromise
    icon: str
    read: Callable[[TimelineAsk], Sequence[TimelineEntry]]
    permission: Permission = Permission.CUSTOMERS_READ
    can_search: bool = False
    order: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinePage:
    """Entries, the newest first; `next_before` is where the next page begins, None at the end."""

    entries: Sequence[TimelineEntry]
    next_before: datetime | None


_sources: dict[str, TimelineSource] = {}


def register_source(*sources: TimelineSource) -> None:
    """Adds to the timeline, from a room's `AppConfig.ready`. The same kind again replaces what was there."""
    _sources.update({source.kind: source for source in sources})


def list_sources(*, may: Callable[[Permission], bool]) -> list[TimelineSource]:
    """The sources that the visitor may read, in order."""
    open_to = (source for source in _sources.values() if may(source.permission))
    return sorted(open_to, key=lambda source: (source.order, source.kind))


def read_timeline(
    sources: Collection[TimelineSource],
    *,
    keys: Sequence[str],
    customer: UUID,
    scope_for: Callable[[Permission], Scope],
    limit: int = 50,
    before: datetime | None = None,
    text: str = "",
    since: datetime | None = None,
) -> TimelinePage:
    """A page of the timeline. Entries of one instant stand on one page, so it may be a little shorter.

    `since`: a guess of how far back the page reaches, which spares sources to look further. A wrong one
    costs time alone.
    """
    wanted = limit
    while True:
        found: list[TimelineEntry] = []
        is_cut = False
        for source in sources:
            ask = TimelineAsk(
                keys=keys,
                customer=customer,
                scope=scope_for(source.permission),
                limit=wanted + 1,
                before=before,
                text=text,
                since=since,
            )
            entries = _read(source, ask=ask)
            is_cut = is_cut or len(entries) > wanted
            found += entries
        if since is not None:
            found = [entry for entry in found if entry.at >= since]
            if len(found) <= wanted:  # what lies before was not looked for
                since = None
                continue
        found.sort(key=lambda entry: (entry.at, entry.kind, entry.entry_id), reverse=True)
        if len(found) <= wanted and not is_cut:
            return TimelinePage(entries=found, next_before=None)
        page = _whole_instants(found, n=wanted)
        if page:
            return TimelinePage(entries=page, next_before=page[-1].at)
        wanted *= 4  # more entries of one instant than a page holds


def _whole_instants(found: Sequence[TimelineEntry], *, n: int) -> list[TimelineEntry]:
    """The first `n`, less those whose instant goes on after them: they begin the next page."""
    if len(found) <= n:
        return list(found)
    torn = found[n].at
    return [entry for entry in found[:n] if entry.at != torn]


def _read(source: TimelineSource, *, ask: TimelineAsk) -> list[TimelineEntry]:
    if source.can_search or not ask.text:
        return list(source.read(ask))
    found: list[TimelineEntry] = []
    for entry in _everything(source, ask=ask):
        if holds(entry, text=ask.text):
            found.append(entry)
            if len(found) >= ask.limit:
                break
    return found


def _everything(source: TimelineSource, *, ask: TimelineAsk) -> Iterator[TimelineEntry]:
    plain = TimelineAsk(
        keys=ask.keys, customer=ask.customer, scope=ask.scope, limit=_MAX_SEARCHED, before=ask.before
    )
    yield from source.read(plain)


def holds(entry: TimelineEntry, *, text: str) -> bool:
    """Whether the entry's words hold the text, whatever the case."""
    words = [entry.title, entry.text, *(detail.value for detail in entry.details)]
    return text.casefold() in "\n".join(words).casefold()
