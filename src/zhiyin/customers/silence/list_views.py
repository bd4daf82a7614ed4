"""The pages of invitation lists: drawn, exported, and compared with those left in peace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhiyin.console.exports import Cell, stream_table, wanted_format
from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.customers.identifiers.pseudonyms import pseudonyms
from zhiyin.customers.models import InvitationList, Invited
from zhiyin.customers.rights.purposes import get_purpose
from zhiyin.customers.silence.invitations import (
    NewList,
    delete_list,
    get_list,
    list_invited,
    make_list,
    measure_effect,
)
from zhiyin.customers.silence.naming import kind_name
from zhiyin.customers.silence.page import read_asked
from zhiyin.engine import open_engine
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event


@require_POST
@requires(Permission.CUSTOMERS_EXPORT)
def make_invitation_list(request: HttpRequest) -> HttpResponse:
    """Draw a list of the customers that the page shows."""
    asked, given = read_asked(request), request.POST
    try:
        wanted = NewList(
            name=given.get("name", ""),
            kind=asked.kind,
            least=asked.least,
            n_most=_whole(given.get("n_most", ""), field="n_most"),
            held_out_share=_whole(given.get("held_out_percent", ""), field="held_out_percent") / 100,
            purpose=given.get("purpose", ""),
            channel=given.get("channel", ""),
        )
        made = make_list(
            wanted,
            engine=open_engine(settings.HOME),
            scope=asked.scope,
            account=visitor_of(request).account,
            by=actor_of(request),
        )
    except InvalidInput as problem:
        tell(request, _explain(problem), tone="bad")
        return redirect(f"/customers/silent/?{request.META.get('QUERY_STRING', '')}")
    return redirect("invitation_list", made.pk)


@require_safe
@requires(Permission.CUSTOMERS_EXPORT)
def invitation_list(request: HttpRequest, list_id: int) -> HttpResponse:
    """Who is invited, who is left in peace, and whether it made a difference."""
    found = _get(request, list_id)
    invited = list_invited(found)
    shown = invited[:100]
    names = pseudonyms([one.customer for one, _allowed in shown])
    context = {
        "list": found,
        "kind_name": kind_name(found.kind),
        "purpose": _purpose_name(request, found),
        "effect": measure_effect(found, engine=open_engine(settings.HOME)),
        "n_invited": len(invited),
        "n_allowed": sum(allowed for _one, allowed in invited),
        "n_held_out": found.members.filter(is_held_out=True).count(),
        "lines": [(name, one, allowed) for name, (one, allowed) in zip(names, shown, strict=True)],
    }
    return render_page(request, "customers/silence/list.html", context)


@require_safe
@requires(Permission.CUSTOMERS_EXPORT)
def export_invited(request: HttpRequest, list_id: int) -> HttpResponseBase:
    """Those of the list who may be contacted now, by their pseudonyms."""
    found = _get(request, list_id)
    rows = [one for one, allowed in list_invited(found) if allowed]
    sent = stream_table(
        request,
        name=f"zhiyin-invitations-{found.pk}",
        columns=[_("Customer"), _("Customer number"), _("Overdue, times the usual"), _("Risk to leave")],
        rows=_rows(rows),
        form=wanted_format(request.GET.get("format", "")),
        n_rows=len(rows),
    )
    record_event(
        "invitations.exported",
        by=actor_of(request),
        target=("invitation_list", found.pk),
        details={"rows": len(rows)},
    )
    return sent


@require_POST
@requires(Permission.CUSTOMERS_EXPORT)
def delete_invitation_list(request: HttpRequest, list_id: int) -> HttpResponse:
    """Remove a list that was drawn by mistake."""
    delete_list(_get(request, list_id), by=actor_of(request))
    tell(request, _("The list is gone."))
    return redirect("silent_customers")


def _get(request: HttpRequest, list_id: int) -> InvitationList:
    try:
        return get_list(list_id, scope=scope_of(request))
    except NotFound as problem:
        raise Http404 from problem


def _rows(invited: Sequence[Invited]) -> Iterator[Sequence[Cell]]:
    for name, one in zip(pseudonyms([one.customer for one in invited]), invited, strict=True):
        yield (name, str(one.customer), round(one.overdue, 2), round(one.risk, 3))


def _purpose_name(request: HttpRequest, found: InvitationList) -> str:
    try:
        return get_purpose(found.purpose).name.in_language(getattr(request, "LANGUAGE_CODE", "en"))
    except InvalidInput:
        return found.purpose


def _whole(text: str, *, field: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 8):
        raise InvalidInput("A whole number is needed.", field=field)
    return int(text)


def _explain(problem: InvalidInput) -> str:
    words = {
        "name": _("Give the list a name of at most 80 characters."),
        "purpose": _("None of these may be contacted for this purpose on this channel: choose another."),
        "n_most": _("A list holds 1 to 20,000 customers."),
        "held_out_share": _("At most half of the customers can be held out."),
        "held_out_percent": _("At most half of the customers can be held out."),
    }
    return words.get(problem.field or "", _("The list could not be made: check what was chosen."))
