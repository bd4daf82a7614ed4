"""Pages: what customers were given, and the list as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhiyin.console.exports import Cell, stream_table, wanted_format
from zhiyin.console.pages import render_page
from zhiyin.insight.unit_choices import list_unit_choices
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.pages import Pages, page_number
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.queries import find_branch_ids, find_unit_by_code
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event
from zhiyin.respond.models import Compensation
from zhiyin.respond.policies.compensations import CompensationFilter, select_compensations, sum_up
from zhiyin.respond.policies.granting import can_take_back
from zhiyin.respond.policies.kinds import GrantKind, LimitOf
from zhiyin.respond.policies.limits import list_limits, period_start
from zhiyin.respond.policies.words import KIND_NAMES, say_gift
from zhiyin.respond.views.lists import PAGE_SIZE

_PERIODS = ("month", "year", "all")


@require_safe
@requires(Permission.CASES_READ)
def show_compensations(request: HttpRequest) -> HttpResponse:
    """What was given, the newest first, with what it comes to."""
    scope, now = scope_of(request), timezone.now()
    rows = select_compensations(scope=scope, filter=_filter(request, scope=scope))
    n, number = rows.count(), page_number(request.GET.get("page", ""))
    visitor = visitor_of(request)
    works = visitor.scope_for(Permission.CASES_WORK)
    shown = rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    unit = find_unit_by_code(request.GET.get("unit", ""))
    chosen = unit if unit is not None and scope.allows(unit.pk) else None
    budgets = list_limits(scope=scope, now=now)
    context = {
        "lines": [(one, say_gift(one), can_take_back(one) and works.allows(one.unit_id)) for one in shown],
        "n": n,
        "total": sum_up(rows),
        "pages": Pages(number=number, n_rows=n, size=PAGE_SIZE),
        "budgets": [one for one in budgets if one.budget.of == LimitOf.UNIT],
        "units": list_unit_choices(scope, chosen=chosen),
        "kinds": [(one.value, name) for one, name in KIND_NAMES.items() if one is not GrantKind.NONE],
        "period": _period(request),
        "may_export": visitor.may(Permission.FEEDBACK_EXPORT),
    }
    return render_page(request, "respond/policies/compensations.html", context)


@require_safe
@requires(Permission.FEEDBACK_EXPORT)
def export_compensations(request: HttpRequest) -> StreamingHttpResponse:
    """The list as a file, one row a compensation."""
    visitor = visitor_of(request)
    seen, out = visitor.scope_for(Permission.CASES_READ), visitor.scope_for(Permission.FEEDBACK_EXPORT)
    scope = seen if out.unit_ids is None else seen.narrowed_to(out.unit_ids)
    rows = select_compensations(scope=scope, filter=_filter(request, scope=scope))
    n_rows = rows.count()
    columns = [
        *(_("Number"), _("Policy"), _("What is given"), _("Amount"), _("Points"), _("Unit")),
        *(_("Granted by"), _("Granted"), _("Withdrawn")),
    ]
    sent = stream_table(
        request,
        name=_("Compensations"),
        columns=columns,
        rows=_rows(rows.iterator(500)),
        form=wanted_format(request.GET.get("format", "")),
        n_rows=n_rows,
    )
    record_event("compensations.exported", by=actor_of(request), details={"rows": n_rows})
    return sent


def _rows(rows: Iterator[Compensation]) -> Iterator[Sequence[Cell]]:
    for one in rows:
        yield [
            *(one.case.number, one.decision.version.policy.name, str(KIND_NAMES[GrantKind(one.kind)])),
            *(one.amount_cents / 100, one.points, one.unit.name),
            *(str(one.by or "Zhiyin"), one.at, one.undone_at),
        ]


def _filter(request: HttpRequest, *, scope: Scope) -> CompensationFilter:
    period, state = _period(request), request.GET.get("state", "")
    return CompensationFilter(
        unit_ids=find_branch_ids(request.GET.get("unit", ""), scope=scope),
        kind=request.GET.get("kind", ""),
        since=None if period == "all" else period_start(period, now=timezone.now()),
        is_undone={"standing": False, "undone": True}.get(state),
    )


def _period(request: HttpRequest) -> str:
    wanted = request.GET.get("period", "")
    return wanted if wanted in _PERIODS else "month"
