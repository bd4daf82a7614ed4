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
from zhiyin.respond.flow import services as flow
from zhiyin.respond.flow.views_steps import read_morning
from zhiyin.respond.models import Case
from zhiyin.respond.queries import get_case
from zhiyin.respond.views.steps import find_account
from zhiyin.respond.wording import say

_MAX_AT_ONCE = 50
_Act = Callable[[Case], object]


@requires(Permission.CASES_WORK)
@require_POST
def change_many(request: HttpRequest) -> HttpResponse:
    """Do one thing to the chosen cases; what is refused is named with its reason."""
    make = _ACTIONS.get(action := request.POST.get("action", ""))
    numbers = request.POST.getlist("number")
    if make is None:
        return _back(request)
    if not numbers:
        tell(request, _("No case was chosen. Tick some first."), tone="info")
        return _back(request)
    try:
        act, back = make(request)
    except (InvalidInput, Conflict) as error:
        tell(request, say(error), tone="bad")
        return _back(request)
    done, refused = _each(request, numbers, act)
    if done:
        named = [("number", number) for number in done]
        undo_url = f"{reverse('cases_undo')}?{urlencode([*named, *back])}" if back is not None else ""
        tell(request, _said(request, action, n=len(done)), undo_url=undo_url)
    _tell_refused(request, refused)
    return _back(request)


@requires(Permission.CASES_WORK)
@require_POST
def undo_many(request: HttpRequest) -> HttpResponse:
    """Take back what was just done to the cases that the address names."""
    by, action = actor_of(request), request.GET.get("action", "")
    acts: dict[str, _Act] = {
        "hold": lambda case: flow.resume_case(case, by=by),
        "group": lambda case: flow.ungroup_case(case, by=by),
    }
    act = acts.get(action, lambda case: services.undo(case, by=by))
    done, refused = _each(request, request.GET.getlist("number"), act)
    if done:
        text = ngettext("Taken back for %(n)d case.", "Taken back for %(n)d cases.", len(done))
        tell(request, text % {"n": len(done)}, tone="info")
    _tell_refused(request, refused)
    return _back(request)


_Way = tuple[_Act, list[tuple[str, str]] | None]


def _closing(request: HttpRequest) -> _Way:
    by, words = actor_of(request), request.POST.get("words", "")
    return lambda case: services.close_case(case, reason=words, by=by), []


def _handing(request: HttpRequest) -> _Way:
    by, to, words = actor_of(request), find_account(request), request.POST.get("words", "")

    def act(case: Case) -> object:
        if to is None:
            raise CannotOwn
        return services.transfer_case(case, to=to, summary=words, by=by)

    return act, []


def _holding(request: HttpRequest) -> _Way:
    by, words = actor_of(request), request.POST.get("words", "")
    until = read_morning(request.POST.get("until", ""))
    return lambda case: flow.hold_case(case, until=until, reason=words, by=by), [("action", "hold")]


def _urging(request: HttpRequest) -> _Way:
    by, words = actor_of(request), request.POST.get("words", "")
    return lambda case: flow.urge_case(case, by=by, words=words), None


def _grouping(request: HttpRequest) -> _Way:
    """Under the case whose number the words are, else under a new one of that title."""
    by, words, scope = actor_of(request), request.POST.get("words", "").strip(), scope_of(request)
    try:
        parent = get_case(words, scope=scope)
    except NotFound:
        cases = _chosen(request)
        if not cases:
            raise InvalidInput(
                "There is no such case.", next_step="Check the number.", field="under"
            ) from None
        parent = flow.open_group(cases, title=words, by=by, scope=scope)
    return lambda case: flow.group_case(case, under=parent, by=by), [("action", "group")]


_ACTIONS: dict[str, Callable[[HttpRequest], _Way]] = {
    "close": _closing,
    "transfer": _handing,
    "hold": _holding,
    "urge": _urging,
    "group": _grouping,
}


def _said(request: HttpRequest, action: str, *, n: int) -> str:
    texts = {
        "close": lambda: ngettext("%(n)d case is closed.", "%(n)d cases are closed.", n),
        "transfer": lambda: ngettext(
            "%(name)s looks after %(n)d case now.", "%(name)s looks after %(n)d cases now.", n
        ),
        "hold": lambda: ngettext("%(n)d case is on hold.", "%(n)d cases are on hold.", n),
        "urge": lambda: ngettext("Haste is noted for %(n)d case.", "Haste is noted for %(n)d cases.", n),
        "group": lambda: ngettext(
            "%(n)d case belongs to the group complaint now.",
            "%(n)d cases belong to the group complaint now.",
            n,
        ),
    }
    return texts[action]() % {"n": n, "name": find_account(request)}


def _chosen(request: HttpRequest) -> list[Case]:
    """The chosen cases that the visitor may work on and that may be grouped, for a new group's unit."""
    found = []
    for number in dict.fromkeys(request.POST.getlist("number")[:_MAX_AT_ONCE]):
        try:
            case = get_case(number, scope=scope_of(request))
        except NotFound:
            continue
        if case.is_open and case.parent_id is None and not case.children.exists():
            found.append(case)
    return found


def _each(request: HttpRequest, numbers: list[str], act: _Act) -> tuple[list[str], dict[str, str]]:
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
