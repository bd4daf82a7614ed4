"""Who owes a call: it goes with its case, and nobody leaves while they owe one."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.objections import Objection
from zhiyin.respond.callbacks.kinds import STILL_OWED
from zhiyin.respond.callbacks.queries import count_owned
from zhiyin.respond.models import CallBack, Step
from zhiyin.respond.services.changes import Change

_HANDED = frozenset({Step.TRANSFERRED, Step.TRANSFER_UNDONE, Step.ESCALATED, Step.REOPENED})


def hand_call_backs_over(change: Change, step: Step, by: Actor) -> None:
    """With the case, whoever looks after it from now on owes the calls that are still to be made."""
    if step in _HANDED:
        owed = CallBack.objects.filter(case=change.case, state__in=[state.value for state in STILL_OWED])
        owed.exclude(owner=change.case.owner).update(owner=change.case.owner)


def object_to_call_backs(account: Account) -> Objection | None:
    """How many calls the account still owes, with the list."""
    n_owed = count_owned(account)
    if not n_owed:
        return None
    text = ngettext(
        "%(name)s still owes %(n)d call-back. Hand its case over, or cancel it.",
        "%(name)s still owes %(n)d call-backs. Hand their cases over, or cancel them.",
        n_owed,
    )
    return Objection(
        text=text % {"name": account, "n": n_owed},
        url=f"{reverse('call_backs')}?view=late",
        link=_("See the call-backs"),
    )
