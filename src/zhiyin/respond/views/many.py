"""What staff do to several cases at once, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.respond import services
from zhiyin.respond.errors import CannotOwn
from zhiyin.respond.models import Case
from zhiyin.respond.queries import get_case
from zhiyin.respond.views.steps import find_account
from zhiyin.respond.wording import say

_MAX_AT_ONCE = 50


@requires(Permission.CASES_WORK)
@require_POST
def change_many(request: HttpRequest) -> HttpResponse:
    """Hand the chosen cases over, or close them; what is refused is named with its reason."""
    by, action = actor_of(request), request.POST.get("action", "")
    to, words = find_account(request), request.POST.get("words", "")

    def act(case: Case) -> object:
        if action == "close":
            return services.close_case(case, reason=words, by=by)
        if to is None:
            raise CannotOwn
        return services.transfer_case(case, to=to, summary=words, by=by)

    if action not in ("close", "transfer"):
        return _back(request)
    done, refused = _each(request, request.POST.getlist("number"), act)
    undo_url = f"{reverse('cases_undo')}?{urlencode([('number', number) for number in done])}"
    if done and action == "close":
        text = ngettext("%(n)d case is closed.", "%(n)d cases are closed.", len(done))
        tell(request, text % {"n": len(done)}, undo_url=undo_url)
    elif done:
        text = ngettext(
            "%(name)s looks after %(n)d case now.", "%(name)s looks after %(n)d cases now.", len(done)
        )
        tell(request, text % {"n": len(done), "name": to}, undo_url=undo_url)
    _tell_refused(request, refused)
    if not done and not refused:
        tell(request, _("No case was chosen. Tick some first."), tone="info")
    return _back(request)


@requires(Permission.CASES_WORK)
@require_POST
def undo_many(request: HttpRequest) -> HttpResponse:
    """Take back what was just done to the cases that the address names."""
    by = actor_of(request)
    done, refused = _each(request, request.GET.getlist("number"), lambda case: services.undo(case, by=by))
    if done:
        text = ngettext("Taken back for %(n)d case.", "Taken back for %(n)d cases.", len(done))
        tell(request, text % {"n": len(done)}, tone="info")
    _tell_refused(request, refused)
    return _back(request)


def _each(
    request: HttpRequest, numbers: list[str], act: Callable[[Case], object]
) -> tuple[list[str], dict[str, str]]:
    """The numbers for which it was done, and the reason by number for which not."""
    done, refused = [], {}
    for number in dict.fromkeys(numbers[:_MAX_AT_ONCE]):
        try:
            act(get_case(number, scope=scope_of(request)))
        except (InvalidInput, Conflict) as error:
            refused[number] = say(error)
        except NotFound:
            continue  # another unit's: it does not exist for this visitor
        else:
            done.append(number)
    return done, refused


def _tell_refused(request: HttpRequest, refused: dict[str, str]) -> None:
    for reason in dict.fromkeys(refused.values()):
        numbers = ", ".join(number for number, why in refused.items() if why == reason)
        tell(request, f"{numbers}: {reason}", tone="bad")


def _back(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return redirect(wanted if is_ours else reverse("cases"))
