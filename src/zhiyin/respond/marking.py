"""A customer's words with the opinions marked in them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from zhiyin.console.numbers import Language
from zhiyin.insight.naming import aspect_name
from zhiyin.listen.queries.feedback import OpinionOut

_POLARITIES = frozenset({"positive", "negative", "neutral"})


def mark_opinions(text: str, opinions: Sequence[OpinionOut], *, language: Language) -> SafeString:
    """The text as HTML, each opinion within `<mark>`; of two that overlap, the first."""
    pieces: list[str] = []
    here = 0
    for opinion in sorted(opinions, key=lambda one: (one.start, -one.end)):
        if opinion.start < here or opinion.end > len(text) or opinion.polarity not in _POLARITIES:
            continue
        pieces += [escape(text[here : opinion.start]), _mark(text, opinion, language=language)]
        here = opinion.end
    # Every piece was escaped on its way in.
    return mark_safe("".join([*pieces, escape(text[here:])]))  # noqa: S308


def _mark(text: str, opinion: OpinionOut, *, language: Language) -> SafeString:
    return format_html(
        '<mark class="opinion opinion-{}" title="{}">{}</mark>',
        opinion.polarity,
        aspect_name(opinion.aspect, language=language, stored=opinion.aspect_name),
        text[opinion.start : opinion.end],
    )
