"""Whoever leaves hands everything over at once, with one summary, and the way back."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.errors import InvalidInput
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission, requires
from zhiyin.respond.owning.services import MOST_AT_ONCE, hand_all_over, list_to_hand_over, undo_batch
from zhiyin.respond.owning.transfer_view import BEST
from zhiyin.respond.queries import list_colleagues
from zhiyin.respond.views.steps import find_account
from zhiyin.respond.wording import say

_N_SHOWN = 20


@requires(Permission.CASES_WORK)
def hand_over_all(request: HttpRequest, account_id: int) -> HttpResponse:
    """The open cases of one account go to another, or to whoever fits best for each."""
    scope = scope_of(request)
    account = Account.objects.filter(pk=account_id).first()
    cases = [] if account is None else list_to_hand_over(account, scope=scope)
    known = {one.pk for one in list_colleagues(scope=scope)}
    # Whose cases the asker does not see is not there; a colleague without cases is.
    if account is None or (not cases and account.pk not in known):
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            return _hand_over(request, account)
        except InvalidInput as error:
            problem = say(error)
    context = {
        "account": account,
        "cases": cases[:_N_SHOWN],
        "n": min(len(cases), MOST_AT_ONCE),
        "has_more": len(cases) > MOST_AT_ONCE,
        "colleagues": [one for one in list_colleagues(scope=scope) if one.pk != account.pk],
        "problem": problem,
        "typed": request.POST.get("summary", ""),
    }
    return render_page(request, "respond/owning/hand_over_all.html", context, status=422 if problem else 200)


@require_POST
@requires(Permission.CASES_WORK)
def undo_hand_over(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Take back what was handed over at once."""
    n_done = undo_batch(batch, by=actor_of(request), scope=scope_of(request))
    text = ngettext("Taken back for %(n)d case.", "Taken back for %(n)d cases.", n_done)
    tell(request, text % {"n": n_done}, tone="info")
    return redirect("cases")


def _hand_over(request: HttpRequest, account: Account) -> HttpResponse:
    to = None if request.POST.get("owner") == BEST else find_account(request)
    if to is None and request.POST.get("owner") != BEST:
        raise InvalidInput("Choose somebody.", field="owner")
    done = hand_all_over(
        account,
        to=to,
        summary=request.POST.get("summary", ""),
        by=actor_of(request),
        scope=scope_of(request),
    )
    if done.n_done:
        text = ngettext(
            "%(n)d case of %(name)s is handed over.", "%(n)d cases of %(name)s are handed over.", done.n_done
        )
        undo_url = reverse("case_hand_over_undo", args=[done.batch])
        tell(request, text % {"n": done.n_done, "name": account}, undo_url=undo_url)
    for number in done.refused:
        tell(
            request,
            _("Case %(number)s could not be handed over. Look at it.") % {"number": number},
            tone="bad",
        )
    return redirect("case_hand_over_all", account.pk)
