"""Template tags for the story of a customer: `{% load story %}`."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from functools import cache

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhiyin.customers.profile import naming, wording

register = template.Library()
register.filter("month_name", wording.say_month)

_SHOWN, _LONGEST = 200, 4_000
_SIGNS = {"positive": "+", "neutral": "·", "negative": "−", "mixed": "±"}
_MOST_STARS = 5
_JOINS = "\u200d\ufe0f"


@register.filter
def amount(value: float | None) -> str:
    """An amount as on a receipt; – for none."""
    return "–" if value is None else wording.say_amount(value)


@register.filter
def day_name(value: date | datetime | None) -> str:
    """The day in the page's zone."""
    if value is None:
        return "–"
    return wording.say_day(timezone.localtime(value).date() if isinstance(value, datetime) else value)


@register.filter
def mood_name(tone: str) -> str:
    """What people call a sentiment."""
    return str(naming.MOODS.get(tone, ""))


@register.filter
def tone_sign(tone: str) -> str:
    """A sign for a sentiment, for eyes that do not tell colours apart."""
    return _SIGNS.get(tone, "")


@register.simple_tag
def story_words(text: str) -> SafeString:
    """The words; of long ones the beginning, the rest on request."""
    text = text.strip()
    if len(text) <= _SHOWN + _SHOWN // 4:
        return format_html('<p class="verbatim verbatim-small">{}</p>', text)
    at = _cut(text, _SHOWN)
    rest = text[at:_LONGEST]
    return format_html(
        '<details class="verbatim verbatim-small words"><summary>{}'
        ' <span class="words-more">{}</span></summary>{}{}</details>',
        text[:at],
        _("Read on"),
        rest,
        " …" if len(text) > _LONGEST else "",
    )


@register.simple_tag
def star_buttons(given: int) -> SafeString:
    """The buttons by which staff give one to five stars; drawn once a language, for a page has hundreds."""
    return _draw_stars(given, get_language())


@cache
def _draw_stars(given: int, _language: str | None) -> SafeString:
    buttons = (
        (n, " star-on" if n <= given else "", ' aria-pressed="true"' if n == given else "", _of_five(n))
        for n in range(1, _MOST_STARS + 1)
    )
    return format_html_join(
        "",
        '<button class="star{}" name="stars" value="{}"{} title="{}" aria-label="{}">{}</button>',
        (
            (is_on, n, mark_safe(pressed), words, words, "★" if is_on else "☆")  # noqa: S308 - our own words
            for n, is_on, pressed, words in buttons
        ),
    )


def _of_five(n: int) -> str:
    return _("%(n)s of 5 stars") % {"n": n}


def _cut(text: str, at: int) -> int:
    """Where to cut without tearing a letter from its accents or an emoji apart."""
    while at < len(text) and (
        unicodedata.combining(text[at]) or text[at] in _JOINS or text[at - 1] in _JOINS
    ):
        at += 1
    return at
