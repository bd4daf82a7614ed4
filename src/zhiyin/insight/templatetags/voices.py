"""Template tags for customers' words: `{% load voices %}`."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from zhiyin.console.numbers import plain
from zhiyin.console.templatetags.shell import page_language
from zhiyin.insight import naming
from zhiyin.insight.highlights import Piece, cut_words
from zhiyin.insight.search import find_hits, read_search
from zhiyin.insight.voice_names import POLARITIES, SENTIMENTS, SIGNS, URGENCY
from zhiyin.listen.queries.feedback import OpinionOut

register = template.Library()


@register.simple_tag
def voice_words(
    text: str, opinions: Sequence[OpinionOut] = (), search: str = "", limit: int = 240
) -> SafeString:
    """What the customer said, opinions underlined, hits of the search marked, the rest of it on request."""
    hits = find_hits(text, read_search(search)) if search else []
    words = cut_words(text, opinions=opinions, hits=hits, limit=limit)
    if not words.tail:
        return format_html('<p class="verbatim">{}</p>', draw_pieces(words.head))
    return format_html(
        '<details class="verbatim words"><summary>{}'
        ' <span class="words-more">{}</span></summary>{}{}</details>',
        draw_pieces(words.head),
        _("Read on"),
        draw_pieces(words.tail),
        " …" if words.is_cut else "",
    )


@register.simple_tag
def pieces(some: Sequence[Piece]) -> SafeString:
    """Pieces of words, marked."""
    return draw_pieces(some)


@register.filter
def polarity_name(polarity: str | None) -> str:
    """Positive, neutral, negative or mixed, in the page's language."""
    return str(SENTIMENTS.get(polarity or "", ""))


@register.filter
def polarity_sign(polarity: str | None) -> str:
    """A sign for a polarity or sentiment, for eyes that do not tell colours apart."""
    return SIGNS.get(polarity or "", "")


@register.filter
def urgency_name(level: int) -> str:
    """When to look at a voice of this level; empty for 0."""
    return str(URGENCY.get(level, ""))


@register.simple_tag
def stars(value: float | None) -> SafeString:
    """A rating as stars and figure, said in words to those who hear the page."""
    if value is None:
        return SafeString("")
    figure = plain(value).removesuffix(".0")
    full = round(value)
    return format_html(
        '<span class="stars" role="img" aria-label="{}"><span class="stars-full">{}</span>'
        '<span class="stars-empty">{}</span></span>',
        _("%(n)s of 5 stars") % {"n": figure},
        "★" * full,
        "★" * (5 - full),
    )


def draw_pieces(some: Sequence[Piece]) -> SafeString:
    """The pieces as HTML."""
    return format_html_join("", "{}", ((_draw(piece),) for piece in some))


def _draw(piece: Piece) -> SafeString:
    words = (
        format_html('<mark class="hit">{}</mark>', piece.text)
        if piece.is_hit
        else format_html("{}", piece.text)
    )
    one = piece.opinion
    if one is None:
        return words
    name = naming.aspect_name(one.aspect, language=page_language(), stored=one.aspect_name)
    return format_html(
        '<mark class="opinion opinion-{}" title="{}">{}</mark>',
        one.polarity,
        f"{name}: {POLARITIES.get(one.polarity, one.polarity)}",
        words,
    )
