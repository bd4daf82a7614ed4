"""The open incidents at the top of Home."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html

from zhiyin.insight.alerts.listing import IncidentLine, list_incidents
from zhiyin.insight.state import ViewState
from zhiyin.insight.today.sentences import Notice

_SHOWN = 3
_URGENT = 3


def list_incident_notices(state: ViewState) -> list[Notice]:
    """The most urgent of the incidents that go on in the asker's units; three queries."""
    lines, _n = list_incidents(
        scope=state.scope, language=state.language, now=state.now, unit_ids=state.filter.unit_ids
    )
    return [_notice(line) for line in lines[:_SHOWN] if not line.is_muted]


def _notice(line: IncidentLine) -> Notice:
    address = reverse("alert", args=[line.incident.pk])
    is_good = line.incident.tone == "good"
    return Notice(
        icon="bell",
        tone="good" if is_good else "urgent" if line.incident.level >= _URGENT else "bad",
        text=format_html('<a href="{}">{}</a>', address, line.headline),
    )
