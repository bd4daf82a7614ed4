"""Template tags of comparisons: `{% load peers %}`."""

from __future__ import annotations

from django import template
from django.template import Context

from zhiyin.insight.scoreboard_page import find_only_unit

register = template.Library()


@register.simple_tag(takes_context=True)
def own_unit(context: Context) -> str:
    """Code of the only unit that the reader of this page sees; empty for who sees several."""
    return find_only_unit(context["state"]) or ""
