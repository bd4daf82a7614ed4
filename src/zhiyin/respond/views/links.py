"""What staff do with the link to the customer's page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from zhiyin.console.toasts import tell
from zhiyin.people.access import actor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of
from zhiyin.respond.services.renewing import renew_link
from zhiyin.respond.views.case import find_case


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def renew(request: HttpRequest, number: str) -> HttpResponse:
    """The customer's page gets a new link, and the old one opens nothing any more."""
    case = renew_link(find_case(request, number), by=actor_of(request))
    tell(request, _("The old link no longer opens. Send the customer the new one."))
    return redirect(f"{reverse('case', args=[case.number])}#customer-page")
