"""What a signal tells, in one sentence in the language of the moment."""

from __future__ import annotations

from datetime import datetime

from zhiyin.console.templatetags.shell import page_language
from zhiyin.insight.alerts.listing import make_lines
from zhiyin.insight.models import Signal
from zhiyin.insight.templatetags.alerts import said_of_signal
from zhiyin.people.scope import EVERYTHING


def say_signal(signal: Signal, *, now: datetime) -> str:
    """The headline of its incident, else its own figures."""
    if signal.incident is None:
        return said_of_signal(signal)
    (line,) = make_lines([signal.incident], scope=EVERYTHING, language=page_language(), now=now)
    return line.headline
