"""Template tags of this room: `{% load listen %}`."""

from __future__ import annotations

from dataclasses import replace

from django import template
from django.conf import settings
from django.template import Context
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.engine import open_engine
from zhiyin.listen import learning_wording, taxonomy_wording
from zhiyin.listen.sentences import page_sentence
from zhiyin.listen.services.retagging import count_other_versions, find_retagging
from zhiyin.listen.services.sample_removal import is_being_removed
from zhiyin.listen.services.sample_state import has_sample
from zhiyin.listen.taxonomy_wording import phrase_list_name
from zhiyin.people.permissions import Permission

register = template.Library()

_STATUS_NAMES: dict[str, Promise] = {
    "waiting": gettext_lazy("Waiting"),
    "running": gettext_lazy("Running"),
    "interrupted": gettext_lazy("Interrupted, goes on soon"),
    "done": gettext_lazy("Done"),
    "failed": gettext_lazy("Failed"),
    "cancelled": gettext_lazy("Cancelled"),
}
_POLARITY_NAMES: dict[str, Promise] = {
    "positive": gettext_lazy("praise"),
    "negative": gettext_lazy("blame"),
    "neutral": gettext_lazy("mention"),
}
_MINUTE, _HOUR = 60, 3600


@register.filter
def job_status(status: str) -> str:
    """How people call the state of a job."""
    return str(_STATUS_NAMES.get(status, status))


@register.filter
def polarity_name(code: str) -> str:
    """How people call the polarity of an opinion."""
    return str(_POLARITY_NAMES.get(code, code))


@register.filter
def label_name(code: str) -> str:
    """How people call the sentiment of a text, or the polarity of an opinion; a dash for none."""
    return learning_wording.label_name(code)


@register.filter
def model_name(version: str) -> str:
    """How people call a model."""
    return learning_wording.model_name(version)


@register.filter
def phrase_list(key: str) -> str:
    """How people call a list of phrases of an aspect."""
    return phrase_list_name(key)


@register.filter
def rule_name(rule: str) -> str:
    """What a rule makes of an opinion word."""
    return taxonomy_wording.rule_name(rule)


@register.filter
def span(seconds: float | None) -> str:
    """A length of time: 8 s, 2 min 5 s, 1 h 10 min; a dash for None."""
    if seconds is None:
        return "–"
    if seconds < 1:
        return _("less than 1 s")
    whole = round(seconds)
    if whole < _MINUTE:
        return _("%(s)d s") % {"s": whole}
    if whole < _HOUR:
        return _("%(m)d min %(s)d s") % {"m": whole // _MINUTE, "s": whole % _MINUTE}
    return _("%(h)d h %(m)d min") % {"h": whole // _HOUR, "m": whole % _HOUR // _MINUTE}


@register.filter
def as_percent_number(share: float | None) -> int:
    """A share (0 to 1) as a whole number of percent, for a progress bar."""
    return round(100 * min(1.0, max(0.0, share or 0.0)))


@register.filter
def said_here(sentence: str) -> str:
    """A plain English sentence of ours in the language of the page."""
    return page_sentence(sentence)


@register.inclusion_tag("listen/_sample_banner.html", takes_context=True)
def sample_banner(context: Context) -> dict[str, object]:
    """Says that the company is a made-up one and offers to remove it; nothing where it is not there."""
    is_here = has_sample()
    return {
        "is_here": is_here,
        "is_going": is_here and is_being_removed(),
        "may": context.get("may", frozenset()),
        "csrf_token": context.get("csrf_token", ""),
    }


@register.inclusion_tag("listen/_retagging_banner.html", takes_context=True)
def retagging_banner(context: Context, *, offers: bool = False) -> dict[str, object]:
    """Says that stored voices are being re-tagged; with `offers`, also that some should be, and does it."""
    state = find_retagging()
    if state is not None and state.shown == state.wanted:  # by another model
        state = replace(state, shown="")
    may_edit = Permission.TAXONOMY_EDIT.value in (context.get("may") or frozenset())
    lacks = offers and may_edit and state is None
    return {
        "state": state,
        "may_see": may_edit,
        "n_others": count_other_versions(open_engine(settings.HOME)) if lacks else 0,
        "csrf_token": context.get("csrf_token", ""),
    }
