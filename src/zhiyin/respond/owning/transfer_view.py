"""The form by which a case is handed on: to whom, why, and what they have to know."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.models import Account, OrgUnit
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.scope import Scope
from zhiyin.people.views.posts import takes_form_of
from zhiyin.respond import services
from zhiyin.respond.errors import CannotOwn
from zhiyin.respond.models import Case
from zhiyin.respond.owning.reasons import TransferReason
from zhiyin.respond.owning.words import REASON_NAMES
from zhiyin.respond.queries import get_case
from zhiyin.respond.queries.owners import way_down
from zhiyin.respond.views.case import draw_case, find_case
from zhiyin.respond.views.steps import find_account
from zhiyin.respond.wording import say

BEST = "best"
"""Value of the choice that leaves it to the rules of assignment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferChoices:
    """What the form offers: reasons by code, and the units above, to which the case may go."""

    reasons: list[tuple[str, str]]
    units: list[OrgUnit]


def list_choices(case: Case) -> TransferChoices:
    """What can be chosen for this case. One query."""
    above = OrgUnit.objects.filter(pk__in=way_down(case.unit), is_active=True).exclude(pk=case.unit_id)
    return TransferChoices(
        reasons=[(reason.value, str(name)) for reason, name in REASON_NAMES.items()],
        units=sorted(above, key=lambda unit: -len(unit.path)),
    )


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def transfer(request: HttpRequest, number: str) -> HttpResponse:
    """Hand the case over with a summary and a reason."""
    case, summary = find_case(request, number), request.POST.get("summary", "")
    try:
        moved = services.transfer_case(
            case,
            to=_read_owner(request),
            summary=summary,
            reason=_read_reason(request),
            unit=_read_unit(request, case),
            by=actor_of(request),
            version=_version(request),
        )
    except (InvalidInput, Conflict) as error:
        now = get_case(case.number, scope=Scope(unit_ids=frozenset({case.unit_id})))
        typed = {name: request.POST.get(name, "") for name in ("summary", "transfer_reason", "owner")}
        status = 409 if isinstance(error, Conflict) else 422
        return draw_case(request, now, problem=say(error), typed=typed, status=status)
    undo_url = f"{reverse('cases_undo')}?number={case.number}"
    if not scope_of(request).allows(moved.unit_id):
        said = _("Case %(number)s is with %(unit)s now; %(name)s looks after it.")
        tell(request, said % {"number": case.number, "unit": moved.unit.name, "name": moved.owner})
        return redirect("cases")
    tell(request, _("%(name)s looks after it now.") % {"name": moved.owner}, undo_url=undo_url)
    return redirect("case", case.number)


def _read_owner(request: HttpRequest) -> Account | None:
    """The account that was chosen; None to leave it to the rules."""
    if request.POST.get("owner") == BEST:
        return None
    found = find_account(request)
    if found is None:
        raise CannotOwn
    return found


def _read_reason(request: HttpRequest) -> TransferReason:
    try:
        return TransferReason(request.POST.get("transfer_reason", ""))
    except ValueError:
        raise InvalidInput("A transfer needs a reason.", field="transfer_reason") from None


def _read_unit(request: HttpRequest, case: Case) -> OrgUnit | None:
    """One of the units above, None to stay."""
    wanted = request.POST.get("unit", "")
    if not wanted:
        return None
    found = next((unit for unit in list_choices(case).units if str(unit.pk) == wanted), None)
    if found is None:
        raise InvalidInput("Choose one of the units above.", field="transfer_unit")
    return found


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
