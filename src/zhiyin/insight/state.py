"""What a page of insight is asked for: the whole state stands in its address, so that it can be sent on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from zhiyin.console.numbers import Language
from zhiyin.customers.segments.narrowing import write_members
from zhiyin.engine import open_engine
from zhiyin.insight.periods import DEFAULT, PeriodChoice, read_period
from zhiyin.insight.selection import VoiceFilter
from zhiyin.people.access import scope_of, visitor_of
from zhiyin.people.models import OrgUnit
from zhiyin.people.permissions import Permission
from zhiyin.people.queries.units import find_unit_by_code, list_subtree_ids
from zhiyin.people.scope import NOTHING, Scope

# Parameter of the address → field of the filter, for fields that are sets of names.
NAME_PARAMETERS: Mapping[str, str] = {
    "channel": "channels",
    "source": "sources",
    "touchpoint": "touchpoints",
    "product": "products",
    "aspect": "aspects",
    "polarity": "polarities",
    "term": "terms",
    "word": "opinion_words",
    "also": "also_aspects",
    "sentiment": "sentiments",
    "emotion": "emotions",
    "intent": "intents",
    "signal": "signals",
    "need": "needs_unmet",
    "met": "needs_met",
    "cause": "causes",
    "left_out": "left_out",
}
# Every parameter that says which rows are meant; paging and sorting are not among them.
PARAMETERS = (
    *("period", "since", "until", "unit"),
    *NAME_PARAMETERS,
    *("stars", "rated", "scale", "hour", "urgency", "answered", "q", "author", "segment", "all"),
)
_MAX_NAMES = 50
_MAX_TEXT = 200
NO_WORD = "-"  # in `term` and `word`: an opinion that has none
_WORDS = frozenset({"term", "word"})
Change = str | int | Iterable[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewState:
    """The rows that a page speaks of. `unit` is the chosen one, None for all that the asker sees.

    `is_unit_unknown`: the address names a unit that is not there, or not for the asker; nothing is shown.
    """

    scope: Scope
    filter: VoiceFilter
    period: PeriodChoice
    unit: OrgUnit | None
    is_unit_unknown: bool
    parameters: Mapping[str, tuple[str, ...]]
    language: Language
    zone: ZoneInfo
    now: datetime

    def query(self, **changes: Change) -> str:
        """This state as a query string, with parameters set anew; None drops one."""
        wanted: dict[str, tuple[str, ...]] = dict(self.parameters)
        for name, value in changes.items():
            wanted.pop(name, None)
            if value is not None and value != "":
                wanted[name] = (str(value),) if isinstance(value, str | int) else tuple(value)
        return urlencode([(name, value) for name, values in wanted.items() for value in values])

    def url(self, name: str, *args: object, **changes: Change) -> str:
        """Address of the page `name` in this state."""
        query = self.query(**changes)
        return reverse(name, args=args) + (f"?{query}" if query else "")


def read_state(
    request: HttpRequest,
    *,
    given: QueryDict | None = None,
    scope: Scope | None = None,
    default_period: str = DEFAULT,
) -> ViewState:
    """The state that the request's address names; unreadable parameters count as not given.

    `given` stands in for the address where the page itself says some of its parameters, `scope` for what
    the view's own permission lets the asker see.
    """
    wanted = request.GET if given is None else given
    return make_state(
        wanted,
        scope=scope_of(request) if scope is None else scope,
        default_period=default_period,
        # Nobody is asked for where no segment is.
        customers=customers_of(request) if wanted.get("segment") else NOTHING,
    )


def customers_of(request: HttpRequest) -> Scope:
    """The customers whom the asker may see, for pages that a segment may narrow."""
    return visitor_of(request).scope_for(Permission.CUSTOMERS_READ)


def make_state(
    given: QueryDict, *, scope: Scope, customers: Scope | None, default_period: str = DEFAULT
) -> ViewState:
    """The state of these parameters for an asker with this scope. Pages ask `read_state`.

    `customers` are those whom the asker may see, where a segment narrows what is shown; where it cannot
    (None) it is no part of the state. It has no default, so that no page loses it unawares.
    """
    now, zone = timezone.now(), timezone.get_current_timezone()
    period = read_period(
        given.get("period", default_period),
        first=given.get("since", ""),
        last=given.get("until", ""),
        now=now,
        zone=zone,
    )
    code = given.get("unit", "")
    unit = find_unit_by_code(code) if code else None
    unit = unit if unit and scope.allows(unit.pk) else None
    is_unknown = bool(code) and unit is None
    found = _read_filter(given, period=period, unit_ids=_unit_ids(unit, is_unknown=is_unknown), zone=zone)
    known = [name for name in PARAMETERS if name != "segment" or customers is not None]
    return ViewState(
        scope=scope,
        filter=_narrow(found, given.get("segment", ""), customers=customers, now=now),
        period=period,
        unit=unit,
        is_unit_unknown=is_unknown,
        parameters={name: tuple(given.getlist(name)) for name in known if any(given.getlist(name))},
        language="zh" if (get_language() or "zh").startswith("zh") else "en",
        zone=zone,
        now=now,
    )


def _narrow(found: VoiceFilter, segment: str, *, customers: Scope | None, now: datetime) -> VoiceFilter:
    """The filter, of the voices of a segment alone where one is named; of nobody, if there is none."""
    if not segment or customers is None:
        return found
    path = write_members(segment, engine=open_engine(settings.HOME), scope=customers, now=now)
    return replace(found, author_key="") if path is None else replace(found, keys_file=str(path))


def _unit_ids(unit: OrgUnit | None, *, is_unknown: bool) -> frozenset[int] | None:
    if unit is not None:
        return frozenset(list_subtree_ids(unit.pk))
    return frozenset() if is_unknown else None


def _read_filter(
    given: QueryDict, *, period: PeriodChoice, unit_ids: frozenset[int] | None, zone: ZoneInfo
) -> VoiceFilter:
    names = {field: _names(given, name) for name, field in NAME_PARAMETERS.items()}
    return VoiceFilter(
        since=period.since,
        until=period.until,
        unit_ids=unit_ids,
        stars=frozenset(_numbers(given, "stars", among=range(1, 6))),
        stars_least=_stars_least(given.get("rated", "")),
        rating_scale=10.0 if given.get("scale") == "10" else None,
        hours=frozenset(_numbers(given, "hour", among=range(24))),
        clock=zone,
        urgency_least=min(_numbers(given, "urgency", among=range(1, 4)), default=None),
        is_answered={"yes": True, "no": False}.get(given.get("answered", "")),
        text=given.get("q", "")[:_MAX_TEXT].replace("\0", ""),
        author_key=given.get("author") or None,
        keys_file=None,
        include_excluded=given.get("all") == "1",
        **cast(Mapping[str, frozenset[str]], names),
    )


def _names(given: QueryDict, name: str) -> frozenset[str]:
    found = frozenset(value[:_MAX_TEXT] for value in given.getlist(name)[:_MAX_NAMES] if value)
    return frozenset("" if value == NO_WORD else value for value in found) if name in _WORDS else found


def _stars_least(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[1-5](\.[0-9])?", text) else None


def _numbers(given: QueryDict, name: str, *, among: range) -> list[int]:
    read: Callable[[str], int] = lambda value: int(value) if value.isascii() and value.isdigit() else -1  # noqa: E731
    return [number for value in given.getlist(name)[:_MAX_NAMES] if (number := read(value[:4])) in among]
