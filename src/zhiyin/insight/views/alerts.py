"""Incidents: the open ones first, one of them with what explains it, and what people do about it."""

from __future__ import annotations

from contextlib import closing

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhiyin.console.numbers import Language
from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.insight.alerts import handling
from zhiyin.insight.alerts.additions import collect_marks
from zhiyin.insight.alerts.counts import TABLES
from zhiyin.insight.alerts.keeping import find_merged
from zhiyin.insight.alerts.listing import PAGE, IncidentLine, count_open, get_line, list_incidents
from zhiyin.insight.alerts.looking_back import ask_to_look_back, is_looking_back
from zhiyin.insight.alerts.page import (
    Asker,
    make_blocks,
    make_chart,
    read_examples,
    read_explanation,
    subject_name,
    subject_url,
)
from zhiyin.insight.models import Incident, Signal
from zhiyin.insight.models.signals import WANTED
from zhiyin.insight.state import read_state
from zhiyin.listen.api import open_lake
from zhiyin.listen.queries import list_channels
from zhiyin.people.access import scope_of, visitor_of
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.queries.units import unit_names
from zhiyin.people.scope import Scope

_LISTS: dict[str, tuple[str, ...]] = {
    "open": (Incident.Status.OPEN.value,),
    "past": (Incident.Status.OVER.value, Incident.Status.CLOSED.value),
}
_TONES = ("bad", "good", "volume")
_N_SIGNALS = 30


@require_safe
@requires(Permission.FEEDBACK_READ)
def alerts(request: HttpRequest) -> HttpResponse:
    """Incidents of the asker's units, the open ones first; beside them the single alerts."""
    scope, language = scope_of(request), _language()
    state = read_state(request)
    view = request.GET.get("view", "open")
    view = view if view in (*_LISTS, "single") else "open"
    tone = request.GET.get("tone", "")
    page = _page(request)
    lines: list[IncidentLine] = []
    n = 0
    signals = _single_signals(scope) if view == "single" else []
    if view != "single":
        lines, n = list_incidents(
            scope=scope,
            language=language,
            now=timezone.now(),
            statuses=_LISTS[view],
            tone=tone if tone in _TONES else "",
            unit_ids=state.filter.unit_ids,
            page=page,
        )
    context = {
        "state": state,
        "view": view,
        "tone": tone,
        "lines": lines,
        "n": n,
        "n_open": count_open(scope=scope),
        "page": _pager(page, n=n),
        "signals": signals,
        "marks": collect_marks(request, signals),
        "may_look_back": visitor_of(request).may(Permission.CHANNELS_MANAGE),
        "is_looking_back": view == "past" and is_looking_back(),
    }
    return render_page(
        request,
        "insight/alerts/alerts.html",
        context,
        parts={"incident-list": "insight/alerts/_list.html"},
    )


@require_POST
@requires(Permission.CHANNELS_MANAGE)
def look_for_past_incidents(request: HttpRequest) -> HttpResponse:
    """Ask for the incidents of voices that came in when nobody was watching."""
    ask_to_look_back(by=visitor_of(request).account)
    tell(request, _("Looking through the last 200 days. What is found stands here; nobody is told."))
    return redirect(f"{reverse('alerts')}?view=past")


@require_safe
@requires(Permission.FEEDBACK_READ)
def alert(request: HttpRequest, incident_id: int) -> HttpResponse:
    """One incident."""
    scope, language = scope_of(request), _language()
    try:
        line = get_line(incident_id, scope=scope, language=language, now=timezone.now())
    except NotFound as error:
        merged_into = find_merged(incident_id)
        if merged_into is None:
            raise Http404 from error
        return redirect("alert", incident_id=merged_into)
    asker = Asker(scope=scope, language=language, zone=timezone.get_current_timezone())
    with closing(open_lake().connect(*TABLES)) as connection:
        explanation = read_explanation(connection, line, asker=asker)
        examples = read_examples(connection, explanation.examples, line, asker=asker)
        chart = make_chart(connection, line, asker=asker)
    working = visitor_of(request).scope_for(Permission.CASES_WORK)
    may_work = _touches(line, working)
    marks = collect_marks(request, list(line.incident.signals.order_by("-at", "-pk")[:_N_SIGNALS]))
    context = {
        "line": line,
        "incident": line.incident,
        "language": language,
        "subject": subject_name(line.incident, language=language),
        "voices_url": subject_url(line.incident, asker=asker),
        "explanation": explanation,
        "blocks": make_blocks(explanation, line, asker=asker),
        "examples": examples,
        "unit_names": unit_names(scope=scope),
        "channels": {one.code: one.name_zh if language == "zh" else one.name_en for one in list_channels()},
        "chart": chart,
        "marks": list(dict.fromkeys(mark for some in marks.values() for mark in some)),
        "events": line.incident.events.select_related("by").order_by("at", "pk"),
        "may_work": may_work,
        "colleagues": Account.objects.filter(is_active=True).order_by("username")[:200] if may_work else [],
    }
    return render_page(request, "insight/alerts/alert.html", context)


