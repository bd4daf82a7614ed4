"""Template tags of alerts: `{% load alerts %}`."""

from __future__ import annotations

from typing import Protocol

import msgspec
from django import template
from django.utils.translation import gettext as _

from zhiyin.console.templatetags.shell import page_language
from zhiyin.insight.alerts.measures import read_measure
from zhiyin.insight.alerts.narrowing import name_of
from zhiyin.insight.alerts.rules import read_options
from zhiyin.insight.alerts.saying import Happening, say, say_headline
from zhiyin.insight.alerts.signals import Figures
from zhiyin.insight.models import AlertRule, IncidentEvent, Signal

register = template.Library()


@register.filter
def said_of_event(event: IncidentEvent) -> str:
    """What happened, in words."""
    texts = {
        "opened": _("Noticed"),
        "reopened": _("Open again"),
        "over": _("Over: nothing unusual for two days"),
        "acknowledged": _("Looks after it"),
        "unacknowledged": _("No longer looks after it"),
        "muted": _("Kept silent, days: %(value)s") % {"value": event.value},
        "unmuted": _("Speaks of it again"),
        "closed": _("Closed"),
        "merged": _("Another incident turned out to be part of this one"),
    }
    if event.kind == "assigned":
        return _("Assigned to %(name)s") % {"name": event.value} if event.value else _("Assigned to nobody")
    return texts.get(event.kind, event.kind)


class NamedRule(Protocol):
    """A rule that people or Zhiyin named; `code` is empty for those of people."""

    @property
    def code(self) -> str:
        """By what Zhiyin knows it."""

    @property
    def name(self) -> str:
        """As it is stored."""


@register.filter
def rule_name(rule: NamedRule) -> str:
    """The rule's name; one that Zhiyin brought in both languages is named in the page's."""
    zh, mark, en = rule.name.partition(" · ")
    if not (rule.code and mark):
        return rule.name
    return zh if page_language() == "zh" else en


@register.filter
def rule_segment(rule: AlertRule) -> str:
    """The name of the segment whose voices alone the rule watches; empty where it watches all."""
    segment = read_options(rule).segment
    return name_of(segment, language=page_language()) if segment else ""


@register.filter
def said_of_signal(signal: Signal) -> str:
    """The figures of an alert as a sentence."""
    figures = msgspec.convert(signal.figures, Figures)
    measure = read_measure(signal.measure)
    told = Happening(
        where=signal.unit.name if signal.unit else say("everywhere", language=page_language()),
        channel=signal.channel,
        measure=measure,
        subject=measure,
        direction=signal.direction,
        observed=figures.observed,
        expected=figures.expected,
        hours=figures.hours,
    )
    return say_headline(told, language=page_language())
