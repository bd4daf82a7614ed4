"""The members of a segment as a file."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from zhiyin.console.toasts import tell
from zhiyin.customers.segments.contacting import export_segment, read_wish
from zhiyin.customers.segments.members import choose_of
from zhiyin.customers.segments.views import find_segment
from zhiyin.errors import InvalidInput
from zhiyin.people.access import scope_of
from zhiyin.people.permissions import Permission, requires


@requires(Permission.CUSTOMERS_EXPORT)
def segment_export(request: HttpRequest, segment_id: int) -> HttpResponseBase:
    """All members, or those who may be contacted for a purpose on a channel."""
    found, snapshot = find_segment(request, segment_id)
    try:
        wish = read_wish(request.GET.get("purpose", ""), request.GET.get("channel", ""))
    except InvalidInput:
        tell(request, _("Choose both: what for, and which way."), tone="bad")
        return redirect("segment", found.pk)
    choice = choose_of(found, snapshot=snapshot, now=timezone.now())
    return export_segment(request, found, choice=choice, scope=scope_of(request), wish=wish)
