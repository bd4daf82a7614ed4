"""The part of a case's page that shows its call-backs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission
from zhiyin.people.time_zones import is_time_zone, list_zones, zone_label
from zhiyin.respond.callbacks.contacting import list_warnings
from zhiyin.respond.callbacks.kinds import STILL_OWED, CallBackState, Outcome
from zhiyin.respond.callbacks.moments import say_span
from zhiyin.respond.callbacks.queries import list_of_case
from zhiyin.respond.callbacks.services import LEAST_MINUTES, UNDO_WINDOW
from zhiyin.respond.callbacks.words import MOOD_NAMES, OUTCOME_NAMES, STATE_NAMES
from zhiyin.respond.forms import LOCAL_TIME
from zhiyin.respond.models import CallAttempt, CallBack, Case

WINDOWS = (LEAST_MINUTES, 30, 60, 120, 240)
_MOST_OVER = 5
_TYPED = (
    *("call_at", "call_window", "call_zone", "call_topic", "call_owner"),
    *("call_outcome", "call_mood", "call_note", "call_later"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call, in the words of the page."""

    attempt: CallAttempt
    outcome: str
    mood: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One call-back, in the words of the page. `own_span` by the clock of the page, where that differs."""

    row: CallBack
    state: str
    span: str
    own_span: str
    is_owed: bool
    is_late: bool
    can_restore: bool
    calls: tuple[Call, ...]
    warnings: tuple[str, ...]
    at_value: str


def build_panel(case: Case, request: HttpRequest) -> Mapping[str, object]:
    """The call-backs and the forms; empty where there is neither for this visitor."""
    now, rows = timezone.now(), list_of_case(case)
    may_work = visitor_of(request).scope_for(Permission.CASES_WORK).allows(case.unit_id)
    owed = [row for row in rows if row.stands in STILL_OWED]
    over = [row for row in rows if row.stands not in STILL_OWED][:_MOST_OVER]
    if not may_work and not rows:
        return {}
    typed = {name: request.POST[name][:500] for name in _TYPED if name in request.POST}
    zone = case.unit.time_zone if is_time_zone(case.unit.time_zone) else "Asia/Shanghai"
    return {
        "case": case,
        "may_work": may_work,
        "lines": [line_of(row, case=case, now=now, may_work=may_work) for row in (*owed, *over)],
        "n_owed": len(owed),
        "typed": typed,
        "typed_for": request.POST.get("call_back", ""),
        "zones": zone_choices(typed.get("call_zone") or zone, now=now),
        "windows": WINDOWS,
        "outcomes": [(one.value, name) for one, name in OUTCOME_NAMES.items()],
        "moods": list(MOOD_NAMES.items()),
        "later": Outcome.CALL_LATER.value,
        "offered": offer_time(now, zone=ZoneInfo(zone)),
    }


def line_of(row: CallBack, *, case: Case, now: datetime, may_work: bool) -> Line:
    """A call-back as the page shows it; warnings only where somebody might call."""
    is_owed, zone = row.stands in STILL_OWED, row.time_zone
    span = say_span(row.promised_at, row.until_at, zone=zone)
    own_span = say_span(row.promised_at, row.until_at, zone=_page_zone())
    at = max(now, row.promised_at)
    return Line(
        row=row,
        state=str(STATE_NAMES[row.stands]),
        span=span,
        own_span="" if own_span == span else own_span,
        is_owed=is_owed,
        is_late=is_owed and (row.stands is not CallBackState.PLANNED or row.until_at <= now),
        can_restore=row.stands is CallBackState.CANCELLED
        and row.ended_at is not None
        # What ended with the case comes back with it alone.
        and row.ended_at != case.closed_at
        and now - row.ended_at <= UNDO_WINDOW,
        calls=tuple(
            Call(
                attempt=one,
                outcome=str(OUTCOME_NAMES[Outcome(one.outcome)]),
                mood=str(MOOD_NAMES[one.mood]) if one.mood else "",
            )
            for one in sorted(row.attempts.all(), key=lambda one: one.pk)
        ),
        warnings=tuple(list_warnings(case, at=at, zone=zone, now=now)) if is_owed and may_work else (),
        at_value=row.promised_at.astimezone(zone).strftime(LOCAL_TIME),
    )


def zone_choices(chosen: str, *, now: datetime) -> list[tuple[str, str, bool]]:
    """Code, name and whether it is chosen, of the zones to choose from; the chosen one is among them."""
    language = get_language() or "zh"
    named = [(one.code, zone_label(one, language=language, now=now)) for one in list_zones()]
    if chosen not in {code for code, _label in named} and is_time_zone(chosen):
        named.insert(0, (chosen, chosen))
    return [(code, label, code == chosen) for code, label in named]


def offer_time(now: datetime, *, zone: ZoneInfo) -> str:
    """The next full hour that leaves half an hour, by the clock of the zone."""
    local = (now + timedelta(minutes=90)).astimezone(zone)
    return local.replace(minute=0).strftime(LOCAL_TIME)


def _page_zone() -> ZoneInfo:
    return ZoneInfo(timezone.get_current_timezone_name())
