"""Tells the customer by mail what changes about a visit: promised, moved, later, called off."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from zhiyin.respond.callbacks.letters import write_to_customer
from zhiyin.respond.models import Visit
from zhiyin.respond.visits.kinds import VisitState
from zhiyin.respond.visits.words import say_slot


def tell_by_mail(visit: Visit) -> None:
    """As the visit stands now; called in the transaction that changes it."""
    names = {
        "number": visit.case.number,
        "slot": say_slot(visit),
        "who": visit.technician.shown_name,
        "n": visit.delay_minutes,
    }

    def text() -> str:
        if visit.stands is VisitState.CANCELLED:
            return _("The visit of %(slot)s for your matter %(number)s is called off.") % names
        if visit.delay_minutes:
            said = _(
                "%(who)s comes about %(n)s minutes later than %(slot)s. We are sorry that you have to wait."
            )
            return said % names
        return _("%(who)s comes to you %(slot)s for your matter %(number)s.") % names

    write_to_customer(visit.case, text, at=timezone.now())
