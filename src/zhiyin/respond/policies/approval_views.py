"""Page: what waits for one's own yes, and who says it when one is away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.access import visitor_of
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of
from zhiyin.respond.models import Approval, Deputy
from zhiyin.respond.policies import approving
from zhiyin.respond.policies.asking import find_customer_of
from zhiyin.respond.policies.deciding import table_of
from zhiyin.respond.policies.kinds import ApprovalState, Because
from zhiyin.respond.policies.reasons import reason_of
from zhiyin.respond.policies.words import BECAUSE_NAMES, say, say_fired, say_gift
from zhiyin.respond.queries import list_colleagues

_STILL = frozenset({ApprovalState.OPEN, ApprovalState.WAITING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One approval on the page. `may_see`: whether the asked may open the case.

    `agreed`: what the customer is told once everybody has agreed. `said_yes` and `still_asked`: the names of
    others who have agreed, and of those whose yes is needed besides.
    """

    approval: Approval
    gift: str
    because: str
    reason: str
    agreed: str
    said_yes: list[str]
    still_asked: list[str]
    fired: list[str]
    is_late: bool
    may_see: bool


@require_safe
@requires(Permission.CASES_WORK)
def show_approvals(request: HttpRequest) -> HttpResponse:
    """What waits for the visitor, the most urgent first."""
    return _draw(request)


@requires(Permission.CASES_WORK)
@takes_form_of("approvals")
def answer_approval(request: HttpRequest, approval_id: int) -> HttpResponse:
    """Agree, or say what can be done instead."""
    account, approval = _account(request), _approval(request, approval_id)
    comment = request.POST.get("comment", "")

    def act() -> None:
        if request.POST.get("answer") == "yes":
            customer = find_customer_of(request, approval.decision.case)
            given = approving.agree(approval, by=account, customer=customer)
            told = _("Agreed, and granted: %(gift)s.") if given else _("Agreed. Others are asked still.")
            tell(request, told % {"gift": say_gift(given)} if given else told)
        else:
            approving.refuse(approval, comment=comment, by=account)
            tell(request, _("Whoever asked sees what can be done instead."))

    return _act(request, act, typed={"id": str(approval_id), "comment": comment})


@requires(Permission.CASES_WORK)
@takes_form_of("approvals")
def choose_deputy(request: HttpRequest) -> HttpResponse:
    """Somebody else agrees until a day; or nobody any more."""
    account = _account(request)
    wanted, until = request.POST.get("deputy", ""), _until(request)
    is_id = wanted.isascii() and wanted.isdecimal() and len(wanted) < 10
    colleagues = {one.pk: one for one in _colleagues(request)}
    deputy = colleagues.get(int(wanted)) if is_id else None

    def act() -> None:
        if wanted and deputy is None:
            raise InvalidInput("There is no such colleague.", next_step="Choose again.", field="deputy")
        approving.set_deputy(account, deputy=deputy, until=until)
        said = _("%(name)s agrees in your place.") % {"name": deputy} if deputy else ""
        tell(request, said or _("You agree yourself again."))

    return _act(request, act)


def _act(
    request: HttpRequest, act: Callable[[], None], *, typed: dict[str, str] | None = None
) -> HttpResponse:
    try:
        act()
    except NotFound:
        raise Http404 from None
    except (InvalidInput, Conflict) as error:
        status = 422 if isinstance(error, InvalidInput) else 409
        return _draw(request, problem=say(error), typed=typed, status=status)
    return redirect("approvals")


def _draw(
    request: HttpRequest, *, problem: str = "", typed: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    account, now = _account(request), timezone.now()
    scope = visitor_of(request).scope_for(Permission.CASES_READ)
    deputy = Deputy.objects.filter(account=account, until__gte=timezone.localdate()).first()
    context = {
        "lines": [
            _line(one, now=now, may_see=scope.allows(one.decision.case.unit_id))
            for one in approving.list_asked(account)
        ],
        "account": account,
        "deputy": deputy,
        "colleagues": [one for one in _colleagues(request) if one.pk != account.pk],
        "today": timezone.localdate().isoformat(),
        "problem": problem,
        "typed": typed or {},
    }
    return render_page(request, "respond/policies/approvals.html", context, status=status)


def _line(approval: Approval, *, now: datetime, may_see: bool) -> Line:
    decision = approval.decision
    others = [one for one in decision.approvals.all() if one.pk != approval.pk]
    return Line(
        approval=approval,
        gift=say_gift(decision),
        because=str(BECAUSE_NAMES[Because(approval.because)]),
        reason=reason_of(decision),
        agreed=reason_of(decision, stands="agreed"),
        said_yes=[
            str(one.decided_by or one.approver) for one in others if one.state == ApprovalState.APPROVED
        ],
        still_asked=[str(one.approver) for one in others if one.state in _STILL],
        fired=say_fired(decision, table=table_of(decision.version.jdm)),
        is_late=approval.due_at is not None and approval.due_at < now,
        may_see=may_see,
    )


def _approval(request: HttpRequest, approval_id: int) -> Approval:
    account = _account(request)
    rows = Approval.objects.select_related("decision__case__unit", "decision__version__policy")
    found = rows.filter(pk=approval_id).first()
    if found is None or not approving.is_asked(found, account=account):
        raise Http404
    return found


def _account(request: HttpRequest) -> Account:
    account = visitor_of(request).account
    if account is None:
        raise Http404
    return account


def _colleagues(request: HttpRequest) -> list[Account]:
    return list_colleagues(scope=visitor_of(request).scope_for(Permission.CASES_WORK))


def _until(request: HttpRequest) -> date | None:
    try:
        return parse_date(request.POST.get("until", ""))
    except ValueError:
        return None