@require_POST
@requires(Permission.CASES_WORK)
def alert_act(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Acknowledge, assign, mute, close, as `action` says; each can be undone."""
    visitor = visitor_of(request)
    account = visitor.account
    if account is None:
        raise Http404
    action = request.POST.get("action") or request.GET.get("action", "")
    act = _Act(request, incident_id=incident_id, account=account, scope=scope_of(request))
    try:
        act.run(action)
    except NotFound as error:
        raise Http404 from error
    except InvalidInput:
        tell(request, _("Nothing was changed. Choose one of the list."), tone="bad")
    return redirect("alert", incident_id)


class _Act:
    """One thing done to an incident, with the way back."""

    def __init__(self, request: HttpRequest, *, incident_id: int, account: Account, scope: Scope) -> None:
        self._request, self._id, self._by, self._scope = request, incident_id, account, scope

    def run(self, action: str) -> None:
        now = timezone.now()
        match action:
            case "acknowledge":
                handling.acknowledge(self._id, scope=self._scope, by=self._by, now=now)
                self._tell(_("You look after it now."), undo="unacknowledge")
            case "unacknowledge":
                handling.take_back_acknowledgement(self._id, scope=self._scope, by=self._by, now=now)
            case "assign":
                name = self._request.POST.get("account", "")
                to = Account.objects.filter(pk=int(name), is_active=True).first() if name.isdigit() else None
                handling.assign(self._id, to=to, scope=self._scope, by=self._by, now=now)
                self._tell(_("Assigned.") if to else _("Nobody is assigned now."))
            case "mute":
                given = self._request.POST.get("days", "")
                days = int(given) if given.isdigit() else -1
                handling.mute(self._id, days=days, scope=self._scope, by=self._by, now=now)
                self._tell(_("It stays silent."), undo="unmute")
            case "unmute":
                handling.mute(self._id, days=0, scope=self._scope, by=self._by, now=now)
            case "close":
                handling.close(self._id, scope=self._scope, by=self._by, now=now)
                self._tell(_("Closed."), undo="reopen")
            case "reopen":
                handling.open_again(self._id, scope=self._scope, by=self._by, now=now)
            case _:
                raise InvalidInput(f"There is no action '{action}'.", field="action")

    def _tell(self, text: str, *, undo: str = "") -> None:
        url = f"{reverse('alert_act', args=[self._id])}?action={undo}" if undo else ""
        tell(self._request, text, undo_url=url)


def _touches(line: IncidentLine, scope: Scope) -> bool:
    if scope.unit_ids is None:
        return True
    return any(one in scope.unit_ids for one in line.unit_ids)


def _single_signals(scope: Scope) -> list[Signal]:
    # What people wish for stands on the page of priorities.
    rows = Signal.objects.filter(incident=None).exclude(kind=WANTED)
    rows = rows.select_related("unit", "rule").order_by("-at", "-pk")
    if scope.unit_ids is not None:
        rows = rows.filter(unit_id__in=scope.unit_ids)
    return list(rows[:_N_SIGNALS])


def _language() -> Language:
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


def _page(request: HttpRequest) -> int:
    given = request.GET.get("page", "1")
    return max(1, min(int(given), 1_000)) if given.isascii() and given.isdigit() else 1


class _Pager:
    def __init__(self, number: int, *, n_pages: int) -> None:
        self.number, self.n_pages = number, n_pages
        self.has_previous, self.has_next = number > 1, number < n_pages


def _pager(number: int, *, n: int) -> _Pager:
    return _Pager(number, n_pages=max(1, -(-n // PAGE)))
