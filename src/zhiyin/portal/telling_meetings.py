"""Says in plain words when somebody calls or comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from zhiyin.portal.moments import clock_time, day_and_time, in_zone
from zhiyin.respond.callbacks.customer import CustomerCallBack
from zhiyin.respond.callbacks.kinds import STILL_OWED, CallBackState
from zhiyin.respond.visits.customer import CustomerVisit
from zhiyin.respond.visits.kinds import VisitResult, VisitState


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A call or a visit. `when` is the time agreed, `state` how it stands, `hint` what else to know."""

    id: int
    when: str
    state: str
    hint: str = ""
    may_cancel: bool = False
    may_confirm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """An hour that may be chosen; `value` is what the form sends."""

    value: str
    name: str


def tell_call(call: CustomerCallBack) -> Meeting:
    """A call, by the clock by which it was agreed."""
    with in_zone(call.zone):
        when = _("%(from)s to %(to)s") % {
            "from": day_and_time(call.promised_at),
            "to": clock_time(call.until_at),
        }
    state = {
        CallBackState.PLANNED: _("%(who)s calls you.") % {"who": call.who} if call.who else _("We call you."),
        CallBackState.DONE: _("We spoke with you."),
        CallBackState.MISSED: _(
            "We did not call in time, and we are sorry. Whoever is responsible has been told."
        ),
        CallBackState.UNREACHED: _("We called and did not reach you. We try again."),
        CallBackState.CANCELLED: _("It was called off."),
    }[call.state]
    return Meeting(id=call.id, when=when, state=state, may_cancel=call.state in STILL_OWED)


def tell_visit(visit: CustomerVisit) -> Meeting:
    """A visit, by the clock of the place."""
    with in_zone(visit.zone):
        when = _("%(from)s to %(to)s") % {
            "from": day_and_time(visit.slot_start),
            "to": clock_time(visit.slot_end),
        }
        late = clock_time(visit.expected_by)
    hints = []
    if visit.delay_minutes and visit.state in (VisitState.PLANNED, VisitState.ON_WAY):
        hints.append(_("It gets later: by %(time)s. We are sorry.") % {"time": late})
    if visit.has_all_parts is False and visit.state is VisitState.PLANNED:
        hints.append(_("A part that is needed is still on its way to us."))
    state = _visit_state(visit)
    return Meeting(id=visit.id, when=when, state=state, hint=" ".join(hints), may_confirm=visit.may_confirm)


def _visit_state(visit: CustomerVisit) -> str:
    if visit.state is VisitState.DONE and visit.result is not None:
        return {
            VisitResult.SOLVED: _("%(who)s was there, and it is done."),
            VisitResult.COME_AGAIN: _("%(who)s was there. Another visit is needed."),
            VisitResult.NOT_REPAIRABLE: _(
                "%(who)s was there. It cannot be repaired; our answer says what we can do instead."
            ),
            VisitResult.NOBODY_HOME: _("%(who)s was there and met nobody."),
        }[visit.result] % {"who": visit.who}
    return {
        VisitState.PLANNED: _("%(who)s comes to you."),
        VisitState.ON_WAY: _("%(who)s is on the way."),
        VisitState.ARRIVED: _("%(who)s is there."),
        VisitState.DONE: _("%(who)s was there."),
        VisitState.MISSED: _("We did not come in time. We are sorry, and agree on another time with you."),
        VisitState.CANCELLED: _("It was called off."),
    }[visit.state] % {"who": visit.who}


def tell_slots(slots: Sequence[datetime]) -> list[Slot]:
    """The hours as a list to choose from, in the zone that is set."""
    return [Slot(value=at.isoformat(timespec="minutes"), name=day_and_time(at)) for at in slots]


def tell_pause(until: datetime | None) -> str:
    """From when the customer may ask for haste again; empty where they may now, or not at all."""
    return (
        _("You asked us to hurry. You can again from %(time)s on.") % {"time": clock_time(until)}
        if until
        else ""
    )
