"""Tells the destinations of a rule about an incident or an alert, each once."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from zhiyin.insight.alerts.measures import read_measure
from zhiyin.insight.alerts.saying import Happening, say_headline
from zhiyin.insight.delivery.contract import OutMessage, queue_message
from zhiyin.insight.models import AlertRule, Incident

_MAX_TITLE = 120


def happening_of(incident: Incident, *, where: str) -> Happening:
    """What the incident's headline tells, with its own figures."""
    return Happening(
        where=where,
        channel=incident.channel,
        measure=read_measure(incident.measure),
        subject=read_measure(incident.subject),
        direction=incident.direction,
        observed=incident.observed,
        expected=incident.expected,
        hours=incident.window_hours,
    )


def tell_incident(incident: Incident, *, rule: AlertRule, now: datetime) -> int:
    """How many deliveries were queued; none while the incident is muted."""
    if incident.muted_until is not None and incident.muted_until > now:
        return 0
    unit = incident.unit
    headline = say_headline(happening_of(incident, where=unit.name if unit else ""), language="zh")
    message = OutMessage(
        key=f"incident:{incident.pk}:{incident.last_at.isoformat()}",
        title=headline[:_MAX_TITLE],
        text=headline + "。",
        path=reverse("alert", args=[incident.pk]),
        level=incident.level,
    )
    return queue_message(message, destination_ids=list(_ids(rule)), now=now)


def _ids(rule: AlertRule) -> list[int]:
    return list(rule.destinations.values_list("pk", flat=True))
