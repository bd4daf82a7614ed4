"""What signals add: an entry of the menu, a part of the page of a case, and marks on alerts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhiyin.console.navigation import NavEntry, Section
from zhiyin.console.navigation import register as register_entry
from zhiyin.insight.alerts.additions import SignalMarks
from zhiyin.insight.alerts.additions import register as register_marks
from zhiyin.insight.alerts.listing import visible_incidents
from zhiyin.insight.models import Signal
from zhiyin.insight.voice_panels import Mark
from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission
from zhiyin.people.scope import Scope
from zhiyin.respond.case_panels import CasePanel
from zhiyin.respond.case_panels import register as register_panel
from zhiyin.respond.models import Case
from zhiyin.respond.signals.queries import cases_of_signals, list_signals_of
from zhiyin.respond.signals.saying import say_signals


def register() -> None:
    """Called once, when the app is ready."""
    register_entry(
        NavEntry(
            section=Section.RESPOND,
            name=_("Signals that open cases"),
            url_name="signal_rules",
            icon="bell",
            permission=Permission.SIGNAL_RULES_MANAGE.value,
            order=61,
            help=_("Which alerts become a case by themselves, and whose"),
        )
    )
    register_panel(CasePanel(name="signals", template="respond/signals/_panel.html", build=build_panel))
    register_marks(SignalMarks(name="cases", permission=Permission.CASES_READ, build=mark_signals))


def build_panel(case: Case, request: HttpRequest) -> Mapping[str, object]:
    """The signals that led to the case; what lies in units of others is told without a link."""
    rows = list_signals_of(case)
    if not rows:
        return {}
    scope = visitor_of(request).scope_for(Permission.FEEDBACK_READ)
    signals = [row.signal for row in rows]
    said = say_signals(signals, now=timezone.now())
    named = {one.incident_id for one in signals if one.incident_id is not None}
    seen = visible_incidents(scope=scope).filter(pk__in=named).values_list("pk", flat=True) if named else ()
    incidents = frozenset(seen)
    return {
        "lines": [
            {
                "row": row,
                "said": said[row.signal_id],
                "url": _address(row.signal, scope=scope, incidents=incidents),
            }
            for row in rows
        ]
    }


def mark_signals(request: HttpRequest, signals: Sequence[Signal]) -> Mapping[int, Sequence[Mark]]:
    """The case of each, where the visitor may see it."""
    scope = visitor_of(request).scope_for(Permission.CASES_READ)
    return {
        signal_id: [
            Mark(
                label=gettext("Case %(number)s") % {"number": case.number},
                url=reverse("case", args=[case.number]),
                tone="info" if case.is_open else "good",
            )
        ]
        for signal_id, case in cases_of_signals([one.pk for one in signals], scope=scope).items()
    }


def _address(signal: Signal, *, scope: Scope, incidents: frozenset[int]) -> str:
    if signal.incident_id is not None:
        return reverse("alert", args=[signal.incident_id]) if signal.incident_id in incidents else ""
    if not scope.allows(signal.unit_id):
        return ""
    return (
        reverse("voice", args=[signal.feedback_id])
        if signal.feedback_id
        else f"{reverse('alerts')}?view=single"
    )
