"""What is done about a visit on the page of its case; each posts, and comes back to it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.access import actor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of
from zhiyin.respond.models import Visit
from zhiyin.respond.views.case import draw_case, find_case
from zhiyin.respond.visits import parts, progress
from zhiyin.respond.visits.kinds import PartState, VisitResult
from zhiyin.respond.visits.queries import get_visit
from zhiyin.respond.visits.services import undo_move
from zhiyin.respond.visits.words import say_visit_problem


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def step(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """On the way, arrived, at work, or cancelled; each can be taken back."""
    by, version, name = actor_of(request), _number(request, "visit_version"), request.POST.get("step", "")
    act = progress.STEPS.get(name)
    if act is None:
        raise Http404
    undo = "visit_restore" if name == "cancel" else "visit_back"
    return _do(
        request,
        number,
        pk,
        act=lambda visit: act(visit, by=by, version=version),
        said=_("The visit is cancelled. Tell the customer.") if name == "cancel" else _("Noted."),
        undo=undo,
    )


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def finish(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """How the visit ended."""
    by, version, post = actor_of(request), _number(request, "visit_version"), request.POST

    def act(visit: Visit) -> object:
        return progress.finish_visit(
            visit,
            result=_result(post.get("visit_result", "")),
            note=post.get("visit_note", ""),
            by=by,
            version=version,
        )

    return _do(request, number, pk, act=act, said=_("The visit is done."), undo="visit_back")


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def delay(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Tell the customer that it gets later."""
    by, version = actor_of(request), _number(request, "visit_version")
    minutes = _number(request, "visit_delay") or 0
    return _do(
        request,
        number,
        pk,
        act=lambda visit: progress.tell_delay(visit, minutes=minutes, by=by, version=version),
        said=_("The customer’s page tells of the delay."),
    )


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def back(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take the last step back."""
    by = actor_of(request)
    return _do(request, number, pk, act=lambda visit: progress.step_back(visit, by=by), said=_("Taken back."))


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def restore(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The cancelled visit holds again."""
    by = actor_of(request)
    return _do(
        request,
        number,
        pk,
        act=lambda visit: progress.restore_visit(visit, by=by),
        said=_("The visit holds again."),
    )


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def unmove(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Time and technician as they were before the move."""
    by = actor_of(request)
    return _do(
        request, number, pk, act=lambda visit: undo_move(visit, by=by), said=_("The visit is where it was.")
    )


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def add_part(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A part that is needed."""
    by, post = actor_of(request), request.POST
    n = _number(request, "part_n") if post.get("part_n") else 1

    def act(visit: Visit) -> object:
        return parts.add_part(
            visit, name=post.get("part_name", ""), number=post.get("part_number", ""), n=n or 0, by=by
        )

    return _do(request, number, pk, act=act, said=_("The part is on the list."))


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def change_part(request: HttpRequest, number: str, pk: int, part_id: int) -> HttpResponse:
    """Where the part is, or that it is not needed."""
    by, wanted = actor_of(request), request.POST.get("part_state", "")

    def act(visit: Visit) -> object:
        if wanted == "none":
            parts.remove_part(visit, part_id=part_id, by=by)
            return None
        return parts.set_part(visit, part_id=part_id, state=_part_state(wanted), by=by)

    return _do(request, number, pk, act=act, said=_("Noted."))


def _do(
    request: HttpRequest,
    number: str,
    pk: int,
    *,
    act: Callable[[Visit], object],
    said: str,
    undo: str = "",
) -> HttpResponse:
    """Do it and come back to the case; refused, the case is shown with what was typed."""
    case = find_case(request, number)
    try:
        act(get_visit(pk, case=case))
    except NotFound:
        raise Http404 from None
    except (InvalidInput, Conflict) as error:
        status = 409 if isinstance(error, Conflict) else 422
        now = find_case(request, number)
        return draw_case(request, now, problem=say_visit_problem(error), status=status)
    tell(request, said, undo_url=reverse(undo, args=[number, pk]) if undo else "")
    return redirect(f"{reverse('case', args=[case.number])}#visits")


def _result(text: str) -> VisitResult:
    try:
        return VisitResult(text)
    except ValueError:
        raise InvalidInput("Say how the visit ended.", field="visit_result") from None


def _part_state(text: str) -> PartState:
    try:
        return PartState(text)
    except ValueError:
        raise InvalidInput("Choose where the part is.", field="part_state") from None


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
