"""Says in templates whether the visitor may work on a case."""

from __future__ import annotations

from django import template
from django.http import HttpRequest
from django.template import Context

from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission
from zhiyin.respond.models import Case

register = template.Library()


@register.simple_tag(takes_context=True)
def may_work_on(context: Context, case: Case) -> bool:
    """Whether whoever looks may take steps of this case."""
    request = context.get("request")
    if not isinstance(request, HttpRequest):
        return False
    return visitor_of(request).scope_for(Permission.CASES_WORK).allows(case.unit_id)
