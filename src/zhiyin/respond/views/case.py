"""Pages: one case with its whole story."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from zhiyin.assist.services.drafts import Draft
from zhiyin.assist.services.endpoint import is_on
from zhiyin.console.pages import render_page
from zhiyin.customers.profile.visits import find_visible_customer
from zhiyin.errors import NotFound
from zhiyin.people.access import scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.respond.case_page import read_case_page
from zhiyin.respond.case_panels import draw_panels
from zhiyin.respond.contacts import Contact
from zhiyin.respond.customer import read_customer
from zhiyin.respond.forms import LOCAL_TIME
from zhiyin.respond.links import customer_address, draw_code
from zhiyin.respond.models import Case
from zhiyin.respond.owning.handed_on import find_handed_on
from zhiyin.respond.queries import get_case


def find_case(request: HttpRequest, number: str) -> Case:
    """The case, within the rows of the permission that the view declares; else 404."""
    try:
        return get_case(number, scope=scope_of(request))
    except NotFound:
        raise Http404 from None


@require_safe
@requires(Permission.CASES_READ)
@never_cache
def show_case(request: HttpRequest, number: str) -> HttpResponse:
    """One page with the whole story, and what can be done next.

    Who handed the case to a unit that they do not see is led to where it went.
    """
    try:
        return draw_case(request, find_case(request, number))
    except Http404:
        visitor = visitor_of(request)
        if visitor.account is None or not visitor.may(Permission.CASES_WORK):
            raise
        if find_handed_on(number, account=visitor.account) is None:
            raise
        return redirect("case_handed_on", number)


def draw_case(
    request: HttpRequest,
    case: Case,
    *,
    problem: str = "",
    typed: Mapping[str, str] | None = None,
    revealed: Contact | None = None,
    machine_draft: Draft | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of the case. `typed` fills the fields again after a `problem`.

    `machine_draft` is what a machine added to the answer, so that the page says so.
    """
    page = read_case_page(request, case)
    given = typed or {}
    draft = page.draft.text if page.draft else ""
    wanted = request.GET.get("greeting", "")
    greeting = next((one.text for one in page.greetings if one.code == wanted), "")
    context = {
        "page": page,
        "case": case,
        "panels": draw_panels(request, case),
        "problem": problem,
        "typed": given,
        "revealed": revealed,
        "answer_text": given.get("answer") or "\n\n".join(filter(None, [greeting, draft])),
        "draft": page.draft,
        "machine_draft": machine_draft,
        "can_draft": page.may_work and is_on(),
        "due_value": timezone.localtime(case.due_at).strftime(LOCAL_TIME),
    }
    return render(request, "respond/case.html", context, status=status)


@require_safe
@requires(Permission.CASES_READ)
def show_customer(request: HttpRequest, number: str) -> HttpResponse:
    """The customer's other voices and cases: a part of the page, or a page of its own without script."""
    case = find_case(request, number)
    visitor = visitor_of(request)
    customer = read_customer(
        case,
        voices_scope=visitor.scope_for(Permission.FEEDBACK_READ),
        cases_scope=visitor.scope_for(Permission.CASES_READ),
    )
    customer_id = find_visible_customer(request, key=customer.author_key)
    context = {"customer": customer, "case": case, "customer_id": customer_id}
    return render_page(
        request, "respond/customer.html", context, parts={"case-customer": "respond/_customer.html"}
    )


@require_safe
@requires(Permission.CASES_WORK)
def show_code(request: HttpRequest, number: str) -> HttpResponse:
    """The customer's link as a QR code, for a screen at the counter or for paper."""
    case = find_case(request, number)
    response = HttpResponse(draw_code(customer_address(request, case)), content_type="image/svg+xml")
    response["Cache-Control"] = "private, no-store"
    return response
