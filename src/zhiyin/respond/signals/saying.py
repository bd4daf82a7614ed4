"""What signals tell, each in one sentence in the language of the moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from zhiyin.console.templatetags.shell import page_language
from zhiyin.insight.alerts.listing import make_lines
from zhiyin.insight.models import Signal
from zhiyin.insight.templatetags.alerts import said_of_signal
from zhiyin.people.scope import EVERYTHING


def say_signals(signals: Sequence[Signal], *, now: datetime) -> Mapping[int, str]:
    """By number: the headline of its incident, else its own figures; empty for one of a single voice. Two
    queries where there are incidents.
    """
    incidents = {one.incident_id: one.incident for one in signals if one.incident is not None}
    headlines: dict[int, str] = {}
    if incidents:
        lines = make_lines(incidents.values(), scope=EVERYTHING, language=page_language(), now=now)
        headlines = {line.incident.pk: line.headline for line in lines}
    return {
        one.pk: headlines.get(one.incident_id or 0) or ("" if one.feedback_id else said_of_signal(one))
        for one in signals
    }
