"""Pages: what was promised by telephone, and what is done about it on a case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhiyin.console.exports import Cell, stream_table, wanted_format
from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.models import Account
from zhiyin.people.pages import Pages, page_number
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event
from zhiyin.people.views.posts import takes_form_of
from zhiyin.respond.callbacks import services
from zhiyin.respond.callbacks.calendars import send_calendar
from zhiyin.respond.callbacks.contacting import list_warnings
from zhiyin.respond.callbacks.kinds import Outcome
from zhiyin.respond.callbacks.moments import read_local, read_zone, say_span
from zhiyin.respond.callbacks.queries import (
    VIEWS,
    View,
    count_call_backs,
    find_visible,
    get_call_back,
    select_call_backs,
)
from zhiyin.respond.callbacks.words import STATE_NAMES, say_call_problem
from zhiyin.respond.models import CallBack, Case
from zhiyin.respond.views.case import draw_case, find_case
from zhiyin.respond.views.lists import PAGE_SIZE

_MOST_IN_CALENDAR = 500


@require_safe
@requires(Permission.CASES_READ)
def show_call_backs(request: HttpRequest) -> HttpResponse:
    """Whom we promised to call: today, mine, late, to come, and what is over."""
    account, now = visitor_of(request).account, timezone.now()
    view, number = _view(request), page_number(request.GET.get("page", ""))
    found = select_call_backs(scope=scope_of(request), view=view, account=account, now=now)
    n = found.count()
    rows = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    context = {
        "view": view,
        "counts": count_call_backs(scope=scope_of(request), account=account, now=now),
        "lines": [
            {
                "row": row,
                "state": STATE_NAMES[row.stands],
                "span": say_span(row.promised_at, row.until_at, zone=row.time_zone),
                "is_late": row.until_at <= now and row.ended_at is None,
            }
            for row in rows
        ],
        "n": n,
        "pages": Pages(number=number, n_rows=n, size=PAGE_SIZE),
        "may_export": visitor_of(request).may(Permission.FEEDBACK_EXPORT),
    }
    return render_page(request, "respond/callbacks/call_backs.html", context)


@require_safe
@requires(Permission.FEEDBACK_EXPORT)
def export_call_backs(request: HttpRequest) -> HttpResponseBase:
    """The list as a file."""
    account, scope = visitor_of(request).account, visitor_of(request).scope_for(Permission.CASES_READ)
    export_scope = scope_of(request)
    if export_scope.unit_ids is not None:
        scope = scope.narrowed_to(export_scope.unit_ids)
    found = select_call_backs(scope=scope, view=_view(request), account=account, now=timezone.now())
    n_rows = found.count()
    sent = stream_table(
        request,
        name=_("Call-backs"),
        columns=[
            *(_("Case"), _("Topic"), _("Promised for"), _("Until"), _("Time zone"), _("Owner")),
            *(_("Unit"), _("Status"), _("Ended on")),
        ],
        rows=_rows(found.iterator(500)),
        form=wanted_format(request.GET.get("format", "")),
        n_rows=n_rows,
    )
    record_event("call_backs.exported", by=actor_of(request), details={"rows": n_rows})
    return sent


def _rows(found: Iterator[CallBack]) -> Iterator[Sequence[Cell]]:
    for row in found:
        yield [
            *(row.case.number, row.topic, row.promised_at, row.until_at, row.zone, str(row.owner)),
            *(row.case.unit.name, str(STATE_NAMES[row.stands]), row.ended_at),
        ]


@require_safe
@requires(Permission.CASES_READ)
def send_mine(request: HttpRequest) -> HttpResponse:
    """One's own call-backs for a calendar."""
    account, now = visitor_of(request).account, timezone.now()
    found = select_call_backs(scope=scope_of(request), view="mine", account=account, now=now)
    return send_calendar(request, found[:_MOST_IN_CALENDAR], name="call-backs", now=now)


