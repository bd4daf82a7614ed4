"""Pages: what staff can do, and the cases that are kicked about."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict
from zhiyin.insight.unit_choices import list_unit_choices
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.models import Account
from zhiyin.people.pages import Pages, page_number
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.unit_words import kind_name
from zhiyin.respond.models import StaffAbility
from zhiyin.respond.owning import services
from zhiyin.respond.owning.alerting import list_alerts, list_free_destinations
from zhiyin.respond.owning.forms import AbilityForm, typed_before
from zhiyin.respond.owning.queries import count_edges, list_staff, select_kicked_about, select_over_edge
from zhiyin.respond.queries import list_colleagues
from zhiyin.respond.views.lists import PAGE_SIZE

_EDGES_SINCE = timedelta(days=90)
_LONGEST_EDGE = 66


@require_safe
@requires(Permission.POLICIES_MANAGE)
def show_staff(request: HttpRequest) -> HttpResponse:
    """Who looks after cases, what they can do, and how many they have."""
    return render_page(request, "respond/owning/staff.html", {"lines": list_staff(scope=scope_of(request))})


@requires(Permission.POLICIES_MANAGE)
def change_staff(request: HttpRequest, account_id: int) -> HttpResponse:
    """What one account can do."""
    account = _account(request, account_id)
    ability = StaffAbility.objects.filter(account=account).first()
    form = AbilityForm(request.POST or None, initial=typed_before(ability))
    if request.method == "POST" and form.is_valid():
        services.save_ability(account, form.words(), by=actor_of(request))
        said = _("Kept for %(name)s. Cases are given by it from now on.") % {"name": account}
        tell(request, said, undo_url=reverse("case_staff_undo", args=[account.pk]))
        return redirect("case_staff")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "account": account}
    return render_page(request, "respond/owning/staff_one.html", context, status=status)


@require_POST
@requires(Permission.POLICIES_MANAGE)
def undo_staff(request: HttpRequest, account_id: int) -> HttpResponse:
    """As it was before the last change."""
    account = _account(request, account_id)
    try:
        services.undo_ability(account, by=actor_of(request))
    except Conflict:
        tell(request, _("There is no change to take back."), tone="bad")
    else:
        tell(request, _("It is as it was before."), tone="info")
    return redirect("case_staff")


@require_safe
@requires(Permission.CASES_READ)
def show_kicked_about(request: HttpRequest) -> HttpResponse:
    """The cases that were handed on more than twice, and over which edges cases go; or those of one edge."""
    scope, edge = scope_of(request), request.GET.get("edge", "")[:_LONGEST_EDGE]
    since = timezone.now() - _EDGES_SINCE
    found = select_over_edge(edge, scope=scope, since=since) if edge else select_kicked_about(scope=scope)
    n, number = found.count(), page_number(request.GET.get("page", ""))
    first = (number - 1) * PAGE_SIZE
    edges = [(_say_edge(one.edge), one) for one in count_edges(scope=scope, since=since)]
    context = {
        "cases": found[first : first + PAGE_SIZE],
        "n": n,
        "edges": edges,
        "edge_name": _say_edge(edge) if edge else "",
        "pages": Pages(number=number, n_rows=n, size=PAGE_SIZE),
        **_read_alerts(request),
    }
    return render_page(request, "respond/owning/kicked_about.html", context)


def _say_edge(edge: str) -> str:
    language = get_language() or "zh"
    return " → ".join(kind_name(kind, language=language) for kind in edge.split(">"))


def _read_alerts(request: HttpRequest) -> dict[str, object]:
    """Who is told, and the form to choose, for whoever may."""
    if not visitor_of(request).may(Permission.POLICIES_MANAGE):
        return {}
    scope = visitor_of(request).scope_for(Permission.POLICIES_MANAGE)
    return {
        "may_choose": True,
        "alerts": list_alerts(scope=scope),
        "destinations": list_free_destinations(scope=scope),
        "units": list_unit_choices(scope, chosen=None),
        "sees_all": scope.unit_ids is None,
    }


def _account(request: HttpRequest, account_id: int) -> Account:
    """A colleague who may look after cases of the asker's units, else 404."""
    known = list_colleagues(scope=scope_of(request))
    account = next((one for one in known if one.pk == account_id), None)
    if account is None:
        raise Http404
    return account
