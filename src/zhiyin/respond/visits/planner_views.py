"""Pages: the week of the technicians, a visit for a calendar, and who the technicians are."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.pages import Pages
from zhiyin.people.permissions import Permission, requires
from zhiyin.respond.callbacks.calendars import address_of
from zhiyin.respond.callbacks.ics import CalendarEvent, write_calendar
from zhiyin.respond.models import Technician
from zhiyin.respond.visits.forms import TechnicianForm, typed_before
from zhiyin.respond.visits.kinds import VisitState
from zhiyin.respond.visits.queries import A_PAGE, find_visible_visit, read_week
from zhiyin.respond.visits.technicians import (
    TechnicianWords,
    get_technician,
    read_phone,
    save_technician,
    select_technicians,
)

_WEEK = timedelta(days=7)
_YEARS = (2000, 2100)


@require_safe
@requires(Permission.CASES_READ)
def show_planner(request: HttpRequest) -> HttpResponse:
    """Who comes to whom this week; one day as a list, which is all that a phone shows."""
    day, number, technician_id = _day(request), _number(request, "page") or 1, _number(request, "technician")
    week = read_week(scope=scope_of(request), day=day, technician_id=technician_id, page=number)
    place = week.days.index(day)
    of_day = [(row.technician, one) for row in week.rows for one in row.days[place]]
    of_day.sort(key=lambda pair: pair[1].start)
    context = {
        "day": day,
        "week": week,
        "of_day": of_day,
        "n_of_day": len(of_day),
        "before": day - _WEEK,
        "after": day + _WEEK,
        "today": timezone.localdate(),
        "technician_id": technician_id,
        "pages": Pages(number=number, n_rows=week.n_technicians, size=A_PAGE),
        "may_manage": visitor_of(request).may(Permission.POLICIES_MANAGE),
    }
    return render_page(request, "respond/visits/planner.html", context)


@require_safe
@requires(Permission.CASES_READ)
def send_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """A visit for a calendar; nothing of the customer's contact stands in it."""
    try:
        visit = find_visible_visit(pk, scope=scope_of(request))
    except NotFound:
        raise Http404 from None
    number = visit.case.number
    event = CalendarEvent(
        uid=f"visit-{visit.pk}-{number}@zhiyin",
        start=visit.slot_start,
        end=visit.slot_end,
        summary=_("Visit: case %(number)s, %(name)s") % {"number": number, "name": visit.technician.name},
        description=visit.device,
        url=address_of(request, reverse("case", args=[number])),
        sequence=visit.version - 1,
        is_cancelled=visit.stands is VisitState.CANCELLED,
        alarm_minutes=60,
    )
    response = HttpResponse(
        write_calendar([event], now=timezone.now()), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="visit-{number}.ics"'
    response["Cache-Control"] = "private, no-store"
    return response


@requires(Permission.POLICIES_MANAGE)
def manage_technicians(request: HttpRequest) -> HttpResponse:
    """All technicians, and a form for one more."""
    return _form_page(request, technician=None)


@requires(Permission.POLICIES_MANAGE)
def change_technician(request: HttpRequest, pk: int) -> HttpResponse:
    """One technician."""
    try:
        return _form_page(request, technician=get_technician(pk, scope=scope_of(request)))
    except NotFound:
        raise Http404 from None


def _form_page(request: HttpRequest, *, technician: Technician | None) -> HttpResponse:
    scope = scope_of(request)
    initial: dict[str, object] = {"is_active": True}
    if technician is not None:
        initial = typed_before(technician, phone=read_phone(technician))
    form = TechnicianForm(request.POST or None, initial=initial)
    form.scope = scope
    if request.method == "POST" and form.is_valid():
        try:
            kept = save_technician(
                TechnicianWords(**form.cleaned_data), by=actor_of(request), scope=scope, technician=technician
            )
        except InvalidInput as error:
            form.add_error(error.field if error.field in form.fields else None, _say(error))
        else:
            tell(request, _("“%(name)s” is kept.") % {"name": kept.name})
            return redirect("technicians")
    found = select_technicians(scope=scope).prefetch_related("units")
    number, n = _number(request, "page") or 1, found.count()
    context = {
        "form": form,
        "technician": technician,
        "technicians": found[(number - 1) * A_PAGE : number * A_PAGE],
        "pages": Pages(number=number, n_rows=n, size=A_PAGE),
    }
    status = 422 if request.method == "POST" else 200
    return render_page(request, "respond/visits/technicians.html", context, status=status)


def _say(error: InvalidInput) -> str:
    said = {
        "name": _("Give a name."),
        "units": _("Name at least one unit."),
        "phone": _("This is no phone number. Write digits, such as 138 0000 0000."),
        "account": _("This account is another technician’s."),
    }
    return said.get(error.field or "", str(error))


def _day(request: HttpRequest) -> date:
    try:
        found = parse_date(request.GET.get("day", "")[:10])
    except ValueError:
        found = None
    is_usual = found is not None and _YEARS[0] <= found.year <= _YEARS[1]
    return found if found is not None and is_usual else timezone.localdate()


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) or None if text.isascii() and text.isdigit() and len(text) < 7 else None
