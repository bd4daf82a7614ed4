"""What visits, their parts and refusals are called on pages and in the story of a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhiyin.errors import InvalidInput, ZhiyinError
from zhiyin.respond.callbacks.moments import say_span
from zhiyin.respond.models import Visit
from zhiyin.respond.visits import errors
from zhiyin.respond.visits.kinds import PartState, VisitResult, VisitState
from zhiyin.respond.wording import say

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

STATE_NAMES: Mapping[VisitState, StrPromise] = {
    VisitState.PLANNED: _("Planned"),
    VisitState.ON_WAY: _("On the way"),
    VisitState.ARRIVED: _("At the customer’s"),
    VisitState.DONE: _("Visit done"),
    VisitState.MISSED: _("Nobody came in time"),
    VisitState.CANCELLED: _("Cancelled"),
}

RESULT_NAMES: Mapping[VisitResult, StrPromise] = {
    VisitResult.SOLVED: _("Repaired or settled"),
    VisitResult.COME_AGAIN: _("Another visit is needed"),
    VisitResult.NOT_REPAIRABLE: _("Cannot be repaired"),
    VisitResult.NOBODY_HOME: _("Nobody was there"),
}

PART_NAMES: Mapping[PartState, StrPromise] = {
    PartState.NEEDED: _("needed"),
    PartState.ORDERED: _("ordered"),
    PartState.ARRIVED: _("arrived"),
    PartState.USED: _("used"),
}

_BY_KIND: Mapping[type[ZhiyinError], StrPromise] = {
    errors.VisitChanged: _(
        "Somebody else changed this visit in the meantime. Look at how it stands now, then do it again."
    ),
    errors.VisitStepImpossible: _("This cannot be done any more. Here is how the visit stands now."),
    errors.CannotCome: _("This technician does not go for this unit. Choose one who does."),
}

_BY_FIELD: Mapping[str, StrPromise] = {
    "visit_start": _("The time of the visit cannot be read, or has passed. Choose a time to come."),
    "visit_start_gap": _("Clocks go forward over this time that day, so it does not come. Choose another."),
    "visit_start_far": _("This is more than three months ahead. Choose an earlier time."),
    "visit_minutes": _("A visit takes 15 minutes to 12 hours."),
    "visit_asked": _("The customer cannot have asked in the future."),
    "visit_delay": _("Say by how many minutes, 5 to 480."),
    "visit_result": _("Say how the visit ended."),
    "visit_technician": _("Choose a technician."),
    "part_name": _("Name the part."),
    "part_n": _("Say how many, 1 to 999."),
    "part_state": _("Choose where the part is."),
}


def say_visit_problem(error: ZhiyinError) -> str:
    """The error in the language of the page."""
    if isinstance(error, errors.TimeTaken):
        taken = gettext("The technician is taken then: %(span)s. Choose another time, or somebody else.")
        return taken % {"span": error.span}
    for kind, text in _BY_KIND.items():
        if isinstance(error, kind):
            return str(text)
    if isinstance(error, InvalidInput) and (error.field or "") in _BY_FIELD:
        return str(_BY_FIELD[error.field or ""])
    return say(error)


def say_slot(visit: Visit) -> str:
    """Day and hours by the clock of the slot."""
    return say_span(visit.slot_start, visit.slot_end, zone=visit.time_zone)


def describe(visit: Visit) -> str:
    """What the story of the case tells of the visit as it stands."""
    said = [
        gettext("Visit %(slot)s") % {"slot": say_slot(visit)},
        visit.technician.name,
        str(STATE_NAMES[visit.stands]),
    ]
    if visit.delay_minutes and visit.stands.is_ahead:
        said.append(gettext("%(n)s minutes later than promised") % {"n": visit.delay_minutes})
    if visit.result:
        said.append(str(RESULT_NAMES[VisitResult(visit.result)]))
    if visit.device:
        said.append(visit.device)
    return " · ".join(said)
