"""Pages: the lists of cases, and their export."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhiyin.console.exports import Cell, stream_table, wanted_format
from zhiyin.console.pages import render_page
from zhiyin.insight.unit_choices import list_unit_choices
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.models import Account
from zhiyin.people.pages import Pages, page_number
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.queries import find_branch_ids, find_unit_by_code
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event
from zhiyin.respond.flow.filters import NAMES as FLOW_FILTERS
from zhiyin.respond.flow.filters import list_choices, read_filter
from zhiyin.respond.flow.saved_lists import clean_query, list_saved
from zhiyin.respond.models import Case, CaseStatus
from zhiyin.respond.queries import (
    CaseCounts,
    CaseFilter,
    count_cases,
    list_cases,
    list_colleagues,
    select_cases,
)
from zhiyin.respond.wording import STATUS_NAMES

PAGE_SIZE = 50
VIEWS = ("mine", "open", "overdue", "unanswered", "followed", "ended")
_FILTERS = ("q", "unit", "owner", *FLOW_FILTERS)


@require_safe
@requires(Permission.CASES_READ)
def show_cases(request: HttpRequest) -> HttpResponse:
    """The cases that wait, those first that are due first."""
    visitor, scope = visitor_of(request), scope_of(request)
    counts = count_cases(scope=scope, owner=visitor.account, now=timezone.now())
    view = _view(request, counts=counts)
    number = page_number(request.GET.get("page", ""))
    filter = _filter(request, view=view, scope=scope)
    found = list_cases(
        scope=scope, filter=filter, narrow=_narrow(request), offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE
    )
    may_work = visitor.may(Permission.CASES_WORK)
    unit = find_unit_by_code(request.GET.get("unit", ""))
    chosen = unit if unit is not None and scope.allows(unit.pk) else None
    context = {
        "counts": counts,
        "view": view,
        "cases": found.cases,
        "n": found.n,
        "pages": Pages(number=number, n_rows=found.n, size=PAGE_SIZE),
        # A name is told only to those who see a case of theirs.
        "owner": filter.owner if found.n and view != "mine" else None,
        "is_filtered": any(request.GET.get(name) for name in _FILTERS),
        "may_work": may_work,
        "may_export": visitor.may(Permission.FEEDBACK_EXPORT),
        "colleagues": list_colleagues(scope=visitor.scope_for(Permission.CASES_WORK)) if may_work else [],
        "units": list_unit_choices(scope, chosen=chosen),
        "choices": list_choices(),
        "is_narrowed": any(request.GET.get(name) for name in FLOW_FILTERS),
        "saved": list_saved(visitor.account) if visitor.account else [],
        "query": clean_query(request.GET),
        "tomorrow": (timezone.localdate() + timedelta(days=1)).isoformat(),
    }
    return render_page(request, "respond/cases.html", context, parts={"case-counts": "respond/_counts.html"})


@require_safe
@requires(Permission.FEEDBACK_EXPORT)
def export_cases(request: HttpRequest) -> StreamingHttpResponse:
    """The list as a file, one row a case."""
    scope = _both(
        visitor_of(request).scope_for(Permission.CASES_READ),
        visitor_of(request).scope_for(Permission.FEEDBACK_EXPORT),
    )
    counts = count_cases(scope=scope, owner=visitor_of(request).account, now=timezone.now())
    filter = _filter(request, view=_view(request, counts=counts), scope=scope)
    cases = _narrow(request)(select_cases(scope=scope, filter=filter))
    n_rows = cases.count()
    sent = stream_table(
        request,
        name=_("Cases"),
        columns=_columns(),
        rows=_rows(cases.iterator(500)),
        form=wanted_format(request.GET.get("format", "")),
        n_rows=n_rows,
    )
    record_event("cases.exported", by=actor_of(request), details={"rows": n_rows})
    return sent


def _columns() -> Sequence[str]:
    return [
        *(_("Number"), _("Title"), _("Status"), _("Owner"), _("Unit"), _("Urgency")),
        *(_("Opened"), _("Due"), _("Answered on"), _("Ended on"), _("Hand-overs"), _("Reopened, times")),
    ]


def _rows(cases: Iterator[Case]) -> Iterator[Sequence[Cell]]:
    for case in cases:
        yield [
            *(case.number, case.title, str(STATUS_NAMES[case.stands]), str(case.owner), case.unit.name),
            *(case.urgency, case.opened_at, case.due_at, case.answered_at, case.closed_at),
            *(case.n_transfers, case.n_reopened),
        ]


def _view(request: HttpRequest, *, counts: CaseCounts) -> str:
    """The chosen list; without a choice the own cases, or all where the visitor has none."""
    wanted = request.GET.get("view", "")
    if wanted in VIEWS:
        return wanted
    is_asked = any(request.GET.get(name) for name in _FILTERS if name != "unit")
    return "mine" if counts.n_mine and not is_asked else "open"


def _filter(request: HttpRequest, *, view: str, scope: Scope) -> CaseFilter:
    status = request.GET.get("status", "")
    return CaseFilter(
        owner=visitor_of(request).account if view == "mine" else _owner(request),
        unit_ids=find_branch_ids(request.GET.get("unit", ""), scope=scope),
        statuses=frozenset({CaseStatus(status)}) if status in set(CaseStatus) else frozenset(),
        # Whoever searches for a number wants it, ended or not.
        is_open=None if _wants_ended_too(request, view=view) else view != "ended",
        overdue_at=timezone.now() if view == "overdue" else None,
        is_unanswered=view == "unanswered",
        text=request.GET.get("q", ""),
        sort="newest" if view == "ended" or request.GET.get("sort") == "newest" else "due",
    )


def _wants_ended_too(request: HttpRequest, *, view: str) -> bool:
    is_chosen = bool(request.GET.get("q") or request.GET.get("status"))
    return view == "followed" or (view == "open" and is_chosen)


def _narrow(request: HttpRequest) -> Callable[[QuerySet[Case]], QuerySet[Case]]:
    return read_filter(request.GET, follower=visitor_of(request).account).narrow


def _owner(request: HttpRequest) -> Account | None:
    """The colleague whose cases are asked for; None for everybody's."""
    text = request.GET.get("owner", "")
    is_id = text.isascii() and text.isdigit() and len(text) < 10
    return Account.objects.filter(pk=int(text)).first() if is_id else None


def _both(one: Scope, other: Scope) -> Scope:
    return one if other.unit_ids is None else one.narrowed_to(other.unit_ids)
