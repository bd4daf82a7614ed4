"""Template tags of this room: `{% load insight %}`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import template
from django.template import Context

from zhiyin.console.templatetags.shell import page_language
from zhiyin.insight import naming
from zhiyin.insight.scope_bar import ScopeBar, make_scope_bar
from zhiyin.insight.state import Change
from zhiyin.insight.wording import wording

register = template.Library()


@register.filter
def named(code: str) -> str:
    """What people call a signal, intent, emotion, need or reason of urgency."""
    return wording(page_language()).name(code)


@register.filter
def aspect_name(aspect: str, stored: str | None = None) -> str:
    """What people call the aspect; `stored` is the name that the facts hold."""
    return naming.aspect_name(aspect, language=page_language(), stored=stored)


@register.filter
def at(values: Mapping[object, object], key: object) -> object:
    """The value at the key of a mapping; the key itself where there is none."""
    return values.get(key, key)


@register.simple_tag(takes_context=True)
def state_url(context: Context, name: str, *args: object, **changes: Change) -> str:
    """Address of the page `name` in the state of this page (`state`), with parameters set anew.

    None or an empty text drops one: `{% state_url "voices" aspect=line.aspect polarity="negative" %}`.
    """
    address: str = context["state"].url(name, *args, **changes)
    return address


@register.simple_tag(takes_context=True)
def scope_bar(context: Context) -> ScopeBar:
    """What `insight/_scope.html` shows, for the `state` and the address of this page.

    `scope_kept` (pairs of name and value) are choices of the page that outlive another period.
    """
    kept: Sequence[tuple[str, str]] = context.get("scope_kept") or ()
    return make_scope_bar(context["state"], action=context["request"].path, also=kept)