@require_safe
@requires(Permission.CASES_READ)
def send_one(request: HttpRequest, pk: int) -> HttpResponse:
    """One call-back for a calendar."""
    try:
        found = find_visible(pk, scope=scope_of(request))
    except NotFound:
        raise Http404 from None
    return send_calendar(request, [found], name=f"call-back-{found.case.number}", now=timezone.now())


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def plan(request: HttpRequest, number: str) -> HttpResponse:
    """Promise the customer a call."""
    by, post = actor_of(request), request.POST

    def act(case: Case) -> CallBack:
        zone = read_zone(post.get("call_zone", "") or case.unit.time_zone, field="call_zone")
        promise = services.Promise(
            promised_at=read_local(post.get("call_at", ""), zone=zone, field="call_at"),
            window_minutes=_number(post.get("call_window", "")) or 0,
            zone=zone.key,
            topic=post.get("call_topic", ""),
            owner=_owner(request),
        )
        return services.plan_call_back(case, promise=promise, by=by)

    return _step(request, number, act=act, said=_("Promised. The call-back stands in your list."))


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def record(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Say how a call went."""
    by, post = actor_of(request), request.POST

    def act(case: Case) -> CallBack:
        found, outcome = get_call_back(pk, case=case), _outcome(post.get("call_outcome", ""))
        is_later = outcome is Outcome.CALL_LATER
        return services.record_call(
            found,
            outcome=outcome,
            note=post.get("call_note", ""),
            mood=_mood(post.get("call_mood", "")),
            later_at=read_local(post.get("call_later", ""), zone=found.time_zone, field="call_later")
            if is_later
            else None,
            by=by,
            version=_number(post.get("call_version", "")),
        )

    return _step(request, number, act=act, said=_("The call is noted."))


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def move(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Promise another time; the way back is offered, unless the old time has passed."""
    by, post, was = actor_of(request), request.POST, ""

    def act(case: Case) -> CallBack:
        nonlocal was
        found = get_call_back(pk, case=case)
        before, minutes = found.promised_at, found.window_minutes
        back = parse_datetime(request.GET.get("to", "")[:40]) if "to" in request.GET else None
        moved = services.move_call_back(
            found,
            promised_at=back or read_local(post.get("call_at", ""), zone=found.time_zone, field="call_at"),
            window_minutes=_number(request.GET.get("window", post.get("call_window", ""))) or minutes,
            by=by,
            version=_number(request.GET.get("version", post.get("call_version", ""))),
        )
        if back is None and before > timezone.now():
            stamp = before.astimezone(UTC).isoformat()
            query = urlencode({"to": stamp, "window": minutes, "version": moved.version})
            was = f"{reverse('call_back_move', args=[number, pk])}?{query}"
        return moved

    return _step(request, number, act=act, said=_("The call-back has another time."), undo=lambda: was)


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def cancel(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Nobody has to call any more."""
    by, version = actor_of(request), _number(request.POST.get("call_version", ""))
    return _step(
        request,
        number,
        act=lambda case: services.cancel_call_back(get_call_back(pk, case=case), by=by, version=version),
        said=_("The call-back is cancelled. Tell the customer."),
        undo=lambda: reverse("call_back_restore", args=[number, pk]),
    )


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def restore(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The cancelled call-back holds again."""
    by = actor_of(request)
    return _step(
        request,
        number,
        act=lambda case: services.restore_call_back(get_call_back(pk, case=case), by=by),
        said=_("The call-back holds again."),
    )


def _step(
    request: HttpRequest,
    number: str,
    *,
    act: Callable[[Case], CallBack],
    said: str,
    undo: Callable[[], str] = lambda: "",
) -> HttpResponse:
    """Do it and come back to the case; refused, the case is shown with what was typed."""
    case = find_case(request, number)
    try:
        done = act(case)
    except NotFound:
        raise Http404 from None
    except (InvalidInput, Conflict) as error:
        status = 409 if isinstance(error, Conflict) else 422
        now = find_case(request, number)
        return draw_case(request, now, problem=say_call_problem(error), status=status)
    tell(request, said, undo_url=undo())
    if done.ended_at is None:
        for warning in _warnings(done, case=case, now=timezone.now()):
            tell(request, warning, tone="info")
    return redirect(f"{reverse('case', args=[case.number])}#call-backs")


def _warnings(done: CallBack, *, case: Case, now: datetime) -> list[str]:
    return list_warnings(case, at=max(now, done.promised_at), zone=done.time_zone, now=now)


def _owner(request: HttpRequest) -> Account | None:
    pk = _number(request.POST.get("call_owner", ""))
    return Account.objects.filter(pk=pk).first() if pk is not None else None


def _outcome(text: str) -> Outcome:
    try:
        return Outcome(text)
    except ValueError:
        raise InvalidInput("Say how the call went.", field="call_outcome") from None


def _mood(text: str) -> int | None:
    if not text:
        return None
    return _number(text) or 0


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _view(request: HttpRequest) -> View:
    wanted = request.GET.get("view", "")
    return next((one for one in VIEWS if one == wanted), "today")
