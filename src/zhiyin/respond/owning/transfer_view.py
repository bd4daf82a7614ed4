"""The form by which a case is handed on: to whom, at which unit, why, and what they have to know."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

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
from zhiyin.respond.owning.queries import list_skills
from zhiyin.respond.owning.reasons import TransferReason
from zhiyin.respond.owning.words import REASON_NAMES
from zhiyin.respond.queries import get_case, list_possible_owners
from zhiyin.respond.queries.owners import way_down
from zhiyin.respond.views.case import draw_case, find_case
from zhiyin.respond.views.steps import find_account
from zhiyin.respond.wording import say

BEST = "best"
"""Value of the choice that leaves it to the rules of assignment."""
_MOST_UNITS = 300
_TYPED = ("summary", "transfer_reason", "owner", "unit", "skill")


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferChoices:
    """What the form offers: reasons by code, the units to which the case may go, and skills by name.

    `above`: the nearest first. `others`: those beside and below, and what else the asker works for.
    """

    reasons: list[tuple[str, str]]
    above: list[OrgUnit]
    others: list[OrgUnit]
    skills: list[str]


def list_choices(case: Case, *, scope: Scope) -> TransferChoices:
    """What can be chosen for this case by whom the scope lets work. Three queries at most.

    A case goes up, down, to any unit next to one on its way up, and to whatever the asker works for;
    where that is more than a list can hold, to the near ones alone.
    """
    way = way_down(case.unit)
    near = Q(pk__in=way) | Q(parent__in=way)
    mine = Q() if scope.unit_ids is None else near | Q(pk__in=scope.unit_ids)
    going = OrgUnit.objects.filter(is_active=True, merged_into=None).exclude(pk=case.unit_id)
    units = list(going.filter(mine).order_by("path")[: _MOST_UNITS + 1])
    if len(units) > _MOST_UNITS:
        units = list(going.filter(near).order_by("-path")[:_MOST_UNITS])
    return TransferChoices(
        reasons=[(reason.value, str(name)) for reason, name in REASON_NAMES.items()],
        above=sorted((one for one in units if one.pk in way), key=lambda unit: -len(unit.path)),
        others=sorted((one for one in units if one.pk not in way), key=lambda unit: unit.name),
        skills=list_skills(),
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
            skill=request.POST.get("skill"),
            by=actor_of(request),
            version=_version(request),
        )
    except (InvalidInput, Conflict) as error:
        now = get_case(case.number, scope=Scope(unit_ids=frozenset({case.unit_id})))
        typed = {name: request.POST.get(name, "") for name in _TYPED}
        status = 409 if isinstance(error, Conflict) else 422
        return draw_case(request, now, problem=say(error), typed=typed, status=status)
    undo_url = f"{reverse('cases_undo')}?number={case.number}"
    if not scope_of(request).allows(moved.unit_id):
        return redirect("case_handed_on", case.number)
    tell(request, _("%(name)s looks after it now.") % {"name": moved.owner}, undo_url=undo_url)
    return redirect("case", case.number)


@require_safe
@requires(Permission.CASES_WORK)
def show_owners(request: HttpRequest, number: str) -> HttpResponse:
    """Who may look after the case at the unit that is chosen: the options of a field of the form."""
    case = find_case(request, number)
    wanted = request.GET.get("unit", "")
    choices = list_choices(case, scope=scope_of(request))
    units = {str(one.pk): one for one in (*choices.above, *choices.others)} | {"": case.unit}
    if wanted not in units:
        raise Http404
    found = list_possible_owners(units[wanted])
    owners = [one for one in found if wanted or one.pk != case.owner_id]
    context = {"owners": owners, "chosen": request.GET.get("owner", "")}
    return render(request, "respond/owning/_owners.html", context)


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
    """One of the units that are offered, None to stay."""
    wanted = request.POST.get("unit", "")
    if not wanted:
        return None
    choices = list_choices(case, scope=scope_of(request))
    found = next((one for one in (*choices.above, *choices.others) if str(one.pk) == wanted), None)
    if found is None:
        raise InvalidInput("Choose one of the units of the list.", field="transfer_unit")
    return found


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
