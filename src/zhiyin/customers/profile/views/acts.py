"""What staff do on the page of a customer: stars for contacts, households and companies."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from zhiyin.console.toasts import tell
from zhiyin.customers.models import RelationKind
from zhiyin.customers.profile.finding import find_one
from zhiyin.customers.profile.person import Person, facts_scope
from zhiyin.customers.profile.refusals import explain
from zhiyin.customers.profile.relations import leave, rejoin, relate
from zhiyin.customers.profile.stars import give_star, take_star
from zhiyin.customers.profile.views.customer import find_person, render_customer
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of


@requires(Permission.CUSTOMERS_WORK)
@takes_form_of("customer", "customer_id")
def star_contact(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Keep how a contact went; 0 stars take them back."""
    person = find_person(request, customer_id)
    scope = facts_scope(visitor_of(request).scope_for)
    kind, entry_id = request.POST.get("kind", ""), request.POST.get("entry", "")
    account = visitor_of(request).account
    if account is None:
        raise Http404
    try:
        stars = _number(request.POST.get("stars", ""))
        if stars == 0:
            take_star(person, kind=kind, entry_id=entry_id, scope=scope, actor=actor_of(request))
        else:
            give_star(
                person,
                kind=kind,
                entry_id=entry_id,
                stars=stars,
                scope=scope,
                by=account,
                actor=actor_of(request),
                at=timezone.now(),
            )
    except NotFound:
        raise Http404 from None
    except InvalidInput as error:
        return render_customer(request, person, refused=explain(error), tried="star", status=422)
    tell(request, _("Stars taken back.") if stars == 0 else _("Stars kept."))
    return redirect(_back(request, person, anchor=f"entry-{entry_id}"))


@requires(Permission.CUSTOMERS_WORK)
@takes_form_of("customer", "customer_id")
def relate_customer(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Make another customer a member of the same household or company."""
    person = find_person(request, customer_id)
    account = visitor_of(request).account
    try:
        other = find_one(request.POST.get("other", ""), scope=scope_of(request))
        member = relate(
            person,
            other,
            kind=_kind(request.POST.get("kind", "")),
            name=request.POST.get("name", ""),
            role=request.POST.get("role", ""),
            by=account,
            actor=actor_of(request),
            at=timezone.now(),
        )
    except (NotFound, InvalidInput) as error:
        return render_customer(request, person, refused=explain(error), tried="relation", status=422)
    except Conflict as error:
        return render_customer(request, person, refused=explain(error), tried="relation", status=409)
    undo = reverse("unrelate_customer", args=[person.customer, member.relation_id, member.pk])
    tell(request, _("They belong together now."), undo_url=undo)
    return redirect(_back(request, person, anchor="relations"))


@requires(Permission.CUSTOMERS_WORK)
@takes_form_of("customer", "customer_id")
def unrelate_customer(
    request: HttpRequest, customer_id: UUID, relation_id: int, member_id: int
) -> HttpResponse:
    """Take a member out of a household or company."""
    person = find_person(request, customer_id)
    try:
        leave(
            person,
            relation_id=relation_id,
            member_id=member_id,
            actor=actor_of(request),
            at=timezone.now(),
        )
    except NotFound:
        raise Http404 from None
    undo = reverse("rerelate_customer", args=[person.customer, relation_id, member_id])
    tell(request, _("They no longer belong together."), tone="info", undo_url=undo)
    return redirect(_back(request, person, anchor="relations"))


@requires(Permission.CUSTOMERS_WORK)
@takes_form_of("customer", "customer_id")
def rerelate_customer(
    request: HttpRequest, customer_id: UUID, relation_id: int, member_id: int
) -> HttpResponse:
    """Take back that a member was taken out."""
    person = find_person(request, customer_id)
    try:
        rejoin(
            relation_id=relation_id,
            member_id=member_id,
            scope=scope_of(request),
            actor=actor_of(request),
        )
    except NotFound:
        raise Http404 from None
    except Conflict as error:
        tell(request, explain(error), tone="bad")
    else:
        tell(request, _("They belong together again."))
    return redirect(_back(request, person, anchor="relations"))


def _kind(text: str) -> RelationKind:
    return RelationKind.COMPANY if text == RelationKind.COMPANY else RelationKind.HOUSEHOLD


def _number(text: str) -> int:
    return int(text) if text in {"0", "1", "2", "3", "4", "5"} else -1


def _back(request: HttpRequest, person: Person, *, anchor: str) -> str:
    """The page that the form stood on."""
    given = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(given, allowed_hosts=None):
        given = reverse("customer", args=[person.customer])
    return f"{given.split('#')[0]}#{anchor}"
