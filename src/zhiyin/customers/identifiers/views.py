"""Shows one identifier in clear, once, to who says why."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhiyin.console.pages import render_page
from zhiyin.customers.identifiers.queries import get_identity
from zhiyin.customers.identifiers.services import reveal_identity
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.permissions import Permission, requires


@requires(Permission.CUSTOMERS_REVEAL)
@require_http_methods(["GET", "HEAD", "POST"])
def show_identifier(request: HttpRequest, identity_id: int) -> HttpResponse:
    """Asks for the reason, then shows the identifier; never kept by any cache."""
    scope, value, refused = scope_of(request), "", ""
    reason = request.POST.get("reason", "")
    try:
        identity = get_identity(identity_id, scope=scope)
        if request.method == "POST":
            value = reveal_identity(identity_id, by=actor_of(request), reason=reason, scope=scope)
    except NotFound:
        raise Http404 from None
    except InvalidInput:
        refused = _("Say in a few words why you need it. The reason is kept.")
    response = render_page(
        request,
        "customers/identifiers/identifier.html",
        {"identity": identity, "value": value, "refused": refused, "reason": reason},
        parts={f"identifier-{identity_id}": "customers/identifiers/_shown.html"},
        status=422 if refused else 200,
    )
    response["Cache-Control"] = "no-store"
    return response
