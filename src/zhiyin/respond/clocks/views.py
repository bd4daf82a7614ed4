"""Pages: the rules by which clocks run, and deadlines of the law on a case."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhiyin.console.exports import stream_table, wanted_format
from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.forms.fields import give_scope
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event
from zhiyin.people.views.posts import takes_form_of
from zhiyin.respond.clocks import services
from zhiyin.respond.clocks.escalating import escalate
from zhiyin.respond.clocks.forms import RuleForm, typed_before
from zhiyin.respond.clocks.law import begin_deadline, end_deadline
from zhiyin.respond.clocks.listing import COLUMNS, list_lines
from zhiyin.respond.clocks.recounting import recount_clocks
from zhiyin.respond.clocks.suggested import list_suggestions
from zhiyin.respond.clocks.words import say_rule_problem
from zhiyin.respond.models import ClockRule
from zhiyin.respond.views.case import draw_case, find_case
from zhiyin.respond.wording import say

_NEW = {"counted_in": "working_minutes", "amount": 240, "warn_percent": 80, "does_rest": True}


@requires(Permission.POLICIES_MANAGE)
def manage_clocks(request: HttpRequest) -> HttpResponseBase:
    """All rules as they hold today or will, and a form for one more."""
    return _form_page(request, rule=None)


@requires(Permission.POLICIES_MANAGE)
def change_clock(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """One rule: its form makes a new version; the versions before stand below."""
    return _form_page(request, rule=_rule(request, key))


@require_POST
@requires(Permission.POLICIES_MANAGE)
def switch_clock_off(request: HttpRequest, key: UUID) -> HttpResponse:
    """No clock begins by this rule any more."""
    rule = _rule(request, key)
    try:
        services.switch_rule_off(key, by=actor_of(request), scope=scope_of(request))
    except Conflict as error:
        tell(request, say_rule_problem(error), tone="bad")
    else:
        said = _("“%(name)s” is off. Clocks that run go on.") % {"name": rule.name}
        tell(request, said, undo_url=reverse("undo_clock", args=[key]))
    return redirect("manage_clocks")


@require_POST
@requires(Permission.POLICIES_MANAGE)
def undo_clock(request: HttpRequest, key: UUID) -> HttpResponse:
    """The rule as it was before."""
    _rule(request, key)
    try:
        services.undo_rule(key, by=actor_of(request), scope=scope_of(request))
    except Conflict as error:
        tell(request, say_rule_problem(error), tone="bad")
    else:
        tell(request, _("The rule is as it was before."))
    return redirect("manage_clocks")


@require_POST
@requires(Permission.POLICIES_MANAGE)
def suggest_clocks(request: HttpRequest) -> HttpResponse:
    """Adds the usual rules."""
    suggestions = list_suggestions(language=get_language() or "zh")
    try:
        n_new = services.add_suggested(suggestions, by=actor_of(request), scope=scope_of(request))
    except NotFound:
        raise Http404 from None
    tell(request, _("%(n)s rules are added. Change them as you work.") % {"n": n_new})
    return redirect("manage_clocks")


@require_POST
@requires(Permission.POLICIES_MANAGE)
def recount(request: HttpRequest) -> HttpResponse:
    """Counts all open clocks anew by the calendars as they are now."""
    done = recount_clocks(by=actor_of(request))
    said = _("Counted again: %(cases)s open cases, in %(moved)s of them a time moved.")
    tell(request, said % {"cases": done.n_cases, "moved": done.n_moved})
    return redirect("manage_clocks")


@require_safe
@requires(Permission.POLICIES_MANAGE)
def export_clocks(request: HttpRequest) -> HttpResponseBase:
    """The rules as a table."""
    lines = list_lines(scope=scope_of(request))
    record_event("clock_rules.exported", by=actor_of(request), details={"rows": len(lines)})
    return stream_table(
        request,
        name=_("Rules of clocks"),
        columns=[str(name) for name in COLUMNS],
        rows=(line.as_row() for line in lines),
        form=wanted_format(request.GET.get("format", "")),
        n_rows=len(lines),
    )


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def start_deadline(request: HttpRequest, number: str) -> HttpResponse:
    """A deadline of the law begins on the case."""
    case, day = find_case(request, number), _day(request)
    try:
        if day is None:
            raise InvalidInput("Choose a day.", field="deadline_day")
        key = UUID(request.POST.get("deadline", ""))
        begin_deadline(case, key=key, day=day, by=actor_of(request), version=_version(request))
    except (NotFound, ValueError):
        raise Http404 from None
    except (InvalidInput, Conflict) as error:
        status = 422 if isinstance(error, InvalidInput) else 409
        return draw_case(request, find_case(request, number), problem=say(error), status=status)
    tell(request, _("The deadline runs."))
    return redirect("case", case.number)


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def stop_deadline(request: HttpRequest, number: str, clock_id: int) -> HttpResponse:
    """What the law asks for is done."""
    case = find_case(request, number)
    try:
        end_deadline(case, clock_id=clock_id, by=actor_of(request), version=_version(request))
    except NotFound:
        raise Http404 from None
    except Conflict as error:
        return draw_case(request, find_case(request, number), problem=say(error), status=409)
    tell(request, _("The deadline has ended."))
    return redirect("case", case.number)


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def escalate_case(request: HttpRequest, number: str) -> HttpResponse:
    """Whoever stands above the owner looks after the case."""
    case, reason = find_case(request, number), request.POST.get("escalation", "")
    try:
        now = escalate(case, reason=reason, by=actor_of(request), version=_version(request))
    except (InvalidInput, Conflict) as error:
        status = 422 if isinstance(error, InvalidInput) else 409
        typed, seen = {"escalation": reason}, find_case(request, number)
        return draw_case(request, seen, problem=say(error), typed=typed, status=status)
    tell(request, _("%(name)s looks after it now.") % {"name": now.owner})
    return redirect("case", case.number)


def _form_page(request: HttpRequest, *, rule: ClockRule | None) -> HttpResponseBase:
    scope, today = scope_of(request), timezone.localdate().isoformat()
    initial = {**(typed_before(rule) if rule else _NEW), "from_day": today}
    form = RuleForm(request.POST or None, scope=scope, initial=initial)
    give_scope(form, scope)
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_rule(
                form.words(before=rule), by=actor_of(request), scope=scope, key=rule.key if rule else None
            )
        except InvalidInput as error:
            form.add_error(error.field if error.field in form.fields else None, say_rule_problem(error))
        except NotFound:
            form.add_error("unit", _("Choose one of your units."))
        except Conflict as error:
            form.add_error(None, say_rule_problem(error))
        else:
            said = _("“%(name)s” holds for clocks that begin from %(day)s on.")
            day = saved.from_day.isoformat()
            undo = reverse("undo_clock", args=[saved.key])
            tell(request, said % {"name": saved.name, "day": day}, undo_url=undo)
            return redirect("manage_clocks")
    context: dict[str, object] = {"form": form, "rule": rule, "lines": list_lines(scope=scope)}
    if rule:
        context["versions"] = ClockRule.objects.filter(key=rule.key).order_by("-version")[:20]
    status = 422 if request.method == "POST" else 200
    return render_page(request, "respond/clocks/clocks.html", context, status=status)


def _rule(request: HttpRequest, key: UUID) -> ClockRule:
    try:
        return services.get_rule(key, scope=scope_of(request))
    except NotFound:
        raise Http404 from None


def _day(request: HttpRequest) -> date | None:
    try:
        return parse_date(request.POST.get("deadline_day", ""))
    except ValueError:
        return None


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
