"""Template tags of priorities: `{% load priority %}`."""

from __future__ import annotations

from django import template

from zhiyin.insight.priority import wording
from zhiyin.insight.priority.efforts import Size
from zhiyin.insight.priority.lines import Line

register = template.Library()


@register.filter
def problem_name(line: Line) -> str:
    """What people call the problem of the line."""
    return wording.problem_name(line.problem)


@register.filter
def problem_kind(line: Line) -> str:
    """Which kind of problem it is."""
    return wording.problem_kind(line.problem)


@register.filter
def size_name(size: Size) -> str:
    """What people call a size of work."""
    return str(wording.SIZE_NAMES[size])


@register.filter
def unlocalized(number: float) -> str:
    """The number as a field of a form takes it."""
    return f"{number:g}"
