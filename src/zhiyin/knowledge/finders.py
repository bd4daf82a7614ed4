"""What the command palette finds of articles."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from zhiyin.console.navigation import Found
from zhiyin.knowledge.queries import readable
from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission

_LEAST_CHARACTERS = 2
_MAX_ARTICLES = 5


def find_titles(request: HttpRequest, text: str) -> Iterator[Found]:
    """Published articles whose title holds the text, of the units that the visitor may see."""
    visitor = visitor_of(request)
    if len(text) < _LEAST_CHARACTERS or not visitor.may(Permission.FEEDBACK_READ):
        return
    found = readable(visitor.scope_for(Permission.FEEDBACK_READ)).filter(
        withdrawn_at=None, published__title__icontains=text
    )
    for article in found.order_by("-changed_at")[:_MAX_ARTICLES]:
        if article.published is not None:
            yield Found(
                name=article.published.title, hint=_("Knowledge"), url=reverse("article", args=[article.pk])
            )
