"""Template tags of this room: `{% load respond %}`."""

from __future__ import annotations

from datetime import timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhiyin.console.templatetags.shell import short_moment, whole_moment
from zhiyin.respond.models import Case
from zhiyin.respond.statuses import CaseStatus
from zhiyin.respond.wording import STATUS_NAMES

register = template.Library()
_SOON = timedelta(hours=2)
_STATUS_CLASSES = {
    CaseStatus.OPEN: "tag",
    CaseStatus.WORKING: "tag tag-mixed",
    CaseStatus.WAITING: "tag case-answered",
    CaseStatus.HELD: "tag",
    CaseStatus.ANSWERED: "tag case-answered",
    CaseStatus.REOPENED: "tag tag-negative",
    CaseStatus.SOLVED: "tag tag-positive",
    CaseStatus.CLOSED: "tag",
}


@register.filter
def status_tag(status: str) -> SafeString:
    """Where a case stands, as a coloured word."""
    known = CaseStatus(status)
    return format_html('<span class="{}">{}</span>', _STATUS_CLASSES[known], STATUS_NAMES[known])


@register.filter
def due(case: Case) -> SafeString | str:
    """When a case is due, in words: "overdue by 3 hours"; a dash where no step of ours is owed."""
    if not case.stands.awaits_staff:
        return "–"
    left = case.due_at - timezone.now()
    local = timezone.localtime(case.due_at)
    if left < timedelta(0):
        words, kind = _("overdue by %(time)s") % {"time": _span(-left)}, "tag tag-urgent"
    elif left < timedelta(days=1):
        words, kind = (
            _("due in %(time)s") % {"time": _span(left)},
            "tag tag-mixed" if left < _SOON else "case-due",
        )
    else:
        this_year = timezone.localtime().year
        words, kind = short_moment(local, with_year=local.year != this_year), "case-due"
    stamp = local.isoformat(timespec="seconds")
    return format_html(
        '<time class="{}" datetime="{}" title="{}">{}</time>', kind, stamp, whole_moment(local), words
    )


def _span(span: timedelta) -> str:
    # Up to two of a unit are told in the smaller one: "1 hour" of 119 minutes would mislead.
    minutes = max(1, int(span.total_seconds() // 60))
    if minutes < 2 * 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 2 * 24:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return ngettext("%(n)d day", "%(n)d days", hours // 24) % {"n": hours // 24}
