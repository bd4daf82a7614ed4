"""Pages of links: what was held back, what makes up a customer, and taking either back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.customers.linking.held import (
    PAGE_SIZE,
    anchor_of,
    apart_of,
    held_links,
    links_in_scope,
    links_of,
    show_links,
)
from zhiyin.customers.linking.queries import find_customer, identities_of, visible_customers
from zhiyin.customers.linking.services import (
    accept_link,
    link_identities,
    refuse_link,
    reopen_link,
    undo_link,
)
from zhiyin.customers.linking.split_sides import is_thing
from zhiyin.customers.linking.splitting import splits_of
from zhiyin.customers.models import Identity, Link
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires

_MOST = 200
_FEW_THINGS = 12


@require_safe
@requires(Permission.CUSTOMERS_READ)
def held(request: HttpRequest) -> HttpResponse:
    """Links that guards keep from joining, for people to decide."""
    page = Paginator(held_links(scope=scope_of(request)), PAGE_SIZE).get_page(request.GET.get("page"))
    context: dict[str, object] = {
        "page": page,
        "n_held": page.paginator.count,
        "links": show_links(list(page)),
        "may_work": _may(request, Permission.CUSTOMERS_WORK),
        "may_see": _may(request, Permission.CUSTOMERS_REVEAL),
    }
    return render_page(request, "customers/linking/held.html", context)


@require_POST
@requires(Permission.CUSTOMERS_WORK)
def decide(request: HttpRequest) -> HttpResponse:
    """Says of the chosen links that they are one person each, or two."""
    ids = _ids(request.POST.getlist("link"))
    if not ids:
        tell(request, _("Choose at least one pair."), tone="bad")
        return redirect("held_links")
    known = set(held_links(scope=scope_of(request)).filter(pk__in=ids).values_list("pk", flat=True))
    if not known:
        raise Http404
    is_same = request.POST.get("answer") == "same"
    done = []
    for link_id in [one for one in ids if one in known]:
        try:
            (accept_link if is_same else refuse_link)(link_id, by=actor_of(request))
            done.append(link_id)
        except Conflict:
            continue
    told = (
        ngettext("%(n)d pair is one person now.", "%(n)d pairs are one person each now.", len(done))
        if is_same
        else ngettext("%(n)d pair stays two people.", "%(n)d pairs stay two people.", len(done))
    )
    undo_url = reverse("take_back_links", args=["-".join(map(str, done))]) if done else ""
    tell(request, told % {"n": len(done)}, undo_url=undo_url)
    return redirect("held_links")


@require_POST
@requires(Permission.CUSTOMERS_WORK)
def take_back(request: HttpRequest, ids: str) -> HttpResponse:
    """Makes decided links wait again."""
    n = 0
    for link in links_in_scope(Link.objects.filter(pk__in=_ids(ids.split("-"))), scope=scope_of(request)):
        try:
            reopen_link(link.pk, by=actor_of(request))
            n += 1
        except Conflict:
            continue
    tell(request, ngettext("%(n)d pair waits again.", "%(n)d pairs wait again.", n) % {"n": n})
    return redirect("held_links")


@require_safe
@requires(Permission.CUSTOMERS_READ)
def of_customer(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Why the customer's identifiers are one person, each link to be taken back."""
    customer = _customer(request, customer_id)
    if customer != customer_id:
        return redirect("customer_links", customer)
    return render_page(request, "customers/linking/customer.html", _of_customer(request, customer))


@require_POST
@requires(Permission.CUSTOMERS_WORK)
def undo(request: HttpRequest, link_id: int) -> HttpResponse:
    """Takes a link back: the two are two people again, with their own facts each."""
    link = _link(request, link_id)
    try:
        undo_link(link.pk, by=actor_of(request), reason=request.POST.get("reason", "")[:300])
    except Conflict:
        tell(request, _("Somebody else took it back already."), tone="bad")
        return redirect("customer_links", link.left.customer)
    tell(
        request,
        _("They are two customers again, each with what is theirs."),
        undo_url=reverse("redo_link", args=[link.pk]),
    )
    return redirect("customer_links", _now(link))


@require_POST
@requires(Permission.CUSTOMERS_WORK)
def redo(request: HttpRequest, link_id: int) -> HttpResponse:
    """Makes a link that was taken back join again."""
    link = _link(request, link_id)
    try:
        accept_link(link.pk, by=actor_of(request))
        tell(request, _("They are one customer."), undo_url=reverse("undo_link", args=[link.pk]))
    except Conflict:
        tell(request, _("They are one customer already."), tone="bad")
    return redirect("customer_links", _now(link))


@require_POST
@requires(Permission.CUSTOMERS_WORK)
def link_with(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Says that another customer, by pseudonym, is the same person."""
    from zhiyin.customers.profile.finding import find_one

    customer = _customer(request, customer_id)
    typed, reason = request.POST.get("other", "").strip(), request.POST.get("reason", "").strip()
    refused = "" if reason else _("Say how you know that they are one person.")
    link = None
    if not refused:
        try:
            other = anchor_of(find_one(typed, scope=scope_of(request)).customer)
            own = anchor_of(customer)
            if own is None or other is None:
                raise NotFound("There is no such customer.")
            link = link_identities(own.pk, other.pk, by=actor_of(request), reason=reason)
        except NotFound:
            refused = _("No customer that you may see has this pseudonym.")
        except (Conflict, InvalidInput):
            refused = _("They are one customer already.")
    if link is None:
        context = {**_of_customer(request, customer), "refused": refused, "typed": typed, "reason": reason}
        return render_page(request, "customers/linking/customer.html", context, status=422)
    tell(request, _("They are one customer."), undo_url=reverse("undo_link", args=[link.pk]))
    return redirect("customer_links", _now(link))


def _of_customer(request: HttpRequest, customer: UUID) -> dict[str, object]:
    identities = identities_of(customer)
    return {
        "customer": customer,
        "identities": identities,
        "links": links_of(customer),
        "apart": apart_of(customer),
        "splits": splits_of(customer),
        "choices": _choices(identities),
        "may_work": _may(request, Permission.CUSTOMERS_WORK),
        "may_see": _may(request, Permission.CUSTOMERS_REVEAL),
    }


def _choices(identities: Sequence[Identity]) -> Sequence[Identity]:
    """What may be chosen as somebody else's: many orders and devices are not listed, they go along."""
    people = [one for one in identities if not is_thing(one)]
    return identities if len(identities) - len(people) <= _FEW_THINGS or len(people) < 2 else people


def _customer(request: HttpRequest, customer_id: UUID) -> UUID:
    customer = find_customer(customer_id)
    if customer is None or customer not in visible_customers([customer], scope=scope_of(request)):
        raise Http404
    return customer


def _link(request: HttpRequest, link_id: int) -> Link:
    links = links_in_scope(Link.objects.filter(pk=link_id), scope=scope_of(request))
    link = links.select_related("left").first()
    if link is None:
        raise Http404
    return link


def _now(link: Link) -> UUID:
    link.left.refresh_from_db()
    return link.left.customer


def _ids(texts: Sequence[str]) -> list[int]:
    return [int(text) for text in texts if text.isdecimal() and len(text) < 19][:_MOST]


def _may(request: HttpRequest, permission: Permission) -> bool:
    return visitor_of(request).may(permission)
