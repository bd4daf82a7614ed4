"""Parts of a case's page: its brief, and whether a question was answered already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from zhiyin.console.pages import render_page
from zhiyin.console.templatetags.shell import page_language
from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.respond.brief.facts import Fact, find_answers, find_asked
from zhiyin.respond.brief.telling import Brief, read_brief
from zhiyin.respond.brief.words import SOURCE_NAMES, TOPIC_NAMES
from zhiyin.respond.models import Case
from zhiyin.respond.views.case import find_case

_MOST_TYPED = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A fact in the words of the page."""

    fact: Fact
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All that is known of one topic."""

    name: str
    lines: list[Line]


@require_safe
@requires(Permission.CASES_READ)
def show_brief(request: HttpRequest, number: str) -> HttpResponse:
    """What whoever takes the case up has to know: a part of the page, or a page of its own to print."""
    case = find_case(request, number)
    brief = _read(request, case)
    context = {"case": case, "brief": brief, "groups": group_facts(brief.facts)}
    parts = {"case-brief": "respond/brief/_brief.html"}
    return render_page(request, "respond/brief/brief.html", context, parts=parts)


@require_safe
@requires(Permission.CASES_READ)
def show_asked(request: HttpRequest, number: str) -> HttpResponse:
    """Whether the question that is typed was answered already, with the answer and where it stands."""
    case, typed = find_case(request, number), " ".join(request.GET.get("q", "").split())[:_MOST_TYPED]
    brief = _read(request, case)
    found = find_answers(typed, brief.facts) if typed else []
    context = {
        "case": case,
        "brief": brief,
        "groups": group_facts(brief.facts),
        "q": typed,
        "answers": group_facts(found),
        "is_understood": bool(find_asked(typed, is_question=True)),
    }
    parts = {"case-asked": "respond/brief/_asked.html"}
    return render_page(request, "respond/brief/brief.html", context, parts=parts)


def group_facts(facts: Iterable[Fact]) -> list[Group]:
    """The facts by topic, in their order."""
    return [
        Group(
            name=str(TOPIC_NAMES[topic]),
            lines=[Line(fact=one, source=str(SOURCE_NAMES[one.said.source])) for one in group],
        )
        for topic, group in groupby(facts, key=lambda fact: fact.topic)
    ]


def _read(request: HttpRequest, case: Case) -> Brief:
    scope = visitor_of(request).scope_for(Permission.FEEDBACK_READ)
    return read_brief(case, scope=scope, language=page_language())
