"""Page: where a case went that was handed to a unit that the asker does not see; the way back."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, NotFound
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of
from zhiyin.respond.owning.handed_on import HandedOn, find_handed_on, take_back
from zhiyin.respond.owning.reasons import TransferReason
from zhiyin.respond.owning.words import REASON_NAMES
from zhiyin.respond.queries import get_case


@require_safe
@requires(Permission.CASES_WORK)
@never_cache
def show_handed_on(request: HttpRequest, number: str) -> HttpResponse:
    """To whom the asker handed the case, and the way back; nothing of the case itself."""
    if _sees(request, number):
        return redirect("case", number)
    handed = _find(request, number)
    reason = REASON_NAMES[TransferReason(handed.transfer.reason)]
    return render_page(request, "respond/owning/handed_on.html", {"handed": handed, "reason": reason})


@requires(Permission.CASES_WORK)
@takes_form_of("case_handed_on", "number")
def take_handed_back(request: HttpRequest, number: str) -> HttpResponse:
    """The case is the asker's unit's again."""
    handed = _find(request, number)
    try:
        case = take_back(handed, by=actor_of(request))
    except Conflict:
        said = _("Case %(number)s cannot be taken back any more. Ask %(name)s to hand it back.")
        names = {"number": handed.transfer.case.number, "name": handed.transfer.to_account}
        tell(request, said % names, tone="bad")
        return redirect("case_handed_on", number)
    said = _("Taken back: %(name)s looks after case %(number)s again.")
    tell(request, said % {"number": case.number, "name": case.owner}, tone="info")
    return redirect("case", case.number)


def _sees(request: HttpRequest, number: str) -> bool:
    try:
        get_case(number, scope=scope_of(request))
    except NotFound:
        return False
    return True


def _find(request: HttpRequest, number: str) -> HandedOn:
    """What this account handed on, else 404."""
    account = visitor_of(request).account
    handed = find_handed_on(number, account=account) if account is not None else None
    if handed is None:
        raise Http404
    return handed
