"""Pages: what cases say in sum, the cases behind each figure, and one row a case as a file."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhiyin.console.exports import MAX_XLSX_ROWS, stream_table, wanted_format
from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.insight.periods import NAMES, PeriodChoice, read_period
from zhiyin.insight.unit_choices import list_unit_choices
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.models import Account, OrgUnit
from zhiyin.people.pages import Pages, page_number
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.queries import find_unit_by_code, list_subtree_ids
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event
from zhiyin.people.zones import company_zone
from zhiyin.respond.reports.edges import count_over, list_edges
from zhiyin.respond.reports.effort import (
    count_effort_of,
    list_effort_by_person,
    list_effort_by_unit,
    measure_effort,
)
from zhiyin.respond.reports.figures import make_report
from zhiyin.respond.reports.lines import (
    draw_clocks,
    draw_edges,
    draw_figures,
    draw_person_effort,
    draw_unit_effort,
    draw_units,
    say_edge,
)
from zhiyin.respond.reports.rows import report_columns, report_rows
from zhiyin.respond.reports.selection import EFFORT_ROWS, ROWS, Selection, rows_behind

PAGE_SIZE = 50
_LONGEST_ID = 16
_LONGEST_EDGE = 66


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the address asks for. `is_alone`: of the unit itself, without those below it."""

    selection: Selection
    period: PeriodChoice
    unit: OrgUnit | None
    is_alone: bool = False

    @property
    def query(self) -> str:
        """The part of the address that says it, for links."""
        days = {"since": self.period.first_day, "until": self.period.last_day}
        named = {name: day.isoformat() for name, day in days.items() if day}
        unit = {"unit": self.unit.code} if self.unit else {}
        alone = {"only": "1"} if self.is_alone else {}
        return urlencode({"period": self.period.code, **named, **unit, **alone})


@require_safe
@requires(Permission.CASES_READ)
def show_reports(request: HttpRequest) -> HttpResponse:
    """The figures of the period, each with the cases behind it."""
    asked = _ask(request, scope=scope_of(request))
    report = make_report(asked.selection)
    rows_url = f"{reverse('case_report_rows')}?{asked.query}"
    any_unit_url = f"{reverse('case_report_rows')}?{_without_unit(asked)}"
    people = list_effort_by_person(asked.selection) if _may_see_people(request) else []
    context = {
        **_bar(request, asked),
        "report": report,
        "figures": draw_figures(report, effort=measure_effort(asked.selection), rows_url=rows_url),
        "clocks": draw_clocks(report, rows_url=rows_url),
        "units": draw_units(report, rows_url=any_unit_url),
        "unit_effort": draw_unit_effort(list_effort_by_unit(asked.selection), rows_url=any_unit_url),
        "person_effort": draw_person_effort(people, rows_url=rows_url),
        "edges": draw_edges(list_edges(asked.selection), rows_url=rows_url),
        "rows_url": rows_url,
        "export_url": f"{reverse('case_report_export')}?{asked.query}",
    }
    return render_page(request, "respond/reports/reports.html", context)


@require_safe
@requires(Permission.CASES_READ)
def show_rows(request: HttpRequest) -> HttpResponse:
    """The cases behind one figure."""
    asked, rows, edge = _ask(request, scope=scope_of(request)), _rows_key(request), _edge(request)
    account = _person(request)
    found = rows_behind(asked.selection, rows=rows, account_id=account.pk if account else None, edge=edge)
    number, n = page_number(request.GET.get("page", "")), found.count()
    start = (number - 1) * PAGE_SIZE
    chosen = found.select_related("unit", "owner").order_by("-opened_at", "-pk")
    cases = list(chosen[start : start + PAGE_SIZE])
    is_effort = rows in EFFORT_ROWS
    counts = count_effort_of(cases, account_id=account.pk if account else None) if is_effort else {}
    context = {
        **_bar(request, asked),
        "n": n,
        "lines": [(case, counts.get(case.pk)) for case in cases],
        "is_effort": is_effort,
        "name": _name(rows, account=account, edge=edge, asked=asked),
        "rows": rows,
        "edge": edge,
        "who": account.pk if account else "",
        "n_over": count_over(found, edge=edge) if edge else None,
        "pages": Pages(number=number, n_rows=n, size=PAGE_SIZE),
        "back_url": f"{reverse('case_reports')}?{asked.query}",
        "export_url": f"{reverse('case_report_export')}?{asked.query}&rows={rows}"
        + (f"&who={account.pk}" if account else "")
        + (f"&{urlencode({'edge': edge})}" if edge else ""),
    }
    return render_page(request, "respond/reports/rows.html", context)


