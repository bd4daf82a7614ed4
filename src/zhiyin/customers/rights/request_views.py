"""Pages: what people ask about their own data, and answering it in time."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from zhiyin.console.exports import stream_table, wanted_format
from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.customers.models import Identity, RightsRequest
from zhiyin.customers.rights.clock import read_clock
from zhiyin.customers.rights.codes import address_key
from zhiyin.customers.rights.erasing import HeldBack, person_of
from zhiyin.customers.rights.package import make_package, read_parts
from zhiyin.customers.rights.problem_words import say_problem
from zhiyin.customers.rights.requests import (
    CHECKS,
    KINDS,
    OPEN,
    Ask,
    check_identity,
    complete,
    extend,
    list_steps,
    open_request,
    proof_document,
    refuse,
    withdraw_request,
)
from zhiyin.customers.rights.sealing import open_words, vault
from zhiyin.customers.rights.words import kind_name, status_name, step_name, way_name
from zhiyin.engine import open_engine
from zhiyin.errors import InvalidInput, NotFound, ZhiyinError
from zhiyin.people.access import actor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event

_MOST = 500


@require_safe
@requires(Permission.RIGHTS_MANAGE)
def list_requests(request: HttpRequest) -> HttpResponseBase:
    """The queue, the nearest to its end first; and what has ended."""
    is_ended = request.GET.get("view") == "ended"
    now = timezone.now()
    rows = RightsRequest.objects.filter(status__in=OPEN).order_by("due_at")
    n_open, n_late = rows.count(), rows.filter(due_at__lt=now).count()
    if is_ended:
        rows = RightsRequest.objects.exclude(status__in=OPEN).order_by("-ended_at")
    if request.GET.get("format"):
        return _export(request, list(rows[:_MOST]))
    context = {
        "rows": [_row(one) for one in rows[:_MOST]],
        "is_ended": is_ended,
        "n_open": n_open,
        "n_late": n_late,
        "lead": ngettext("%(n)d request waits for an answer.", "%(n)d requests wait for an answer.", n_open)
        % {"n": n_open},
        "late": _("%(n)d of them later than the law allows.") % {"n": n_late},
        "kinds": [(code, kind_name(code)) for code in KINDS],
        "regimes": read_clock(on=timezone.localdate()).regimes.items(),
        "regime": read_clock(on=timezone.localdate()).regime,
        "now": now,
    }
    return render_page(request, "customers/rights/requests.html", context)


@require_POST
@requires(Permission.RIGHTS_MANAGE)
def take_request(request: HttpRequest) -> HttpResponse:
    """Take down what somebody asked for by phone, letter or at the counter."""
    ask = Ask(
        kind=request.POST.get("kind", ""),
        words=request.POST.get("words", ""),
        contact=request.POST.get("contact", ""),
        regime=request.POST.get("regime", ""),
        came_by="staff",
    )
    try:
        made = open_request(ask, by=actor_of(request))
    except InvalidInput as error:
        tell(request, say_problem(error), tone="bad")
        return redirect("rights_requests")
    return redirect("rights_request", made.number)


@require_safe
@requires(Permission.RIGHTS_MANAGE)
def show_request(request: HttpRequest, number: str) -> HttpResponse:
    """One request with everything that can be done with it."""
    return _show(request, _get(number))


@require_POST
@requires(Permission.RIGHTS_MANAGE)
def act_on_request(request: HttpRequest, number: str, deed: str) -> HttpResponseBase:
    """Check who asks, answer, refuse, extend, or note that it is no longer wanted."""
    found, act = _get(number), _DEEDS.get(deed)
    if act is None:
        raise Http404
    try:
        act(request, found)
    except HeldBack as error:
        return _show(request, found, refused=error.message, status=409)
    except ZhiyinError as error:
        return _show(request, found, refused=say_problem(error), status=422)
    tell(request, _("Done."), tone="good")
    return redirect("rights_request", number)


@require_POST
@requires(Permission.RIGHTS_MANAGE)
def download_package(request: HttpRequest, number: str) -> HttpResponseBase:
    """Everything that is known of whoever asked; only after it was checked who that is."""
    found = _get(number)
    if not found.checked_how or found.customer is None:
        return _show(request, found, refused=_("Check first who asks."), status=422)
    package = make_package(read_parts(person_of(open_engine(settings.HOME), keys=found.keys)))
    record_event("rights_request.package", by=actor_of(request), target=("customer", found.customer))
    return _file(package, name=f"{number}.zip", content_type="application/zip")


@require_safe
@requires(Permission.RIGHTS_MANAGE)
def download_proof(request: HttpRequest, number: str) -> HttpResponse:
    """The proof as it was hashed when the request ended, byte for byte."""
    found = _get(number)
    if found.ended_at is None:
        raise Http404
    return _file(proof_document(found), name=f"{number}.json", content_type="application/json")


def _get(number: str) -> RightsRequest:
    found = RightsRequest.objects.filter(number=number).first()
    if found is None:
        raise Http404
    return found


def _check(request: HttpRequest, found: RightsRequest) -> None:
    customer = _find_customer(request.POST.get("who", "").strip())
    check_identity(found.pk, customer=customer, how=request.POST.get("how", ""), by=actor_of(request))


def _find_customer(who: str) -> UUID:
    """By the customer's id, or by the phone number or mail address that they are known by.

    Raises:
        NotFound: nobody is known by it.
    """
    try:
        return UUID(who)
    except ValueError:
        pass
    try:
        key = address_key("email" if "@" in who else "phone", who)
    except InvalidInput:
        raise NotFound("Nobody is known by this.") from None
    identity = Identity.objects.filter(key=key).first()
    if identity is None or identity.is_shared:
        raise NotFound("Nobody is known by this.")
    return identity.customer


def _complete(request: HttpRequest, found: RightsRequest) -> None:
    package = b""
    if found.kind in ("access", "copy") and found.checked_how:
        package = make_package(read_parts(person_of(open_engine(settings.HOME), keys=found.keys)))
    complete(found.pk, answer=request.POST.get("words", ""), by=actor_of(request), package=package)


def _refuse(request: HttpRequest, found: RightsRequest) -> None:
    refuse(found.pk, reason=request.POST.get("words", ""), by=actor_of(request))


def _extend(request: HttpRequest, found: RightsRequest) -> None:
    extend(found.pk, reason=request.POST.get("words", ""), by=actor_of(request))


def _withdraw(request: HttpRequest, found: RightsRequest) -> None:
    withdraw_request(found.pk, by=actor_of(request))


_DEEDS: dict[str, Callable[[HttpRequest, RightsRequest], None]] = {
    "check": _check,
    "complete": _complete,
    "refuse": _refuse,
    "extend": _extend,
    "withdraw": _withdraw,
}


def _row(one: RightsRequest) -> dict[str, object]:
    return {
        "asked": one,
        "kind": kind_name(one.kind),
        "status": status_name(one.status),
        "way": way_name(one.came_by),
    }


def _show(
    request: HttpRequest, found: RightsRequest, *, refused: str = "", status: int = 200
) -> HttpResponse:
    vault()  # a closed one is told at once, not in the middle of the page
    regimes = read_clock(on=timezone.localdate(found.received_at)).regimes
    context = {
        **_row(found),
        "refused": refused,
        "words": open_words(found.words_sealed, number=found.number, part="words"),
        "contact": open_words(found.contact_sealed, number=found.number, part="contact"),
        "checked": way_name(found.checked_how) if found.checked_how else "",
        "checks": [(code, way_name(code)) for code in CHECKS],
        "steps": [(step_name(one.step), way_name(one.note), one.at) for one in list_steps(found)],
        "is_open": found.status in OPEN,
        "is_late": found.status in OPEN and found.due_at < timezone.now(),
        "may_extend": found.regime in regimes and regimes[found.regime].more_months and not found.extended_at,
        "regime": regimes.get(found.regime),
        "erased": sorted((found.proof.get("erased") or {}).items()),
    }
    return render_page(request, "customers/rights/request.html", context, status=status)


def _export(request: HttpRequest, rows: list[RightsRequest]) -> HttpResponseBase:
    columns = [_("Number"), _("What is asked for"), _("State"), _("Came by")]
    columns += [_("Received"), _("Answer by"), _("When it ended")]
    sent = stream_table(
        request,
        name="requests",
        columns=columns,
        rows=(
            (
                one.number,
                kind_name(one.kind),
                status_name(one.status),
                way_name(one.came_by),
                one.received_at,
                one.due_at,
                one.ended_at,
            )
            for one in rows
        ),
        form=wanted_format(request.GET.get("format", "")),
        n_rows=len(rows),
    )
    record_event("rights_requests.exported", by=actor_of(request), details={"rows": len(rows)})
    return sent


def _file(content: bytes, *, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
