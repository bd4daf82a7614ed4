"""The last sixty minutes as rows, and the addresses that open them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from zhiyin.insight.selection import VoiceFilter
from zhiyin.insight.state import ViewState, make_state
from zhiyin.people.scope import Scope

MINUTES = 60
_MINUTE = timedelta(minutes=1)
_FURTHEST = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Sixty whole minutes, the last of which goes on; `state.filter` is of the same rows."""

    state: ViewState
    since: datetime
    until: datetime

    def url(self, *, since: datetime | None = None, until: datetime | None = None, **changes: object) -> str:
        """The rows behind a figure: those of the window, or of a part of it, narrowed by `changes`."""
        given: list[tuple[str, str]] = [
            ("from", _iso(since or self.since)),
            ("to", _iso(until or self.until)),
        ]
        if self.state.unit is not None and "unit" not in changes:
            given.append(("unit", self.state.unit.code))
        given += [(name, str(value)) for name, value in changes.items()]
        return f"{reverse('now_voices')}?{urlencode(given)}"

    def filter_between(self, since: datetime, until: datetime) -> VoiceFilter:
        """The same rows at another time."""
        return replace(self.state.filter, since=since, until=until)


def make_window(given: QueryDict, *, scope: Scope) -> Window:
    """The last sixty minutes of the unit that the address names."""
    return _window(_only(given, ("unit",)), scope=scope)


def make_rows_state(given: QueryDict, *, scope: Scope) -> Window:
    """The rows that an address of `Window.url` means; the last sixty minutes where its times say nothing."""
    window = _window(given, scope=scope)
    until = _moment(given.get("to", "")) or window.until
    since = _moment(given.get("from", "")) or until - MINUTES * _MINUTE
    if not since < until <= since + _FURTHEST:
        since = until - MINUTES * _MINUTE
    state = replace(window.state, filter=replace(window.state.filter, since=since, until=until))
    return Window(state=state, since=since, until=until)


def _window(given: QueryDict, *, scope: Scope) -> Window:
    kept = given.copy()
    for name in ("period", "since", "until"):
        kept.pop(name, None)
    kept["period"] = "today"
    state = make_state(kept, scope=scope, customers=None)
    until = state.now
    since = until.replace(second=0, microsecond=0) - (MINUTES - 1) * _MINUTE
    return Window(
        state=replace(state, filter=replace(state.filter, since=since, until=until)),
        since=since,
        until=until,
    )


def _only(given: QueryDict, names: Iterable[str]) -> QueryDict:
    kept = QueryDict(mutable=True)
    for name in names:
        if name in given:
            kept[name] = given.get(name, "")
    return kept


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    is_usable = found.tzinfo is not None and 1971 < found.year < 9000
    return found if is_usable else None