@require_safe
@requires(Permission.FEEDBACK_EXPORT)
def export_rows(request: HttpRequest) -> HttpResponseBase:
    """One row a case, of the period or behind one figure."""
    may_read = visitor_of(request).scope_for(Permission.CASES_READ)
    may_take = visitor_of(request).scope_for(Permission.FEEDBACK_EXPORT)
    scope = may_read if may_take.unit_ids is None else may_read.narrowed_to(may_take.unit_ids)
    asked, form = _ask(request, scope=scope), wanted_format(request.GET.get("format", ""))
    account, rows, edge = _person(request), _rows_key(request), _edge(request)
    account_id = account.pk if account else None
    cases = rows_behind(asked.selection, rows=rows, account_id=account_id, edge=edge)
    n_rows = cases.count()
    if form == "xlsx" and n_rows > MAX_XLSX_ROWS:
        tell(request, _("Excel holds a million rows at most. Take CSV, or narrow the list."), tone="bad")
        return redirect(f"{reverse('case_reports')}?{asked.query}")
    sent = stream_table(
        request,
        name=f"{_('Cases')}-{timezone.localdate().isoformat()}",
        columns=report_columns(),
        rows=report_rows(cases),
        form=form,
        n_rows=n_rows,
    )
    record_event("case_report.exported", by=actor_of(request), details={"rows": n_rows})
    return sent


def _ask(request: HttpRequest, *, scope: Scope) -> _Asked:
    now, given = timezone.now(), request.GET
    first, last = given.get("since", ""), given.get("until", "")
    period = read_period(given.get("period", ""), first=first, last=last, now=now, zone=company_zone())
    code = given.get("unit", "")
    unit = find_unit_by_code(code) if code else None
    is_seen = unit is not None and scope.allows(unit.pk)
    is_alone = given.get("only") == "1" and is_seen
    unit_ids: frozenset[int] = frozenset()
    if unit is not None and is_seen:
        unit_ids = frozenset({unit.pk} if is_alone else list_subtree_ids(unit.pk))
    selection = Selection(
        scope=scope,
        now=now,
        since=period.since,
        until=period.until,
        unit_ids=unit_ids if code else None,
    )
    return _Asked(selection=selection, period=period, unit=unit if is_seen else None, is_alone=is_alone)


def _bar(request: HttpRequest, asked: _Asked) -> dict[str, object]:
    return {
        "periods": [(code, str(name)) for code, name in NAMES.items() if code != "custom"],
        "period": asked.period,
        "units": list_unit_choices(asked.selection.scope, chosen=asked.unit),
        "is_unit_unknown": bool(request.GET.get("unit")) and asked.unit is None,
        "may_export": visitor_of(request).may(Permission.FEEDBACK_EXPORT),
    }


def _without_unit(asked: _Asked) -> str:
    return _Asked(selection=asked.selection, period=asked.period, unit=None).query


def _may_see_people(request: HttpRequest) -> bool:
    """Figures of single colleagues are for those who read their answers, too."""
    return visitor_of(request).may(Permission.QUALITY_REVIEW)


def _person(request: HttpRequest) -> Account | None:
    """Whose effort is wanted; None for nobody in particular."""
    wanted, rows = request.GET.get("who", ""), _rows_key(request)
    is_id = wanted.isascii() and wanted.isdigit() and len(wanted) < _LONGEST_ID
    if not (is_id and rows in EFFORT_ROWS and _may_see_people(request)):
        return None
    return Account.objects.filter(pk=int(wanted)).first()


def _edge(request: HttpRequest) -> str:
    """Which way the cases were handed over; empty where that is not asked."""
    return request.GET.get("edge", "")[:_LONGEST_EDGE] if _rows_key(request) == "edge" else ""


def _name(rows: str, *, account: Account | None, edge: str, asked: _Asked) -> str:
    """The title of a list: what its cases have in common."""
    parts = [f"{ROWS[rows]}: {say_edge(edge)}" if edge else str(ROWS[rows])]
    if account is not None:
        parts.append(str(account))
    if asked.is_alone and asked.unit is not None:
        parts.append(_("%(unit)s by itself") % {"unit": asked.unit.name})
    return " · ".join(parts)


def _rows_key(request: HttpRequest) -> str:
    wanted = request.GET.get("rows", "")
    return wanted if wanted in ROWS else "all"
