"""The list of customers, its search and its export."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from zhiyin.console.exports import Cell, stream_table, wanted_format
from zhiyin.console.pages import render_page
from zhiyin.customers.identifiers.pseudonyms import pseudonym
from zhiyin.customers.profile import naming
from zhiyin.customers.profile.finding import search_customers
from zhiyin.customers.profile.roster import (
    RosterAsk,
    RosterRow,
    count_roster,
    iterate_roster,
    read_roster,
    rows_of,
)
from zhiyin.customers.rollup import connect_rollup
from zhiyin.engine import open_engine
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.queries.units import find_unit_by_code, list_subtree_ids, list_units
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event
from zhiyin.people.views.posts import takes_form_of

_MAX_PAGE = 100_000
_MAX_TYPED = 200
SORT_NAMES = {
    "newest": gettext_lazy("Seen last"),
    "complaints": gettext_lazy("Most complaints"),
    "mood": gettext_lazy("Worst mood"),
    "amount": gettext_lazy("Spent most in a year"),
    "contacts": gettext_lazy("Most contacts"),
    "oldest": gettext_lazy("Known longest"),
}
WHICH_NAMES = {
    "": gettext_lazy("All customers"),
    "complained": gettext_lazy("Complained at least once"),
    "complained_last": gettext_lazy("Complained last, nothing since"),
    "unsolved": gettext_lazy("With unsolved contacts"),
    "bought": gettext_lazy("Bought at least once"),
    "silent_buyers": gettext_lazy("Bought, never spoke"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterState:
    """What the address asks for; `unit` is a code."""

    ask: RosterAsk
    unit: str


@require_safe
@requires(Permission.CUSTOMERS_READ)
def customers(request: HttpRequest) -> HttpResponse:
    """Who our customers are."""
    state = _read_state(request)
    with connect_rollup(open_engine(settings.HOME), scope=scope_of(request)) as connection:
        page = read_roster(connection, state.ask, number=_page_number(request))
    context = {"page": page, "state": state, **_choices(request)}
    return render_page(
        request,
        "customers/profile/customers.html",
        context,
        parts={"roster": "customers/profile/_roster.html"},
    )


@requires(Permission.CUSTOMERS_READ)
@takes_form_of("customers")
def find_customers(request: HttpRequest) -> HttpResponse:
    """Who has this pseudonym, these last four digits or this identifier; never in an address or a log."""
    typed = request.POST.get("who", "").replace("\0", "")[:_MAX_TYPED]
    scope, may_identify = scope_of(request), visitor_of(request).may(Permission.CUSTOMERS_REVEAL)
    found = search_customers(typed, scope=scope, may_identify=may_identify)
    if found.how != "pseudonym":
        details = {"how": found.how, "n": len(found.customers)}
        record_event("customer.searched", by=actor_of(request), details=details)
    if len(found.customers) == 1:
        return redirect("customer", found.customers[0])
    with connect_rollup(open_engine(settings.HOME), scope=scope) as connection:
        known = rows_of(connection, found.customers)
    context = {
        "found": found,
        "rows": [known.get(one) or _unknown(one) for one in found.customers],
        "may_identify": may_identify,
    }
    response = render_page(request, "customers/profile/found.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@requires(Permission.CUSTOMERS_EXPORT)
def customers_export(request: HttpRequest) -> StreamingHttpResponse:
    """The list as a table of pseudonyms; nothing in it says who somebody is."""
    state, scope = _read_state(request), scope_of(request)
    with connect_rollup(open_engine(settings.HOME), scope=scope) as connection:
        n = count_roster(connection, state.ask)
    sent = stream_table(
        request,
        name="customers",
        columns=[str(name) for name in _columns()],
        rows=_export_rows(state.ask, scope=scope),
        form=wanted_format(request.GET.get("format", "")),
        n_rows=n,
    )
    record_event("customers.exported", by=actor_of(request), details={"rows": n})
    return sent


def _read_state(request: HttpRequest) -> RosterState:
    given = request.GET
    code = given.get("unit", "")
    unit = find_unit_by_code(code) if code else None
    unit_ids = None
    if code:
        is_known = unit is not None and scope_of(request).allows(unit.pk)
        unit_ids = frozenset(list_subtree_ids(unit.pk)) if unit is not None and is_known else frozenset({-1})
    wanted = RosterAsk(
        which=given.get("which", ""),
        channel=given.get("channel", ""),
        unit_ids=unit_ids,
        sort=given.get("sort", "newest"),
    )
    return RosterState(ask=wanted, unit=code)


def _choices(request: HttpRequest) -> dict[str, object]:
    return {
        "sorts": SORT_NAMES,
        "whiches": WHICH_NAMES,
        "channels": naming.channel_names(),
        "units": list_units(scope=scope_of(request)),
        "may_identify": visitor_of(request).may(Permission.CUSTOMERS_REVEAL),
        "query": request.GET.urlencode(),
    }


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return min(int(text), _MAX_PAGE) if text.isascii() and text.isdecimal() else 1


def _unknown(customer: UUID) -> RosterRow:
    """Known since the last roll-up only."""
    return RosterRow(
        customer=customer,
        first_at=None,
        last_at=None,
        n_voices=0,
        n_complaints=0,
        n_purchases=0,
        amount_year=None,
        n_contacts=0,
        n_unresolved=0,
        stars_mean=None,
        sentiment_mean=None,
        channels=None,
    )


def _columns() -> list[str]:
    return [
        _("Customer"),
        _("First seen"),
        _("Last seen"),
        _("Voices"),
        _("Complaints"),
        _("Mood (−1 to 1)"),
        _("Mean rating"),
        _("Orders"),
        _("Amount, 365 days"),
        _("Contacts"),
        _("Unsolved contacts"),
    ]


def _export_rows(wanted: RosterAsk, *, scope: Scope) -> Iterator[list[Cell]]:
    with connect_rollup(open_engine(settings.HOME), scope=scope) as connection:
        for row in iterate_roster(connection, wanted):
            yield [
                pseudonym(row.customer),
                row.first_at,
                row.last_at,
                row.n_voices,
                row.n_complaints,
                row.sentiment_mean,
                row.stars_mean,
                row.n_purchases,
                row.amount_year,
                row.n_contacts,
                row.n_unresolved,
            ]
