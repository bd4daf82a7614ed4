"""Template tags of the customers' pages: `{% load portal %}`."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from zhiyin.knowledge.queries import any_public
from zhiyin.portal.models import SaidAndDone
from zhiyin.portal.moments import day_and_time

register = template.Library()


@register.simple_tag(takes_context=True)
def language_query(context: Context, language: str) -> str:
    """The page's address in the other language; its other parameters stay."""
    query = context["request"].GET.copy()
    query["language"] = language
    return f"?{query.urlencode()}"


@register.filter
def when(value: datetime) -> SafeString:
    """A `<time>` with weekday and minute, in the zone that is set."""
    return format_html(
        '<time datetime="{}">{}</time>',
        timezone.localtime(value).isoformat(timespec="minutes"),
        day_and_time(value),
    )


@register.simple_tag
def has_answers() -> bool:
    """Whether there is anything on the help page. One small query."""
    return any_public()


@register.simple_tag
def has_said_and_done() -> bool:
    """Whether anything stands on the page of what we did. One small query."""
    return SaidAndDone.objects.filter(published_at__isnull=False).exists()
