"""Parts beside an answer, fetched after the page: what we know, what solved the like, whom we answer."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from zhiyin.console.pages import render_page
from zhiyin.customers.profile.visits import find_visible_customer
from zhiyin.insight.queries.authors import find_author_voices
from zhiyin.insight.queries.rows import TABLES
from zhiyin.knowledge.markdown import to_plain
from zhiyin.knowledge.search import suggest
from zhiyin.listen.api import open_lake
from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.queries import find_unit
from zhiyin.people.scope import Scope
from zhiyin.respond.inbox.answering import find_target
from zhiyin.respond.inbox.asking import voices_scope
from zhiyin.respond.inbox.similar import aspect_of, find_similar
from zhiyin.respond.outbox.targets import Target
from zhiyin.respond.views.case import find_case

_N_ARTICLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLine:
    """An article whose words may go into the answer."""

    pk: int
    title: str
    text: str


@require_safe
@requires(Permission.CASES_WORK)
def show_beside_voice(request: HttpRequest, feedback_id: str) -> HttpResponse:
    """What helps to answer a voice."""
    target = find_target(request, feedback_id)
    feedback, visitor = target.detail.feedback, visitor_of(request)
    unit = find_unit(feedback.unit_id) if feedback.unit_id else None
    context = {
        "target": target,
        "articles": _articles(target),
        "similar": find_similar(
            aspect=aspect_of(target.detail),
            unit_kind=unit.kind if unit else "",
            but_not=target.case,
            scope=visitor.scope_for(Permission.CASES_READ),
            now=timezone.now(),
        ),
        "customer_id": find_visible_customer(request, key=_author(target, scope=voices_scope(request))),
    }
    parts = {"reply-beside": "respond/inbox/_beside.html"}
    return render_page(request, "respond/inbox/beside.html", context, parts=parts)


@require_safe
@requires(Permission.CASES_READ)
def show_similar(request: HttpRequest, number: str) -> HttpResponse:
    """What solved cases like this one."""
    case = find_case(request, number)
    context = {
        "case": case,
        "similar": find_similar(
            aspect=case.aspect,
            unit_kind=case.unit.kind,
            but_not=case,
            scope=visitor_of(request).scope_for(Permission.CASES_READ),
            now=timezone.now(),
        ),
    }
    parts = {"case-similar": "respond/inbox/_similar_part.html"}
    return render_page(request, "respond/inbox/similar.html", context, parts=parts)


def _articles(target: Target) -> list[ArticleLine]:
    feedback = target.detail.feedback
    found = suggest(feedback.text, unit_id=feedback.unit_id)[:_N_ARTICLES] if feedback.text else []
    return [
        ArticleLine(pk=one.article.pk, title=version.title, text=to_plain(version.text))
        for one in found
        if (version := one.article.published) is not None
    ]


def _author(target: Target, *, scope: Scope) -> str | None:
    with open_lake().connect(*TABLES) as connection:
        found = find_author_voices(connection, scope=scope, of=target.detail.feedback, limit=1)
    return found.author_key if found else None
