"""Pages: answers that anybody may read, found by words."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString

from zhiyin.console.client import client_address
from zhiyin.console.templatetags.shell import page_language
from zhiyin.knowledge.markdown import to_html, to_words
from zhiyin.knowledge.models import Article
from zhiyin.knowledge.queries import get_public_article, list_public
from zhiyin.knowledge.search import suggest
from zhiyin.knowledge.services import note_miss
from zhiyin.portal.pages import customer_page
from zhiyin.portal.queries.sender import company_name
from zhiyin.portal.services.throttle import charge, searching

_MOST_SIGNS, _MOST_SHOWN = 100, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """An answer in the list."""

    article_id: int
    title: str
    beginning: str


@customer_page
def show_help(request: HttpRequest) -> HttpResponse:
    """The answers, those found by `?q=`, else the most used."""
    words = " ".join(request.GET.get("q", "").split())[:_MOST_SIGNS]
    articles = _search(request, words) if words else list_public(language=page_language())
    context = {"sender": company_name(), "q": words, "lines": [_line(one) for one in articles]}
    return render(request, "portal/help/help.html", context)


@customer_page
def show_answer(request: HttpRequest, article_id: int) -> HttpResponse:
    """One answer. What is not public is not there."""
    article = get_public_article(article_id)
    version = article.published
    assert version is not None  # what is public is published
    html: SafeString = to_html(version.text)
    context = {"sender": company_name(), "title": version.title, "html": html, "language": article.language}
    return render(request, "portal/help/answer.html", context)


def _search(request: HttpRequest, words: str) -> list[Article]:
    charge(searching(address=client_address(request)), now=timezone.now())
    found = suggest(words, unit_id=None, limit=_MOST_SHOWN, audience="public")
    if not found:
        note_miss(words, is_public=True)
    return [one.article for one in found]


def _line(article: Article) -> _Line:
    version = article.published
    assert version is not None  # what is public is published
    return _Line(article_id=article.pk, title=version.title, beginning=to_words(version.text, most=90))
