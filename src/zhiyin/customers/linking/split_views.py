"""Pages of a split: what goes with the chosen identifiers, doing it, taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.customers.linking.queries import find_customer, visible_customers
from zhiyin.customers.linking.split_facts import Counted, count_facts
from zhiyin.customers.linking.splitting import Part, preview_split, split_customer, undo_split
from zhiyin.customers.models import Identity, LinkSplit
from zhiyin.customers.profile.person import Person, facts_scope, get_person
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires

_MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A part as the page shows it: how many facts of each kind go with it."""

    part: Part
    facts: Sequence[tuple[str, int]]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CUSTOMERS_WORK)
def split(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """GET: who there would be if the identifiers were somebody else. POST: it is so."""
    try:
        person = get_person(customer_id, scope=scope_of(request))
    except NotFound:
        raise Http404 from None
    given = request.POST if request.method == "POST" else request.GET
    chosen = [int(text) for text in given.getlist("identity")[:_MOST] if text.isdecimal() and len(text) < 19]
    try:
        if request.method != "POST":
            return _preview(request, person, chosen)
        made = split_customer(
            person.customer, chosen, by=actor_of(request), reason=given.get("reason", "").strip()
        )
    except (InvalidInput, NotFound) as error:
        refused = _("Choose some of the identifiers, but not all.")
        if isinstance(error, NotFound):
            refused = _("These identifiers are not all this customer's any more.")
        elif len(chosen) not in (0, len(person.identities)):
            refused = _("These are too many identifiers for one split. Choose fewer.")
        tell(request, refused, tone="bad")
        return redirect("customer_links", person.customer)
    told = ngettext(
        "%(n)d identifier is somebody else now, with what belongs to it.",
        "%(n)d identifiers are somebody else now, with what belongs to them.",
        len(set(chosen)),
    )
    tell(request, told % {"n": len(set(chosen))}, undo_url=reverse("undo_split", args=[made.pk]))
    stays = next(one for one in person.identities if one.pk not in chosen)
    return redirect("customer_links", Identity.objects.get(pk=stays.pk).customer)


@require_POST
@requires(Permission.CUSTOMERS_WORK)
def undo(request: HttpRequest, split_id: int) -> HttpResponse:
    """Everything is again whose it was before the split."""
    found = LinkSplit.objects.filter(pk=split_id).first()
    parts = {find_customer(one) for one in (found.customer, found.other)} - {None} if found else set()
    if not visible_customers([one for one in parts if one], scope=scope_of(request)):
        raise Http404
    try:
        undone = undo_split(split_id, by=actor_of(request))
        tell(request, _("They are one customer again, as before."))
    except Conflict:
        tell(request, _("Somebody else took it back already."), tone="bad")
        return redirect("customer_links", next(one for one in parts if one))
    return redirect("customer_links", find_customer(undone.customer) or undone.other)


def _preview(request: HttpRequest, person: Person, chosen: Sequence[int]) -> HttpResponse:
    parts = preview_split(person.customer, chosen)
    counted = count_facts([part.keys for part in parts], scope=facts_scope(visitor_of(request).scope_for))
    context: dict[str, object] = {
        "customer": person.customer,
        "chosen": chosen,
        "staying": [_shown(part, n, counted) for n, part in enumerate(parts) if not part.is_chosen],
        "going": [_shown(part, n, counted) for n, part in enumerate(parts) if part.is_chosen],
    }
    return render_page(request, "customers/linking/split.html", context)


def _shown(part: Part, place: int, counted: Sequence[Counted]) -> _Shown:
    facts = [(row.title, row.counts[place]) for row in counted if row.counts[place]]
    return _Shown(part=part, facts=facts)
