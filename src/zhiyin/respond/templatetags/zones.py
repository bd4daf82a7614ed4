"""Filter for the clock by which somebody promised something."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from zhiyin.people.time_zones import zone_name as name_of

register = template.Library()


@register.filter
def zone_name(code: str) -> str:
    """What people call the zone, in the language of the page."""
    return name_of(code, language=get_language() or "zh")
