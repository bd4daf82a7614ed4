"""Says in plain words what happens next with a case, and who does it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from zhiyin.portal.queries.customer_case import CustomerCase
from zhiyin.respond.statuses import CaseStatus


def tell_next(seen: CustomerCase, *, who: str) -> str:
    """One sentence for every state; `who` looks after it now."""
    if seen.is_withdrawn:
        return _("Nothing more has to be done. If you need it after all, take it up again here.")
    if seen.case.merged_into_id is not None:
        return _("%(who)s tells you what came of it.") % {"who": who}
    if seen.case.stands is CaseStatus.WORKING and seen.progress.is_investigated:
        return _("We know what happened. Next, %(who)s decides and answers you here.") % {"who": who}
    return {
        CaseStatus.OPEN: _("Next, %(who)s finds out what happened, and then answers you here."),
        CaseStatus.WORKING: _("%(who)s is finding out what happened, and then answers you here."),
        CaseStatus.WAITING: _("Next, we need your answer. As soon as it is here, %(who)s goes on."),
        CaseStatus.HELD: _("Then %(who)s goes on by themselves; you need not do anything."),
        CaseStatus.ANSWERED: _("Next, you tell us whether it helps. If not, %(who)s goes on."),
        CaseStatus.REOPENED: _("Next, %(who)s looks at what is still missing, and answers you here."),
        CaseStatus.SOLVED: _("Nothing more has to be done. If it comes back, take it up again here."),
        CaseStatus.CLOSED: _("If it is not solved for you, say so here, and %(who)s goes on."),
    }[seen.case.stands] % {"who": who}
