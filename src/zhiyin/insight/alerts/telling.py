"""Tells the destinations of a rule about an incident or an alert, each once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.urls import reverse

from zhiyin.console.numbers import Language
from zhiyin.insight.alerts.measures import read_measure
from zhiyin.insight.alerts.saying import Happening, say, say_headline
from zhiyin.insight.delivery.contract import OutMessage, queue_message
from zhiyin.insight.models import AlertRule, Incident

MAX_TITLE = 120


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

    def make(language: Language) -> OutMessage:
        where = incident.unit.name if incident.unit else say("everywhere", language=language)
        headline = say_headline(happening_of(incident, where=where), language=language)
        return OutMessage(
            key=f"incident:{incident.pk}:{incident.last_at.isoformat()}",
            title=headline[:MAX_TITLE],
            text=headline + full_stop(language),
            path=reverse("alert", args=[incident.pk]),
            level=incident.level,
        )

    return tell_destinations(rule, make=make, now=now)


def tell_destinations(rule: AlertRule, *, make: Callable[[Language], OutMessage], now: datetime) -> int:
    """Queue what `make` says for the rule's destinations, each in its own language; how many deliveries."""
    ids: dict[Language, list[int]] = {}
    for pk, language in rule.destinations.values_list("pk", "language"):
        ids.setdefault("en" if language == "en" else "zh", []).append(pk)
    n_queued = 0
    for language, those in ids.items():
        message = make(language)
        # A message keeps the words it first came with, so each language has its own.
        message = replace(message, key=message.key if language == "zh" else f"{message.key}:{language}")
        n_queued += queue_message(message, destination_ids=those, now=now)
    return n_queued


def full_stop(language: Language) -> str:
    """What ends a sentence."""
    return "。" if language == "zh" else "."
