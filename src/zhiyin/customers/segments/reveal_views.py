"""The members of a segment with their identifiers, for who may see those and says why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from zhiyin.console.exports import stream_table, wanted_format
from zhiyin.console.file_gate import check
from zhiyin.console.toasts import tell
from zhiyin.customers.identifiers.exporting import (
    MOST_A_DAY,
    MOST_AT_ONCE,
    IdentifierWish,
    export_identifiers,
)
from zhiyin.customers.identifiers.naming import type_name
from zhiyin.customers.identifiers.services import check_reason
from zhiyin.customers.segments.contacting import Wish as ContactWish
from zhiyin.customers.segments.contacting import (
    columns_of,
    count_as_contacted,
    keep_allowed,
    read_wish,
    rows_of,
)
from zhiyin.customers.segments.members import Choice, Member, choose_of, open_customers, read_members
from zhiyin.customers.segments.views import find_segment
from zhiyin.engine import open_engine
from zhiyin.errors import Conflict, InvalidInput
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.scope import Scope
from zhiyin.people.views.posts import takes_form_of


@requires(Permission.CUSTOMERS_REVEAL)
@takes_form_of("segment", "segment_id")
def segment_identifiers_export(request: HttpRequest, segment_id: int) -> HttpResponseBase:
    """The same file as without, and their identifiers behind it, covered or in clear."""
    found, snapshot = find_segment(request, segment_id)
    if not visitor_of(request).may(Permission.CUSTOMERS_EXPORT):
        raise PermissionDenied
    now, scope, given = timezone.now(), _scope(request), request.POST
    try:
        contact = read_wish(given.get("purpose", ""), given.get("channel", ""))
        wish = IdentifierWish(
            is_clear=given.get("shown") == "clear",
            reason=given.get("reason", "").replace("\0", ""),
            channel=contact.channel,
        )
        choice = choose_of(found, snapshot=snapshot, now=now)
        members = _members(choice, contact=contact, scope=scope, now=now)
        check_reason(wish.reason)
        name = _("segment %(name)s with identifiers") % {"name": found.name}
        check(request, name=name, n_rows=len(members))
        told = export_identifiers(
            [one.customer for one in members],
            wish=wish,
            by=actor_of(request),
            scope=scope,
            about=("segment", found.pk),
        )
    except (InvalidInput, Conflict) as problem:
        tell(request, _explain(problem), tone="bad")
        return redirect("segment", found.pk)
    rows = ([*row, *told[one.customer]] for row, one in zip(rows_of(members), members, strict=True))
    response = stream_table(
        request,
        name=f"{_('segment')}-{found.pk}-{timezone.localdate(now)}",
        columns=[*columns_of(), *(type_name(one) for one in wish.types)],
        rows=rows,
        form=wanted_format(given.get("format", "")),
        n_rows=len(members),
    )
    count_as_contacted(members, wish=contact, at=now)
    response["Cache-Control"] = "no-store"
    return response


def _scope(request: HttpRequest) -> Scope:
    """Whose identifiers the asker may both see and export."""
    seen, exported = scope_of(request), visitor_of(request).scope_for(Permission.CUSTOMERS_EXPORT)
    return exported if seen.unit_ids is None else exported.narrowed_to(seen.unit_ids)


def _members(choice: Choice, *, contact: ContactWish, scope: Scope, now: datetime) -> Sequence[Member]:
    """All of them, but no more than are surely too many."""
    members: list[Member] = []
    with open_customers(open_engine(settings.HOME), scope=scope, now=now) as connection:
        for batch in read_members(connection, choice):
            members += keep_allowed(batch, wish=contact, at=now)
            if len(members) > MOST_AT_ONCE:
                break
    return members


def _explain(problem: InvalidInput | Conflict) -> str:
    if isinstance(problem, Conflict):
        return _("Identifiers of at most %(n)s customers leave in clear in a day.") % {"n": MOST_A_DAY}
    words = {
        "reason": _("Say in a few words why you need it. The reason is kept."),
        "customers": _("Identifiers of at most %(n)s customers leave in one file: narrow the segment.")
        % {"n": MOST_AT_ONCE},
    }
    return words.get(problem.field or "", _("Choose both: what for, and which way."))
