"""Tags for handing a case over."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.http import HttpRequest
from django.utils.translation import gettext

from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission
from zhiyin.respond.models import Case
from zhiyin.respond.owning.transfer_view import TransferChoices, list_choices
from zhiyin.respond.owning.words import language_name

register = template.Library()


@register.filter
def language_names(codes: Iterable[str]) -> str:
    """The languages by their names, with what stands between names in the page's language."""
    return gettext(", ").join(language_name(code) for code in codes)


@register.simple_tag(takes_context=True)
def transfer_choices(context: template.Context, case: Case) -> TransferChoices:
    """Reasons, units and skills that the form of a hand-over offers to this visitor."""
    request = context["request"]
    assert isinstance(request, HttpRequest)
    return list_choices(case, scope=visitor_of(request).scope_for(Permission.CASES_WORK))
