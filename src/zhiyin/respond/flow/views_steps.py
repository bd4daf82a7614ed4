"""What staff do in the flow of one case; each posts, and comes back to the page of the case."""

from __future__ import annotations

from datetime import datetime, time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from zhiyin.console.pages import wanted_part
from zhiyin.console.toasts import tell
from zhiyin.errors import InvalidInput
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of
from zhiyin.respond.flow import services
from zhiyin.respond.flow.kinds import Cause, Way
from zhiyin.respond.flow.looking import list_others
from zhiyin.respond.models import Case, CaseStatus
from zhiyin.respond.views.case import find_case
from zhiyin.respond.views.steps import read_version, take_step

_MORNING = time(8)


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def acknowledge_case(request: HttpRequest, number: str) -> HttpResponse:
    """The customer was told that we have it."""
    by, version, note = actor_of(request), read_version(request), request.POST.get("ack_note", "")
    return take_step(
        request,
        number,
        act=lambda case: services.acknowledge(case, by=by, note=note, version=version),
        said=_("Noted."),
    )


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def assess_case(request: HttpRequest, number: str) -> HttpResponse:
    """Cause, severity, safety and aspect."""
    by, version, note = actor_of(request), read_version(request), request.POST.get("assess_note", "")

    def act(case: Case) -> object:
        found = services.Assessment(
            cause=_read_cause(request),
            severity=_read_digit(request, "severity"),
            is_safety=bool(request.POST.get("is_safety")),
            aspect=request.POST.get("aspect", ""),
        )
        return services.assess(case, found, by=by, note=note, version=version)

    return take_step(request, number, act=act, said=_("Assessed."))


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def find_out(request: HttpRequest, number: str) -> HttpResponse:
    """What was found."""
    by, version, finding = actor_of(request), read_version(request), request.POST.get("finding", "")
    return take_step(
        request,
        number,
        act=lambda case: services.finish_investigation(case, finding=finding, by=by, version=version),
        said=_("Noted. Colleagues see what was found."),
    )


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def tell_decision(request: HttpRequest, number: str) -> HttpResponse:
    """How the decision reached the customer."""
    by, version, words = actor_of(request), read_version(request), request.POST.get("told_words", "")

    def act(case: Case) -> object:
        wanted = request.POST.get("way", "")
        if wanted not in set(Way):
            raise InvalidInput("There is no such way.", next_step="Choose one from the list.", field="way")
        return services.communicate(case, way=Way(wanted), by=by, words=words, version=version)

    return take_step(request, number, act=act, said=_("Noted."))


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Ask the customer; the case waits for them."""
    by, version, question = actor_of(request), read_version(request), request.POST.get("question", "")
    return take_step(
        request,
        number,
        act=lambda case: services.ask_customer(case, question=question, by=by, version=version),
        said=_("Asked. The customer sees the question on their page."),
    )


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def hold(request: HttpRequest, number: str) -> HttpResponse:
    """Put the case aside until the morning of a day."""
    by, version = actor_of(request), read_version(request)
    reason, told = request.POST.get("hold_reason", ""), request.POST.get("hold_told", "")

    def act(case: Case) -> object:
        until = read_morning(request.POST.get("until", ""))
        return services.hold_case(case, until=until, reason=reason, told=told, by=by, version=version)

    return take_step(
        request, number, act=act, said=_("On hold. It is taken up by itself when the day comes.")
    )


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def resume(request: HttpRequest, number: str) -> HttpResponse:
    """Go on; with the customer's words, where they answered by another way than their page."""
    by, version, spoken = actor_of(request), read_version(request), request.POST.get("spoken", "").strip()

    def act(case: Case) -> object:
        if spoken and case.stands is CaseStatus.WAITING:
            return services.customer_spoke(case, words=spoken, by=by)
        return services.resume_case(case, by=by, version=version)

    return take_step(request, number, act=act, said=_("You are at it again."))


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def urge(request: HttpRequest, number: str) -> HttpResponse:
    """The customer asked a colleague for haste."""
    by, words = actor_of(request), request.POST.get("urge_words", "")
    return take_step(
        request,
        number,
        act=lambda case: services.urge_case(case, by=by, words=words),
        said=_("Noted: the customer asks for haste."),
    )


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def follow(request: HttpRequest, number: str) -> HttpResponse:
    """Follow the case, or no longer."""
    case, account = find_case(request, number), visitor_of(request).account
    if account is not None and request.POST.get("action") == "unfollow":
        services.unfollow_case(case, account=account)
        tell(request, _("You no longer follow it."), tone="info")
    elif account is not None:
        services.follow_case(case, account=account)
        tell(request, _("You follow it: it stands in your list “Followed”."))
    return redirect("case", case.number)


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def look(request: HttpRequest, number: str) -> HttpResponse:
    """The page is open still; the answer says who else has it open."""
    case, account, now = find_case(request, number), visitor_of(request).account, timezone.now()
    if account is None or not wanted_part(request):
        return redirect("case", case.number)
    services.note_looking(case, account=account, is_writing=bool(request.POST.get("writing")), now=now)
    context = {"case": case, "others": list_others(case, account=account, now=now), "is_beat": True}
    return render(request, "respond/flow/_looking.html", context)


def read_morning(text: str) -> datetime:
    """The morning of the day, in the zone of the page. Raises `InvalidInput` for what is no day."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise InvalidInput("Choose a day to come, within a year.", field="until")
    return timezone.make_aware(datetime.combine(day, _MORNING))


def _read_cause(request: HttpRequest) -> Cause:
    wanted = request.POST.get("cause", "")
    if wanted not in set(Cause):
        raise InvalidInput("There is no such cause.", next_step="Choose one from the list.", field="cause")
    return Cause(wanted)


def _read_digit(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) == 1 else 0
