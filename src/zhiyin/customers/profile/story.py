"""The timeline as the page shows it: what is asked for stands in the address, entries become lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from zhiyin.customers.profile import naming
from zhiyin.customers.profile.index.finding import find_since
from zhiyin.customers.profile.person import Person, facts_scope
from zhiyin.customers.profile.stars import STARRED, stars_of
from zhiyin.customers.profile.timeline import (
    TimelineEntry,
    TimelineSource,
    list_sources,
    read_timeline,
)
from zhiyin.people.access import visitor_of
from zhiyin.people.scope import Scope

PAGE_SIZE = 40
_MAX_TEXT = 100
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_DECEMBER = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryState:
    """What of the timeline is asked for; `kinds` empty means all. `month` begins with that month."""

    kinds: frozenset[str] = frozenset()
    text: str = ""
    before: datetime | None = None
    month: date | None = None

    def query(self, *, before: datetime | None = None) -> str:
        """This state as a query string, from another moment on."""
        pairs = [("kind", kind) for kind in sorted(self.kinds)]
        pairs += [("q", self.text)] if self.text else []
        pairs += [("before", before.isoformat())] if before else []
        return urlencode(pairs)

    @property
    def is_narrowed(self) -> bool:
        """Whether entries are left out."""
        return bool(self.kinds or self.text or self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """An entry with the names around it; `stars` are those that staff gave, 0 for none yet."""

    entry: TimelineEntry
    icon: str
    kind: str
    unit: str
    month: date
    is_new_month: bool
    takes_star: bool
    stars: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A page of the timeline; `more_url` is empty at its end."""

    state: StoryState
    sources: Sequence[TimelineSource]
    lines: Sequence[StoryLine]
    more_url: str


def read_state(request: HttpRequest) -> StoryState:
    """What the address asks for; what cannot be read is left out."""
    given = request.GET
    month = _read_month(given.get("month", ""))
    before = _read_moment(given.get("before", "")) or (_end_of(month) if month else None)
    text = " ".join(given.get("q", "").replace("\0", "").split())[:_MAX_TEXT]
    return StoryState(kinds=frozenset(given.getlist("kind")), text=text, before=before, month=month)


def read_story(request: HttpRequest, person: Person, *, state: StoryState) -> Story:
    """The page of the timeline that is asked for, as far as the visitor may see it."""
    visitor = visitor_of(request)
    sources = list_sources(may=visitor.may)
    wanted = [source for source in sources if source.kind in state.kinds] or sources
    page = read_timeline(
        wanted,
        keys=person.keys,
        customer=person.customer,
        scope_for=visitor.scope_for,
        limit=PAGE_SIZE,
        before=state.before,
        text=state.text,
        since=_guess_since(person, state=state, scope=facts_scope(visitor.scope_for)),
    )
    more = ""
    if page.next_before:
        more = f"{reverse('customer', args=[person.customer])}?{state.query(before=page.next_before)}"
    lines = _lines(page.entries, sources={source.kind: source for source in sources})
    return Story(state=state, sources=sources, lines=lines, more_url=more)


def _guess_since(person: Person, *, state: StoryState, scope: Scope) -> datetime | None:
    """How far back a page of all kinds reaches; a narrowed one reaches further than facts tell."""
    if state.kinds or state.text:
        return None
    return find_since(person.keys, scope=scope, before=state.before, n=PAGE_SIZE + 1)


def _lines(entries: Sequence[TimelineEntry], *, sources: Mapping[str, TimelineSource]) -> list[StoryLine]:
    units = naming.names_of_units(entry.unit_id for entry in entries)
    stars = stars_of([entry.entry_id for entry in entries if entry.kind in STARRED])
    found: list[StoryLine] = []
    for entry in entries:
        month = timezone.localtime(entry.at).date().replace(day=1)
        line = StoryLine(
            entry=entry,
            icon=sources[entry.kind].icon,
            kind=str(sources[entry.kind].name),
            unit=units.get(entry.unit_id or 0, ""),
            month=month,
            is_new_month=not found or found[-1].month != month,
            takes_star=entry.kind in STARRED,
            stars=stars.get((entry.kind, entry.entry_id), 0),
        )
        found.append(line)
    return found


def _read_month(text: str) -> date | None:
    found = _MONTH.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        return None


def _end_of(month: date) -> datetime | None:
    zone = timezone.get_current_timezone()
    is_last = month.month == _DECEMBER
    try:
        after = date(month.year + is_last, 1 if is_last else month.month + 1, 1)
    except ValueError:
        return None
    return datetime(after.year, after.month, 1, tzinfo=zone)


def _read_moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.get_current_timezone())


def page_zone() -> ZoneInfo:
    """The zone of the page's months and hours."""
    zone = timezone.get_current_timezone()
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo("Asia/Shanghai")
