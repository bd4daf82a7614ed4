"""Template filters of this room: `{% load people %}`."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language, ngettext

from zhiyin.people.models import OrgUnit
from zhiyin.people.role_words import role_name
from zhiyin.people.unit_words import kind_name

register = template.Library()
_MADE_CODES = ("name:", "long:")


@register.filter
def kind(code: str) -> str:
    """A unit's kind in the page's language."""
    return kind_name(code, language=get_language() or "zh")


@register.filter
def unit_code(unit: OrgUnit) -> str:
    """The unit's code; nothing where it was made up because the voices gave none."""
    return "" if unit.code.startswith(_MADE_CODES) else unit.code


@register.filter
def below_words(n: int) -> str:
    """How many units stand right below."""
    return ngettext("%(n)d below it", "%(n)d below it", n) % {"n": n}


@register.filter
def more_words(n: int) -> str:
    """How many units of a branch are not shown."""
    return ngettext("%(n)d more", "%(n)d more", n) % {"n": n}


@register.filter
def role(code: str) -> str:
    """What a role is called."""
    return str(role_name(code))
