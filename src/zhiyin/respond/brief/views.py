"""Parts of a case's page: its brief, and whether a question was answered already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from zhiyin.console.pages import render_page, wanted_part
from zhiyin.console.templatetags.shell import page_language
from zhiyin.errors import InvalidInput
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.scope import Scope
from zhiyin.people.views.posts import takes_form_of
from zhiyin.respond.brief.facts import Fact, find_answers, find_asked
from zhiyin.respond.brief.orders import find_orders, reveal_numbers
from zhiyin.respond.brief.telling import Brief, read_brief
from zhiyin.respond.brief.topics import Topic
from zhiyin.respond.brief.words import SOURCE_NAMES, TOPIC_NAMES
from zhiyin.respond.models import Case
from zhiyin.respond.owning.queries import units_before
from zhiyin.respond.views.case import find_case
from zhiyin.respond.wording import say

_MOST_TYPED = 300
_PAGE = "respond/brief/brief.html"


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
    parts = {"case-brief": "respond/brief/_brief.html"}
    return render_page(request, _PAGE, _with_orders(request, case, _read(request, case)), parts=parts)


@require_safe
@requires(Permission.CASES_READ)
def show_asked(request: HttpRequest, number: str) -> HttpResponse:
    """Whether the question that is typed was answered already, with the answer and where it stands."""
    case, typed = find_case(request, number), " ".join(request.GET.get("q", "").split())[:_MOST_TYPED]
    brief = _read(request, case)
    found = find_answers(typed, brief.facts) if typed else []
    asked = {
        "q": typed,
        "answers": group_facts(found),
        "is_understood": bool(find_asked(typed, is_question=True)),
    }
    parts = {"case-asked": "respond/brief/_asked.html"}
    # A part is asked for with every few letters: it needs no orders.
    is_part = wanted_part(request) in parts
    known: dict[str, object] = {"case": case} if is_part else _with_orders(request, case, brief)
    return render_page(request, _PAGE, {**known, **asked}, parts=parts)


@requires(Permission.VERBATIM_REVEAL)
@takes_form_of("case_brief", "number")
def show_numbers(request: HttpRequest, number: str) -> HttpResponse:
    """Show the numbers of the orders once; the trail knows who looked and why."""
    case = find_case(request, number)
    brief, reason = _read(request, case), request.POST.get("why_order", "")
    context, status = _with_orders(request, case, brief), 200
    try:
        context["numbers"] = reveal_numbers(case, brief.voices, reason=reason, by=actor_of(request))
        context["is_revealed"] = True
    except InvalidInput as error:
        context["problem"], status = say(error), 422
    parts = {"case-brief": "respond/brief/_brief.html"}
    response = render_page(request, _PAGE, context, parts=parts, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _with_orders(request: HttpRequest, case: Case, brief: Brief) -> dict[str, object]:
    visitor = visitor_of(request)
    scope = visitor.scope_for(Permission.FEEDBACK_READ)
    if scope.unit_ids is not None:  # the order was placed where the case came from
        scope = Scope(unit_ids=scope.unit_ids | units_before(case, visitor=visitor))
    orders = find_orders(brief.voices, scope=scope)
    is_named = bool(orders.orders or orders.n_unknown) or any(
        fact.topic is Topic.ORDER for fact in brief.facts
    )
    may_reveal = visitor.scope_for(Permission.VERBATIM_REVEAL).allows(case.unit_id)
    return {
        "case": case,
        "brief": brief,
        "groups": group_facts(brief.facts),
        "orders": orders,
        "may_reveal_numbers": is_named and may_reveal,
    }


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
    visitor = visitor_of(request)
    return read_brief(
        case,
        scope=visitor.scope_for(Permission.FEEDBACK_READ),
        language=page_language(),
        came_from=units_before(case, visitor=visitor),
    )
