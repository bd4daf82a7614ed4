"""Pages: a visit is planned, and moved, with what the technicians have that day in sight."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.customers.linking.queries import keys_of
from zhiyin.customers.profile.owned import Owned, list_owned
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.time_zones import is_time_zone
from zhiyin.respond.callbacks.moments import read_local
from zhiyin.respond.forms import LOCAL_TIME
from zhiyin.respond.models import Case, Technician, Visit
from zhiyin.respond.views.case import find_case
from zhiyin.respond.visits import services
from zhiyin.respond.visits.errors import CannotCome
from zhiyin.respond.visits.forms import SlotForm, VisitForm
from zhiyin.respond.visits.queries import get_visit, list_booked
from zhiyin.respond.visits.technicians import has_skill, list_for_case
from zhiyin.respond.visits.words import STATE_NAMES, say_slot, say_visit_problem


@requires(Permission.CASES_WORK)
def plan(request: HttpRequest, number: str) -> HttpResponse:
    """A form for a visit; below it what the technicians have on the day."""
    case = find_case(request, number)
    technicians, owned = list_for_case(case), _read_owned(request, case)
    form = VisitForm(
        request.POST or None, technicians=_choices(technicians, case=case), initial=_offer(request, case)
    )
    if request.method == "POST" and form.is_valid():
        try:
            booking = _read_booking(form, case=case, technicians=technicians, owned=owned)
            planned = services.plan_visit(case, booking=booking, by=actor_of(request))
        except (InvalidInput, Conflict) as error:
            _blame(form, error)
        else:
            tell(request, _("Planned: %(slot)s. The customer’s page tells it.") % {"slot": say_slot(planned)})
            return redirect(f"{reverse('case', args=[case.number])}#visits")
    return _draw(request, form, case=case, technicians=technicians, owned=owned)


@requires(Permission.CASES_WORK)
def move(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Another time, or another technician."""
    case = find_case(request, number)
    visit, technicians = _get_visit(pk, case=case), list_for_case(case)
    initial = {
        "technician": str(visit.technician_id),
        "visit_start": visit.slot_start.astimezone(visit.time_zone).strftime(LOCAL_TIME),
        "visit_minutes": int((visit.slot_end - visit.slot_start).total_seconds() // 60),
    }
    form = SlotForm(request.POST or None, technicians=_choices(technicians, case=case), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            moved = services.move_visit(
                visit,
                technician=_chosen(form, technicians),
                slot_start=read_local(
                    form.cleaned_data["visit_start"], zone=visit.time_zone, field="visit_start"
                ),
                minutes=form.cleaned_data["visit_minutes"],
                by=actor_of(request),
                version=_version(request),
            )
        except (InvalidInput, Conflict) as error:
            _blame(form, error)
        else:
            undo = reverse("visit_unmove", args=[number, pk])
            said = _("Moved to %(slot)s. Tell the customer, whose page shows it.") % {"slot": say_slot(moved)}
            tell(request, said, undo_url=undo)
            return redirect(f"{reverse('case', args=[case.number])}#visits")
    return _draw(request, form, case=case, technicians=technicians, owned=[], visit=visit)


def _draw(
    request: HttpRequest,
    form: SlotForm,
    *,
    case: Case,
    technicians: Sequence[Technician],
    owned: Sequence[Owned],
    visit: Visit | None = None,
) -> HttpResponse:
    zone = visit.time_zone if visit else _zone(case)
    day = _day_of(form, zone=zone)
    booked = list_booked(technicians, day=day, zone=zone)
    context = {
        "form": form,
        "case": case,
        "visit": visit,
        "zone": zone.key,
        "day": day,
        "owned": owned,
        "booked": [(row, say_slot(row), STATE_NAMES[row.stands]) for row in booked if row != visit],
        "has_technicians": bool(technicians),
    }
    status = 422 if request.method == "POST" else 200
    return render_page(request, "respond/visits/booking.html", context, status=status)


def _read_booking(
    form: VisitForm, *, case: Case, technicians: Sequence[Technician], owned: Sequence[Owned]
) -> services.Booking:
    cleaned, zone = form.cleaned_data, _zone(case)
    asked = cleaned["visit_asked"]
    return services.Booking(
        technician=_chosen(form, technicians),
        slot_start=read_local(cleaned["visit_start"], zone=zone, field="visit_start"),
        minutes=cleaned["visit_minutes"],
        zone=zone.key,
        device=cleaned["device"],
        serial=cleaned["serial"],
        warranty_until=cleaned["warranty_until"] or _warranty_of(cleaned["device"], owned=owned),
        asked_at=read_local(asked, zone=zone, field="visit_asked") if asked else None,
    )


def _warranty_of(device: str, *, owned: Sequence[Owned]) -> date | None:
    """Of the product of that name, where the customer owns one with a known end."""
    same = [one for one in owned if one.product == device.strip() and one.warranty_until]
    return timezone.localdate(same[0].warranty_until) if same else None


def _chosen(form: SlotForm, technicians: Sequence[Technician]) -> Technician:
    wanted = form.cleaned_data["technician"]
    found = next((one for one in technicians if str(one.pk) == wanted), None)
    if found is None:
        raise CannotCome
    return found


def _choices(technicians: Sequence[Technician], *, case: Case) -> list[tuple[int, str]]:
    """With their skills; whoever lacks what the case asks for says so."""
    lacks = _("without “%(skill)s”") % {"skill": case.skill}
    return [
        (
            one.pk,
            " · ".join(filter(None, [one.name, one.skills, "" if has_skill(one, case.skill) else lacks])),
        )
        for one in technicians
    ]


def _offer(request: HttpRequest, case: Case) -> dict[str, object]:
    """Tomorrow at nine, or what the planner was clicked on."""
    tomorrow = timezone.now().astimezone(_zone(case)) + timedelta(days=1)
    offered = tomorrow.replace(hour=9, minute=0).strftime(LOCAL_TIME)
    return {
        "visit_start": request.GET.get("start", "")[:16] or offered,
        "technician": request.GET.get("technician", "")[:10],
        "visit_minutes": 120,
    }


def _read_owned(request: HttpRequest, case: Case) -> list[Owned]:
    """What the customer owns, for whoever may read customers."""
    visitor = visitor_of(request)
    if case.customer is None or not visitor.may(Permission.CUSTOMERS_READ):
        return []
    scope = visitor.scope_for(Permission.CUSTOMERS_READ)
    return list_owned(keys_of(case.customer), scope=scope, now=timezone.now())


def _blame(form: SlotForm, error: InvalidInput | Conflict) -> None:
    field = (
        (error.field or "").removesuffix("_gap").removesuffix("_far")
        if isinstance(error, InvalidInput)
        else ""
    )
    form.add_error(field if field in form.fields else None, say_visit_problem(error))


def _day_of(form: SlotForm, *, zone: ZoneInfo) -> date:
    """The day that is being looked at; today where nothing readable was typed."""
    text = str(form["visit_start"].value() or "")[:10]
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day, not a moment
    except ValueError:
        return timezone.now().astimezone(zone).date()


def _zone(case: Case) -> ZoneInfo:
    code = case.unit.time_zone
    return ZoneInfo(code if is_time_zone(code) else "Asia/Shanghai")


def _get_visit(pk: int, *, case: Case) -> Visit:
    try:
        return get_visit(pk, case=case)
    except NotFound:
        raise Http404 from None


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("visit_version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
