"""Who is told of cases that are kicked about: chosen and taken back on their page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhiyin.console.toasts import tell
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.insight.delivery.contract import DestinationRow
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.queries import find_unit_by_code
from zhiyin.people.views.posts import takes_form_of
from zhiyin.respond.owning.alerting import begin_alert, end_alert, resume_alert

_LONGEST_ID = 16


@requires(Permission.POLICIES_MANAGE)
@takes_form_of("cases_kicked_about")
def begin(request: HttpRequest) -> HttpResponse:
    """Have a destination told."""
    code, chosen = request.POST.get("unit", ""), request.POST.get("destination", "")
    is_id = chosen.isascii() and chosen.isdigit() and len(chosen) < _LONGEST_ID
    unit = find_unit_by_code(code) if code else None
    try:
        if code and unit is None:
            raise InvalidInput("There is no such unit.", field="unit")
        number = int(chosen) if is_id else 0
        row = begin_alert(number, unit=unit, by=actor_of(request), scope=scope_of(request))
    except InvalidInput as error:
        said = {"unit": _("Choose a unit of the list."), "destination": _("Choose who is told.")}
        tell(request, said[error.field or "destination"], tone="bad")
    else:
        undo_url = reverse("kicked_about_alert_end", args=[row.id])
        tell(request, _("%(name)s is told from now on.") % {"name": row.name}, undo_url=undo_url)
    return redirect(f"{reverse('cases_kicked_about')}#told")


@require_POST
@requires(Permission.POLICIES_MANAGE)
def end(request: HttpRequest, destination: int) -> HttpResponse:
    """Stop telling it."""
    row_name = _switch(request, destination, by_door=end_alert)
    undo_url = reverse("kicked_about_alert_again", args=[destination])
    tell(request, _("%(name)s is told no more.") % {"name": row_name}, tone="info", undo_url=undo_url)
    return redirect(f"{reverse('cases_kicked_about')}#told")


@require_POST
@requires(Permission.POLICIES_MANAGE)
def again(request: HttpRequest, destination: int) -> HttpResponse:
    """Tell it again, as before."""
    row_name = _switch(request, destination, by_door=resume_alert)
    tell(request, _("%(name)s is told from now on.") % {"name": row_name})
    return redirect(f"{reverse('cases_kicked_about')}#told")


def _switch(request: HttpRequest, destination: int, *, by_door: Callable[..., DestinationRow]) -> str:
    try:
        return by_door(destination, by=actor_of(request), scope=scope_of(request)).name
    except NotFound:
        raise Http404 from None
