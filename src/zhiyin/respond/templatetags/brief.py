"""Filters for the brief of a case."""

from __future__ import annotations

from django import template

from zhiyin.respond.statuses import Step
from zhiyin.respond.wording import STEP_NAMES

register = template.Library()


@register.filter
def step_name(kind: str) -> str:
    """What the step is called."""
    return str(STEP_NAMES[Step(kind)])
