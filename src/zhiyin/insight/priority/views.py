"""The page of what to mend first, the arithmetic of one problem, and what people do with it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhiyin.console.exports import stream_table, wanted_format
from zhiyin.console.pages import render_page, wanted_part
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.insight.headings import with_parameters
from zhiyin.insight.priority.asking import Evidence, ask_for_improvement, take_back_wish
from zhiyin.insight.priority.charts import weight_by_effort
from zhiyin.insight.priority.efforts import SIZES, judge_effort, list_history
from zhiyin.insight.priority.exports import priority_rows
from zhiyin.insight.priority.lines import Line, rows_query
from zhiyin.insight.priority.looking import find_known_problems, outcome_of, read_problems
from zhiyin.insight.priority.page import (
    Asked,
    is_usual,
    list_choices,
    list_fields,
    list_lines,
    quadrants_of,
    read_asked,
)
from zhiyin.insight.priority.problems import Problems
from zhiyin.insight.priority.steps import list_steps
from zhiyin.insight.priority.wording import problem_name
from zhiyin.insight.remembering import is_small_lake
from zhiyin.insight.views.aspects import export_url
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event

_PART = "priority-list"
_N_FIRST = 15


@require_safe
@requires(Permission.SUMMARY_READ)
def priority(request: HttpRequest) -> HttpResponse:
    """What to mend first; where it takes long, the list is fetched behind the page."""
    asked = read_asked(request)
    context: dict[str, object] = {
        "state": asked.state,
        "asked": asked,
        "scope_kept": asked.kept,
        "choices": list_choices(request, asked=asked),
        "fields": list_fields(asked.assumed),
        "is_usual": is_usual(asked.assumed),
        "part_url": with_parameters(request.GET, now="1"),
        "all_time_url": with_parameters(request.GET, period="all", since=None, until=None),
        "query": request.GET.urlencode(),
        "may_judge": _may_judge(request),
        "sizes": SIZES,
        "priority_export_url": export_url(request, "priority_export"),
    }
    found = _find(request, asked=asked)
    if found is not None:
        context |= _shown(request, found, asked=asked)
    return render_page(
        request, "insight/priority/priority.html", context, parts={_PART: "insight/priority/_list.html"}
    )


@require_safe
@requires(Permission.SUMMARY_READ)
def priority_problem(request: HttpRequest) -> HttpResponse:
    """The arithmetic of one problem, line by line."""
    asked = read_asked(request)
    found = _read(asked)
    lines = list_lines(found, asked=asked)
    line = _line_of(request.GET.get("problem", ""), lines)
    list_url = reverse("priority") + with_parameters(request.GET, problem=None)
    context: dict[str, object] = {
        "state": asked.state,
        "asked": asked,
        "scope_kept": [*asked.kept, ("problem", request.GET.get("problem", ""))],
        "line": line,
        "list_url": list_url,
        "query": request.GET.urlencode(),
        "may_judge": _may_judge(request),
        "sizes": SIZES,
    }
    if line is not None:
        context |= {
            "name": problem_name(line.problem),
            "steps": list_steps(line, found=found, asked=asked),
            "n_problems": len(lines),
            "history": list_history(asked.place, line.problem.key)[:20],
            "parts": [
                one
                for one in lines
                if one.problem.part and line.problem.part is None and one.problem.node == line.problem.node
            ],
        }
    return render_page(request, "insight/priority/problem.html", context, status=200 if line else 404)


@require_safe
@requires(Permission.FEEDBACK_EXPORT)
def priority_export(request: HttpRequest) -> HttpResponseBase:
    """The list as a file, with every factor."""
    asked = read_asked(request)
    columns, rows = priority_rows(list_lines(_read(asked), asked=asked), assumed=asked.assumed)
    record_event("priority.exported", by=actor_of(request), details={"rows": len(rows)})
    return stream_table(
        request,
        name="zhiyin-priority",
        columns=columns,
        rows=rows,
        form=wanted_format(request.GET.get("format", "")),
        n_rows=len(rows),
    )


@require_POST
@requires(Permission.FEEDBACK_EXPORT)
def judge_problem(request: HttpRequest) -> HttpResponse:
    """Keep how much work the problem is; an empty number takes the judgement back."""
    asked, account = read_asked(request), _account(request)
    line = _wanted_line(request, asked=asked)
    key = line.problem.key
    given = request.POST.get("days", request.GET.get("days", ""))
    try:
        before = judge_effort(
            key,
            place=asked.place,
            person_days=_days(given),
            account=account,
            by=actor_of(request),
            now=asked.state.now,
        )
    except InvalidInput:
        tell(request, _("Give the work as a number of person-days above 0, such as 3 or 0.5."), tone="bad")
    else:
        undo = _with(request, problem=key, days="" if before is None else f"{before:g}")
        tell(
            request,
            _("Work on “%(name)s”: %(days)s.")
            % {"name": problem_name(line.problem), "days": _told_days(_days(given))},
            undo_url=f"{request.path}{undo}",
        )
    return _back(request, key)


@require_POST
@requires(Permission.FEEDBACK_EXPORT)
def want_improvement(request: HttpRequest) -> HttpResponse:
    """Ask for an improvement, once a problem."""
    asked, account = read_asked(request), _account(request)
    line = _wanted_line(request, asked=asked)
    problem = line.problem
    is_new = ask_for_improvement(
        _evidence(line, asked=asked),
        unit=asked.state.unit,
        aspect=problem.node.id if problem.node else "",
        account=account,
        by=actor_of(request),
        now=asked.state.now,
    )
    name = problem_name(problem)
    if is_new:
        undo = f"{reverse('unwant_improvement')}{_with(request, problem=problem.key)}"
        tell(request, _("Asked for an improvement of “%(name)s”.") % {"name": name}, undo_url=undo)
    else:
        tell(request, _("An improvement of “%(name)s” was asked for already.") % {"name": name}, tone="info")
    return _back(request, problem.key)


@require_POST
@requires(Permission.FEEDBACK_EXPORT)
def unwant_improvement(request: HttpRequest) -> HttpResponse:
    """Ask for it no more."""
    asked = read_asked(request)
    key = request.POST.get("problem") or request.GET.get("problem", "")
    try:
        take_back_wish(key, place=asked.place, by=actor_of(request))
    except NotFound as error:
        raise Http404 from error
    except Conflict:
        tell(request, _("Somebody works on it already. Speak with them."), tone="bad")
    return _back(request, key)


def _find(request: HttpRequest, *, asked: Asked) -> Problems | None:
    """The problems, unless looking for them would hold up the page."""
    if wanted_part(request) == _PART or request.GET.get("now") == "1" or is_small_lake():
        return _read(asked)
    return find_known_problems(state=asked.state, level=asked.level, outcome=outcome_of(asked.assumed))


def _read(asked: Asked) -> Problems:
    return read_problems(state=asked.state, level=asked.level, outcome=outcome_of(asked.assumed))


def _shown(request: HttpRequest, found: Problems, *, asked: Asked) -> dict[str, object]:
    lines = list_lines(found, asked=asked)
    heavy = [line for line in lines if line.quadrant == "do_now"]
    return {
        "is_ready": True,
        "found": found,
        "lines": lines,
        "first_lines": lines[:_N_FIRST],
        "more_lines": lines[_N_FIRST:],
        "first": lines[0] if lines else None,
        "first_name": problem_name(lines[0].problem) if lines else "",
        "n_do_now": len(heavy),
        "n_judged": sum(line.effort is not None for line in lines),
        "chart": weight_by_effort(lines, language=asked.state.language) if lines else None,
        "quadrants": quadrants_of(lines),
        **({} if lines else {"priority_export_url": ""}),
    }


def _line_of(key: str, lines: list[Line]) -> Line | None:
    return next((line for line in lines if line.problem.key == key), None)


def _wanted_line(request: HttpRequest, *, asked: Asked) -> Line:
    key = request.POST.get("problem") or request.GET.get("problem", "")
    line = _line_of(key, list_lines(_read(asked), asked=asked))
    if line is None:
        raise Http404
    return line


def _evidence(line: Line, *, asked: Asked) -> Evidence:
    return Evidence(
        problem=line.problem.key,
        place=asked.place,
        name=problem_name(line.problem),
        query=asked.state.query(**rows_query(line.problem)),
        n_people=line.people.value or 0.0,
        harm=line.harm.value,
        reach=line.reach,
        weight=line.weight.value,
        person_days=line.effort.person_days if line.effort else None,
        assumptions=urlencode(list(asked.assumed.parameters())),
        account_id=0,
        account="",
    )


def _account(request: HttpRequest) -> Account:
    account = visitor_of(request).account
    if account is None:
        raise Http404
    return account


def _may_judge(request: HttpRequest) -> bool:
    visitor = visitor_of(request)
    return visitor.account is not None and visitor.may(Permission.FEEDBACK_EXPORT)


def _days(text: str) -> float | None:
    """The days as typed; None for nothing.

    Raises:
        InvalidInput: it is no number.
    """
    if not text.strip():
        return None
    try:
        return float(text.strip().replace(",", "."))
    except ValueError as error:
        raise InvalidInput("The work must be a number of person-days.", field="days") from error


def _told_days(days: float | None) -> str:
    if days is None:
        return _("not judged")
    return _("%(n)s person-days") % {"n": f"{days:g}"}


def _with(request: HttpRequest, **changes: str) -> str:
    return with_parameters(request.GET, back=request.POST.get("back") or None, **changes)


def _back(request: HttpRequest, key: str) -> HttpResponse:
    """To the page that it was done on, in its state."""
    to_list = (request.POST.get("back") or request.GET.get("back")) == "list"
    changes = {"problem": None if to_list else key, "days": None, "back": None, "now": None}
    query = with_parameters(request.GET, **changes)
    return redirect(reverse("priority" if to_list else "priority_problem") + query)
