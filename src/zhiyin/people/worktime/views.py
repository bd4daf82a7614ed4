"""Pages: when units work, with holidays, make-up days and a month to look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhiyin.console.exports import stream_table, wanted_format
from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.errors import InvalidInput, NotFound, ZhiyinError
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.actors import Actor
from zhiyin.people.forms.fields import give_scope
from zhiyin.people.models import OrgUnit
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.queries.units import get_unit
from zhiyin.people.services.audit import record_event
from zhiyin.people.services.unit_sheet import MAX_BYTES
from zhiyin.people.time_zones import list_zones, zone_label
from zhiyin.people.worktime import services
from zhiyin.people.worktime.forms import CalendarForm
from zhiyin.people.worktime.month import lay_out, next_month, read_month
from zhiyin.people.worktime.public_days import CHINESE_ZONES, known_years
from zhiyin.people.worktime.queries import KeptCalendar, find_calendar, list_calendars, list_changes
from zhiyin.people.worktime.sheet import COLUMNS, read_days
from zhiyin.people.worktime.stored import StoredDay
from zhiyin.people.worktime.words import say_calendar_problem, weekday_names

_Deed = Callable[[int, HttpRequest, Actor], int]


@requires(Permission.UNITS_MANAGE)
def manage_calendars(request: HttpRequest) -> HttpResponseBase:
    """Every calendar with its usual week; and a form for one more."""
    scope, today = scope_of(request), timezone.localdate()
    form = CalendarForm(request.POST or None, initial={"from_day": today.isoformat()})
    give_scope(form, scope)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            unit: OrgUnit = form.cleaned_data["unit"]
            try:
                change = services.make_calendar(
                    unit, from_day=form.cleaned_data["from_day"], by=actor_of(request)
                )
            except ZhiyinError as error:
                form.add_error("unit", say_calendar_problem(error))
            else:
                _told(request, unit.pk, change)
                return redirect("work_calendar", unit.pk)
        status = 422
    rows = [
        (one, one.work.week_on(today) is not None, _hours_today(one, today))
        for one in list_calendars(scope=scope)
    ]
    context = {"rows": rows, "form": form, "names": weekday_names(), "known_until": known_years()[1]}
    return render_page(request, "people/worktime/calendars.html", context, status=status)


@require_GET
@requires(Permission.UNITS_MANAGE)
def show_calendar(request: HttpRequest, unit_id: int) -> HttpResponse:
    """One calendar: a month of it, its week, its special days, and what was changed."""
    return _page(request, _unit(request, unit_id))


@require_POST
@requires(Permission.UNITS_MANAGE)
def change_calendar(request: HttpRequest, unit_id: int, deed: str) -> HttpResponseBase:
    """One change, with the way back; where it cannot be, the page with what was typed."""
    unit = _unit(request, unit_id)
    if deed not in _DEEDS:
        raise Http404
    try:
        change = _DEEDS[deed](unit.pk, request, actor_of(request))
    except NotFound:
        raise Http404 from None
    except ZhiyinError as error:
        status = 422 if isinstance(error, InvalidInput) else 409
        return _page(request, unit, problem=say_calendar_problem(error), deed=deed, status=status)
    _told(request, unit.pk, change)
    if deed == "off":
        return redirect("manage_calendars")
    month = request.POST.get("month", "")
    return redirect(
        f"{reverse('work_calendar', args=[unit.pk])}?month={read_month(month, today=_today()):%Y-%m}"
    )


@require_POST
@requires(Permission.UNITS_MANAGE)
def undo_calendar(request: HttpRequest, unit_id: int, change_id: int) -> HttpResponseBase:
    """As it was before the change."""
    unit = _unit(request, unit_id)
    try:
        services.undo_change(change_id, unit_id=unit.pk, by=actor_of(request))
    except NotFound:
        raise Http404 from None
    except ZhiyinError as error:
        return _page(request, unit, problem=say_calendar_problem(error), status=409)
    tell(request, _("The calendar is as it was before."))
    kept = find_calendar(unit.pk)
    return redirect("work_calendar", unit.pk) if kept and kept.is_on else redirect("manage_calendars")


@require_GET
@requires(Permission.UNITS_MANAGE)
def export_calendar(request: HttpRequest, unit_id: int) -> HttpResponseBase:
    """The special days as a table that the page takes in again."""
    unit = _unit(request, unit_id)
    days = _kept(unit).stored.days
    record_event(
        "calendar.exported", by=actor_of(request), target=("calendar", unit.pk), details={"rows": len(days)}
    )
    return stream_table(
        request,
        name=_("Special days"),
        columns=list(COLUMNS),
        rows=((one.day.isoformat(), one.hours, one.name) for one in days),
        form=wanted_format(request.GET.get("format", "")),
        n_rows=len(days),
    )


def _page(
    request: HttpRequest, unit: OrgUnit, *, problem: str = "", deed: str = "", status: int = 200
) -> HttpResponse:
    kept, today, language = _kept(unit), _today(), get_language() or "zh"
    given: Mapping[str, str] = request.POST if request.method == "POST" else request.GET
    month = read_month(given.get("month", ""), today=today)
    week = kept.work.week_on(max(today, kept.stored.weeks[0].from_day)) if kept.stored.weeks else None
    held = next((one for one in kept.stored.weeks if week and one.from_day == week.from_day), None)
    hours: tuple[str, ...] = held.hours if held else ("",) * 7
    if deed == "week":
        hours = tuple(request.POST.get(f"hours_{place}", "") for place in range(7))
    first, last = known_years()
    context = {
        "unit": unit,
        "kept": kept,
        "problem": problem,
        "today": today,
        "month": month,
        "before": next_month(month, by=-1),
        "after": next_month(month, by=1),
        "weeks": lay_out(kept, month=month),
        "names": weekday_names(),
        "hours": list(enumerate(zip(weekday_names(), hours, strict=True))),
        "days": [one for one in kept.stored.days if one.day.year == month.year],
        "given": request.POST if deed in ("days", "frame") else {},
        "years": range(max(first, today.year - 1), last + 1) if kept.zone in CHINESE_ZONES else (),
        "known_until": last,
        "zones": [
            (zone.code, zone_label(zone, language=language, now=timezone.now())) for zone in list_zones()
        ],
        "changes": list_changes(unit.pk, n_most=1),
    }
    return render_page(request, "people/worktime/calendar.html", context, status=status)


def _told(request: HttpRequest, unit_id: int, change: int) -> None:
    undo = reverse("undo_work_calendar", args=[unit_id, change]) if change else ""
    tell(request, _("The calendar is kept.") if change else _("Nothing was different."), undo_url=undo)


def _set_week(unit_id: int, request: HttpRequest, by: Actor) -> int:
    hours = [request.POST.get(f"hours_{place}", "") for place in range(7)]
    return services.set_week(unit_id, from_day=_day(request, "from_day"), hours=hours, by=by)


def _set_frame(unit_id: int, request: HttpRequest, by: Actor) -> int:
    until = _day(request, "until") if request.POST.get("until") else None
    return services.set_frame(unit_id, zone=request.POST.get("zone", ""), until=until, by=by)


def _set_day(unit_id: int, request: HttpRequest, by: Actor) -> int:
    is_worked = request.POST.get("kind") == "worked"
    hours = request.POST.get("hours", "")
    if is_worked and not hours.strip():
        raise InvalidInput("A day that is worked needs hours.", field="worked")
    day = StoredDay(
        day=_day(request, "day"), hours=hours if is_worked else "", name=request.POST.get("name", "")
    )
    return services.set_days(unit_id, days=[day], by=by)


def _remove_day(unit_id: int, request: HttpRequest, by: Actor) -> int:
    return services.remove_day(unit_id, day=_day(request, "day"), by=by)


def _fill(unit_id: int, request: HttpRequest, by: Actor) -> int:
    year = request.POST.get("year", "")
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise InvalidInput("Choose a year.", field="year")
    return services.fill_public_days(unit_id, year=int(year), language=get_language() or "zh", by=by)


def _take_sheet(unit_id: int, request: HttpRequest, by: Actor) -> int:
    file = request.FILES.get("file")
    if file is None:
        raise InvalidInput("Choose a file.", field="file")
    return services.set_days(unit_id, days=read_days(bytes(file.read(MAX_BYTES + 1))), by=by)


def _switch_off(unit_id: int, _request: HttpRequest, by: Actor) -> int:
    return services.switch_off(unit_id, by=by)


_DEEDS: Mapping[str, _Deed] = {
    "week": _set_week,
    "frame": _set_frame,
    "days": _set_day,
    "remove": _remove_day,
    "fill": _fill,
    "sheet": _take_sheet,
    "off": _switch_off,
}


def _day(request: HttpRequest, name: str) -> date:
    try:
        found = parse_date(request.POST.get(name, ""))
    except ValueError:
        found = None
    if found is None:
        raise InvalidInput("Choose a day.", field="day")
    return found


def _today() -> date:
    return timezone.localdate()


def _hours_today(kept: KeptCalendar, today: date) -> list[str]:
    weeks = [week for week in kept.stored.weeks if week.from_day <= today] or list(kept.stored.weeks[:1])
    return list(weeks[-1].hours) if weeks else []


def _unit(request: HttpRequest, unit_id: int) -> OrgUnit:
    try:
        return get_unit(unit_id, scope=scope_of(request))
    except NotFound:
        raise Http404 from None


def _kept(unit: OrgUnit) -> KeptCalendar:
    kept = find_calendar(unit.pk)
    if kept is None or not kept.is_on:
        raise Http404
    return kept
