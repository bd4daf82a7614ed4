"""Saved views: save the list's state, open, rename, share, delete with undo, choose the first."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.insight.models import SavedView
from zhiyin.insight.queries.saved_views import ViewLine, list_views
from zhiyin.insight.services.saved_views import (
    change_view,
    choose_default_view,
    delete_view,
    restore_view,
    save_view,
)
from zhiyin.insight.state import customers_of, make_state, read_state
from zhiyin.insight.views.corrections import next_page
from zhiyin.insight.views.refusals import explain
from zhiyin.insight.views.voices import current_query
from zhiyin.insight.voice_filters import Chip, list_chips
from zhiyin.people.access import scope_of, visitor_of
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.scope import Scope

SHARING = {
    SavedView.Sharing.OWN.value: gettext_lazy("Only me"),
    SavedView.Sharing.ROLE.value: gettext_lazy("Everybody with my role"),
    SavedView.Sharing.COMPANY.value: gettext_lazy("Everybody in the company"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A view with the address that opens it and what it filters by."""

    line: ViewLine
    url: str
    chips: list[Chip]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.FEEDBACK_READ)
def saved_views(request: HttpRequest) -> HttpResponse:
    """The views; POST saves the state that the address holds under a new name."""
    account = _account(request)
    if request.method != "POST":
        return _render(request, account)
    state = read_state(request)
    try:
        view = save_view(
            owner=account,
            name=request.POST.get("name", ""),
            query=current_query(request, state=state),
            sharing=request.POST.get("sharing", ""),
        )
    except (InvalidInput, Conflict) as error:
        return _render(request, account, refused=explain(error), status=422)
    if request.POST.get("is_default"):
        choose_default_view(account=account, view_id=view.pk)
    tell(request, _("Saved as “%(name)s”.") % {"name": view.name}, undo_url=_undo(view))
    return redirect(f"{reverse('voices')}?{view.query}")


@require_POST
@requires(Permission.FEEDBACK_READ)
def saved_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Rename and share, delete, restore, or open first, as `action` says."""
    account, action = _account(request), request.POST.get("action", "")
    try:
        if action == "delete":
            view = delete_view(view_id=view_id, owner=account)
            tell(request, _("“%(name)s” is deleted.") % {"name": view.name}, undo_url=_redo(view))
        elif action == "restore" or "restore" in request.GET:
            restore_view(view_id=view_id, owner=account)
        elif "delete" in request.GET:
            delete_view(view_id=view_id, owner=account)
        elif action in {"default", "no_default"}:
            choose_default_view(account=account, view_id=view_id if action == "default" else None)
            tell(request, _("Chosen. The menu's entry opens it from now on."), tone="info")
        else:
            _change(request.POST, view_id=view_id, owner=account)
            tell(request, _("Saved."))
    except NotFound:
        raise Http404 from None
    except (InvalidInput, Conflict) as error:
        return _render(request, account, refused=explain(error), refused_id=view_id, status=422)
    return redirect(next_page(request, reverse("saved_views")))


def _change(given: QueryDict, *, view_id: int, owner: Account) -> None:
    change_view(view_id=view_id, owner=owner, name=given.get("name", ""), sharing=given.get("sharing", ""))


def _render(
    request: HttpRequest, account: Account, *, refused: str = "", refused_id: int = 0, status: int = 200
) -> HttpResponse:
    lines = list_views(account)
    scope, customers = scope_of(request), customers_of(request)
    shown = [_show(line, scope=scope, customers=customers) for line in lines]
    context = {
        "own": [one for one in shown if one.line.is_own],
        "shared": [one for one in shown if not one.line.is_own],
        "sharing": SHARING,
        "refused": refused,
        "refused_id": refused_id,
        "given": request.POST,
        "state_query": request.GET.urlencode(),
    }
    return render(request, "insight/saved_views.html", context, status=status)


def _show(line: ViewLine, *, scope: Scope, customers: Scope) -> _Shown:
    state = make_state(QueryDict(line.view.query), scope=scope, customers=customers)
    url = f"{reverse('voices')}?{line.view.query or 'period=30d'}"
    return _Shown(line=line, url=url, chips=list_chips(state))


def _account(request: HttpRequest) -> Account:
    account = visitor_of(request).account
    if account is None:  # a key saves nothing
        raise Http404
    return account


def _undo(view: SavedView) -> str:
    return reverse("saved_view", args=[view.pk]) + "?delete"


def _redo(view: SavedView) -> str:
    return reverse("saved_view", args=[view.pk]) + "?restore"
