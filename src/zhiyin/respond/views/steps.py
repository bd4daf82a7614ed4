"""What staff do to one case; each posts, and comes back to the page of the case."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput
from zhiyin.people.access import actor_of
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.scope import Scope
from zhiyin.people.views.posts import takes_form_of
from zhiyin.respond import services
from zhiyin.respond.forms import DueForm
from zhiyin.respond.models import Case
from zhiyin.respond.queries import get_case
from zhiyin.respond.views.case import draw_case, find_case
from zhiyin.respond.wording import say

_TYPED = ("answer", "note", "summary", "reason")


def take_step(
    request: HttpRequest, number: str, *, act: Callable[[Case], object], said: str, can_undo: bool = False
) -> HttpResponse:
    """Do it and come back; where it is refused, show the case as it stands now with what was typed."""
    case = find_case(request, number)
    try:
        act(case)
    except (InvalidInput, Conflict) as error:
        return refuse_step(request, case, error=error)
    undo_url = f"{reverse('cases_undo')}?number={case.number}" if can_undo else ""
    tell(request, said, undo_url=undo_url)
    return redirect("case", case.number)


def refuse_step(request: HttpRequest, case: Case, *, error: InvalidInput | Conflict) -> HttpResponse:
    """The page of the case as it stands now, with the reason and what was typed."""
    typed = {name: request.POST[name] for name in _TYPED if name in request.POST}
    now = get_case(case.number, scope=_everything_seen(case))
    status = 409 if isinstance(error, Conflict) else 422
    return draw_case(request, now, problem=say(error), typed=typed, status=status)


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def begin(request: HttpRequest, number: str) -> HttpResponse:
    """Somebody is at it."""
    by, version = actor_of(request), read_version(request)
    return take_step(
        request,
        number,
        act=lambda case: services.start_work(case, by=by, version=version),
        said=_("You are at it. The customer sees that somebody works on it."),
    )


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def add(request: HttpRequest, number: str) -> HttpResponse:
    """Write a note for colleagues."""
    by, text = actor_of(request), request.POST.get("note", "")
    return take_step(
        request, number, act=lambda case: services.add_note(case, text=text, by=by), said=_("Noted.")
    )


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def save_draft(request: HttpRequest, number: str) -> HttpResponse:
    """Keep what was written so far; the page does it by itself, the button without script."""
    case, problem, status = find_case(request, number), "", 200
    draft = None
    try:
        draft = services.save_answer_draft(
            case,
            text=request.POST.get("answer", ""),
            by=actor_of(request),
            version=_number(request, "draft_version"),
        )
    except Conflict as error:
        problem, status = say(error), 409
        if request.headers.get("HX-Request") != "true":
            return refuse_step(request, case, error=error)
    if request.headers.get("HX-Request") == "true":
        context = {"draft": draft, "problem": problem, "case": case, "is_fresh": True}
        return render(request, "respond/_draft_state.html", context, status=status)
    tell(request, _("The draft is kept."), tone="info")
    return redirect(f"{reverse('case', args=[case.number])}#answer")


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """Send the answer: the customer sees it on their page."""
    if request.POST.get("action") == "draft":
        return save_draft(request, number)
    by, version = actor_of(request), read_version(request)
    text, draft_version = request.POST.get("answer", ""), _number(request, "draft_version")
    return take_step(
        request,
        number,
        act=lambda case: services.send_answer(
            case, text=text, by=by, version=version, draft_version=draft_version
        ),
        said=_("Sent. The customer sees the answer on their page."),
    )


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def set_time(request: HttpRequest, number: str) -> HttpResponse:
    """Set when the case is due."""
    by, version, moment = actor_of(request), read_version(request), DueForm(request.POST).moment()

    def act(case: Case) -> object:
        if moment is None:
            raise InvalidInput("The time cannot be read.", field="due_at")
        return services.set_due(case, due_at=moment, by=by, version=version)

    return take_step(request, number, act=act, said=_("The time is set."))


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def close(request: HttpRequest, number: str) -> HttpResponse:
    """Close the case."""
    by, version, reason = actor_of(request), read_version(request), request.POST.get("reason", "")
    return take_step(
        request,
        number,
        act=lambda case: services.close_case(case, reason=reason, by=by, version=version),
        said=_("The case is closed."),
        can_undo=True,
    )


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def reopen(request: HttpRequest, number: str) -> HttpResponse:
    """Take an ended case up again."""
    by = actor_of(request)
    return take_step(
        request,
        number,
        act=lambda case: services.reopen_case(case, by=by),
        said=_("The case is open again, with the same owner."),
    )


@requires(Permission.VERBATIM_REVEAL)
@takes_form_of("case", "number")
def reveal_contact(request: HttpRequest, number: str) -> HttpResponse:
    """Show the contact of the customer once; the trail knows who looked and why."""
    case = find_case(request, number)
    try:
        contact = services.reveal_contact(case, reason=request.POST.get("why", ""), by=actor_of(request))
    except InvalidInput as error:
        return draw_case(request, case, problem=say(error), status=422)
    response = draw_case(request, case, revealed=contact)
    response["Cache-Control"] = "no-store"
    return response


def find_account(request: HttpRequest) -> Account | None:
    """The account that the form names."""
    pk = _number(request, "owner")
    return None if pk is None else Account.objects.filter(pk=pk).first()


def read_version(request: HttpRequest) -> int | None:
    """The version of the case that the form was drawn with."""
    return _number(request, "version")


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _everything_seen(case: Case) -> Scope:
    """The unit of a case that the asker has been shown already."""
    return Scope(unit_ids=frozenset({case.unit_id}))
