"""Pages: why a large file is needed, who agrees to it, and from how many rows on that is asked."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from zhiyin.console.pages import render_page
from zhiyin.console.templatetags.shell import count
from zhiyin.console.toasts import tell
from zhiyin.errors import InvalidInput, NotFound, ZhiyinError
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.exporting.addresses import Fetching, fetching_of, open_address, read_wish
from zhiyin.people.exporting.kinds import ExportState
from zhiyin.people.exporting.queries import (
    get_rule,
    is_alone,
    is_over,
    list_answered,
    list_approvers,
    list_mine,
    list_waiting,
)
from zhiyin.people.exporting.services import (
    answer_request,
    ask_for_file,
    set_rule,
    take_yes_back,
    withdraw_request,
)
from zhiyin.people.exporting.words import say_problem, say_state
from zhiyin.people.models import Account, ExportRequest
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A request in the words of the page; `fetching` is None where nothing can be fetched."""

    request: ExportRequest
    state: str
    is_bad: bool
    fetching: Fetching | None
    may_withdraw: bool


@requires(Permission.SIGNED_IN)
def show_exports(request: HttpRequest) -> HttpResponse:
    """What the visitor asked for; for approvers what waits for them, and the rule."""
    return _draw(request)


@requires(Permission.SIGNED_IN)
def ask(request: HttpRequest) -> HttpResponseBase:
    """Say what a large file is for, and ask a second person."""
    account = _account(request)
    given = request.POST if request.method == "POST" else request.GET
    text = given.get("of", "")
    wish = read_wish(text, account_id=account.pk)
    if wish is None:
        tell(request, _("Start the export again, then say what it is for."), tone="bad")
        return redirect("exports")
    address, name, n_rows = wish
    problem, status = "", 200
    if request.method == "POST" and address:
        try:
            ask_for_file(
                address=address, name=name, n_rows=n_rows, reason=given.get("reason", ""), account=account
            )
        except InvalidInput as error:
            problem, status = say_problem(error), 422
        else:
            alone = _("Kept. You alone may agree: say so below.")
            tell(
                request, alone if is_alone(account) else _("Asked. You are told as soon as somebody agrees.")
            )
            return redirect("exports")
    return draw_ask(request, of=text, problem=problem, reason=given.get("reason", ""), status=status)


def draw_ask(
    request: HttpRequest, *, of: str, problem: str = "", reason: str = "", status: int = 200
) -> HttpResponseBase:
    """The page that asks what the held file is for."""
    account = visitor_of(request).account
    wish = read_wish(of, account_id=account.pk) if account is not None else None
    if account is None or wish is None:
        raise PermissionDenied
    address, name, n_rows = wish
    context = {
        "of": of, "name": name, "n_rows": n_rows, "is_too_long": not address, "problem": problem,
        "reason": reason, "rule": get_rule(), "is_alone": is_alone(account),
        "approvers": [str(one) for one in list_approvers(but=account)[:5]],
    }  # fmt: skip
    return render_page(request, "people/exporting/ask.html", context, status=status)


@requires(Permission.EXPORTS_APPROVE)
@takes_form_of("exports")
def answer(request: HttpRequest, request_id: int) -> HttpResponseBase:
    """Agree, or say why not."""
    account, is_yes = _approver(request), request.POST.get("answer") == "yes"
    words = request.POST.get("words", "")
    try:
        found = answer_request(request_id, is_yes=is_yes, words=words, by=account)
    except NotFound as error:
        raise Http404 from error
    except ZhiyinError as error:
        return _draw(request, problem=say_problem(error), status=422, typed=(request_id, words))
    if is_yes:
        undo = reverse("take_back_export", args=[found.pk])
        tell(request, _("Agreed. The file may be fetched once."), undo_url=undo)
    else:
        tell(request, _("Not agreed. Your colleague is told why."))
    return redirect("exports")


@requires(Permission.EXPORTS_APPROVE)
@takes_form_of("exports")
def take_back(request: HttpRequest, request_id: int) -> HttpResponseBase:
    """The yes is taken back, the request waits again."""
    try:
        take_yes_back(request_id, by=_approver(request))
    except NotFound as error:
        raise Http404 from error
    except ZhiyinError as error:
        tell(request, say_problem(error), tone="bad")
    else:
        tell(request, _("Taken back. The request waits again."))
    return redirect("exports")


@requires(Permission.SIGNED_IN)
@takes_form_of("exports")
def withdraw(request: HttpRequest, request_id: int) -> HttpResponseBase:
    """The asker needs the file no more."""
    try:
        withdraw_request(request_id, by=_account(request))
    except NotFound as error:
        raise Http404 from error
    except ZhiyinError as error:
        tell(request, say_problem(error), tone="bad")
    else:
        tell(request, _("The request is withdrawn."), tone="info")
    return redirect("exports")


@requires(Permission.EXPORTS_APPROVE)
@takes_form_of("exports")
def change_rule(request: HttpRequest) -> HttpResponseBase:
    """From how many rows on a second person is asked, and how long a file may be fetched."""
    _approver(request)
    free, days = request.POST.get("n_free", "").strip(), request.POST.get("n_days", "").strip()
    try:
        set_rule(n_free=_number(free) if free else None, n_days=_number(days), by=actor_of(request))
    except InvalidInput as error:
        return _draw(request, problem=say_problem(error), status=422, rule=(free, days))
    tell(request, _("The rule holds from now on."))
    return redirect("exports")


def _draw(
    request: HttpRequest,
    *,
    problem: str = "",
    status: int = 200,
    typed: tuple[int, str] = (0, ""),
    rule: tuple[str, str] | None = None,
) -> HttpResponse:
    account, is_approver = _account(request), _is_approver(request)
    kept, sole = get_rule(), is_approver and is_alone(account)
    context = {
        "request_account": account,
        "mine": [_line(one) for one in list_mine(account)],
        "waiting": [one for one in list_waiting() if sole or one.account_id != account.pk]
        if is_approver
        else [],
        "answered": [_line(one) for one in list_answered()] if is_approver else [],
        "is_approver": is_approver,
        "rule": kept,
        "n_free": rule[0] if rule else ("" if kept.n_free is None else kept.n_free),
        "n_days": rule[1] if rule else kept.n_days,
        "free_words": "" if kept.n_free is None else count(kept.n_free),
        "problem": problem,
        "typed_id": typed[0],
        "typed": typed[1],
    }
    return render_page(request, "people/exporting/exports.html", context, status=status)


def _line(found: ExportRequest) -> Line:
    is_open = found.state == ExportState.APPROVED and not is_over(found)
    address = open_address(found) if is_open else ""
    return Line(
        request=found,
        state=say_state(found),
        is_bad=found.state == ExportState.REFUSED or is_over(found),
        fetching=fetching_of(address, request_id=found.pk) if address else None,
        may_withdraw=is_open or found.state == ExportState.WAITING,
    )


def _account(request: HttpRequest) -> Account:
    account = visitor_of(request).account
    if account is None:
        raise Http404
    return account


def _is_approver(request: HttpRequest) -> bool:
    """Whoever may agree for the whole company: a file may reach beyond some units."""
    visitor = visitor_of(request)
    may = visitor.may(Permission.EXPORTS_APPROVE)
    return may and visitor.scope_for(Permission.EXPORTS_APPROVE).unit_ids is None


def _approver(request: HttpRequest) -> Account:
    if not _is_approver(request):
        raise Http404
    return _account(request)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
