"""On a customer's page: consents, what stands in the way of contacts, legal holds."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.customers.models import Consent
from zhiyin.customers.profile.panels import CustomerPanel, register_panels
from zhiyin.customers.profile.person import Person, get_person
from zhiyin.customers.rights.consent import list_permits
from zhiyin.customers.rights.consent_proofs import show_proof
from zhiyin.customers.rights.holds import (
    RESTRICTIONS,
    find_hold,
    lift_restriction,
    list_restrictions,
    place_hold,
    restrict,
)
from zhiyin.customers.rights.problem_words import say_problem
from zhiyin.customers.rights.purposes import CHANNELS, list_purposes
from zhiyin.customers.rights.saying import Statement, list_consents, record_consent
from zhiyin.customers.rights.words import channel_name, reason_name, restriction_name, way_name
from zhiyin.errors import InvalidInput, NotFound, ZhiyinError
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires

_SHOWN = 12


def register() -> None:
    """Adds the panel to the page of a customer."""
    register_panels(
        CustomerPanel(
            name="rights",
            template="customers/rights/_panel.html",
            permission=Permission.CUSTOMERS_READ,
            build=_build,
            order=80,
        )
    )


@require_POST
@requires(Permission.CUSTOMERS_WORK)
def say_consent(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Note what a customer agreed to, or took back, with how it was told."""
    person = _person(request, customer_id)
    statement = Statement(
        purpose=request.POST.get("purpose", ""),
        channel=request.POST.get("channel", ""),
        is_given=request.POST.get("say") == "yes",
        is_by_guardian=request.POST.get("guardian") == "on",
        method="staff",
        proof=request.POST.get("proof", "").strip(),
    )
    try:
        if statement.is_given and not statement.proof:
            tell(request, _("Say what proves it: a recording, a form, who was told."), tone="bad")
        else:
            record_consent(person.customer, statement, by=actor_of(request))
            tell(request, _("Noted; it holds from now on."))
    except ZhiyinError as error:
        tell(request, say_problem(error), tone="bad")
    return redirect("customer", person.customer)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CUSTOMERS_REVEAL)
def show_consent_proof(request: HttpRequest, customer_id: UUID, consent_id: int) -> HttpResponse:
    """Asks for the reason, then shows what proves a consent; never kept by any cache."""
    person = _person(request, customer_id)
    shown, refused = None, ""
    reason = request.POST.get("reason", "")
    consent = Consent.objects.filter(pk=consent_id, key__in=person.keys).exclude(proof_sealed=None).first()
    if consent is None:
        raise Http404
    try:
        if request.method == "POST":
            shown = show_proof(consent, customer=person.customer, reason=reason, by=actor_of(request))
    except InvalidInput:
        refused = _("Say in a few words why you need it. The reason is kept.")
    response = render_page(
        request,
        "customers/rights/proof.html",
        {"person": person, "consent": consent, "proof": shown, "refused": refused, "reason": reason},
        parts={f"proof-{consent_id}": "customers/rights/_proof.html"},
        status=422 if refused else 200,
    )
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@requires(Permission.CUSTOMERS_WORK)
def set_restriction(request: HttpRequest, customer_id: UUID, kind: str) -> HttpResponse:
    """Set or lift what stands in the way of contacts."""
    person = _person(request, customer_id)
    if kind not in RESTRICTIONS:
        raise Http404
    account = visitor_of(request).account
    if request.POST.get("lift"):
        lift_restriction(person.customer, kind=kind, by=actor_of(request))
    else:
        restrict(person.customer, kind=kind, by=actor_of(request), account_id=account.pk if account else None)
    tell(request, _("Noted; it holds from now on."))
    return redirect("customer", person.customer)


@require_POST
@requires(Permission.RIGHTS_MANAGE)
def hold_customer(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Keep the customer's data from being erased, with the reason that whoever asks is told."""
    person = _person(request, customer_id)
    account = visitor_of(request).account
    try:
        place_hold(
            person.customer,
            reason=request.POST.get("reason", ""),
            stops_contact=request.POST.get("stops_contact") == "on",
            by=actor_of(request),
            account_id=account.pk if account else None,
        )
    except ZhiyinError as error:
        tell(request, say_problem(error), tone="bad")
    else:
        tell(request, _("Nothing of this customer is erased until the hold is lifted."))
    return redirect("customer", person.customer)


def _person(request: HttpRequest, customer_id: UUID) -> Person:
    try:
        return get_person(customer_id, scope=scope_of(request))
    except NotFound:
        raise Http404 from None


def _build(request: HttpRequest, person: Person) -> dict[str, object]:
    language, now, visitor = get_language() or "zh", timezone.now(), visitor_of(request)
    said = list_consents(person.keys)
    purposes = [one for one in list_purposes() if one.is_on]
    names = {one.code: one.name.in_language(language) for one in purposes}
    found = list_permits(person.customer, at=now)
    permits = [
        (
            names[purpose.code],
            [
                (channel_name(channel), permit.allowed or permit.is_for_now, reason_name(permit.reason))
                for channel in CHANNELS
                for permit in (found[purpose.code, channel],)
            ],
        )
        for purpose in purposes
    ]
    restrictions = list_restrictions(person.keys)
    return {
        "stands": permits,
        "history": [
            (names.get(one.purpose, one.purpose), channel_name(one.channel), one, way_name(one.method))
            for one in said[:_SHOWN]
        ],
        "n_more": max(0, len(said) - _SHOWN),
        "restrictions": [(kind, restriction_name(kind), kind in restrictions) for kind in RESTRICTIONS],
        "restricted": [restriction_name(kind) for kind in restrictions],
        "hold": find_hold(person.keys),
        "purposes": names.items(),
        "channels": [("", channel_name("")), *((code, channel_name(code)) for code in CHANNELS)],
        "may_work": visitor.may(Permission.CUSTOMERS_WORK),
        "may_manage": visitor.may(Permission.RIGHTS_MANAGE),
    }
