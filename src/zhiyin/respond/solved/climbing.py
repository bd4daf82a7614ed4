"""A case that comes back again and again climbs: whoever stands above its owner looks after it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.respond.callbacks.words import in_company_language
from zhiyin.respond.clocks.escalating import escalate
from zhiyin.respond.errors import NobodyAbove
from zhiyin.respond.models import Step
from zhiyin.respond.services.changes import Change
from zhiyin.respond.solved.rules import read_settings


def climb_when_reopened(change: Change, step: Step, by: Actor) -> None:
    """A step hook: from the reopening on that the settings name, in the transaction that reopens."""
    if step is not Step.REOPENED or by.kind != "visitor":
        return
    climbs_at, n = read_settings().climbs_at, change.case.n_reopened
    if not climbs_at or n < climbs_at:
        return
    with in_company_language():
        reason = _("Not solved, the customer says, for the %(n)s. time.") % {"n": n}
    try:
        climbed = escalate(change.case, reason=reason, by=SYSTEM)
    except NobodyAbove:
        return
    # Whoever reopened it goes on with the case as it is now.
    change.case.owner, change.case.level = climbed.owner, climbed.level
    change.case.version = climbed.version
