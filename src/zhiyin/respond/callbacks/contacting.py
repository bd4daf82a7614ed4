"""What to mind before the customer of a case is called: consent, quiet hours, how often already.

It warns and never forbids: a call that was promised is made, and whoever makes it knows.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhiyin.customers.rights.consent import ContactRules, Reason, may_contact
from zhiyin.customers.rights.dated import read_rules
from zhiyin.respond.models import CallAttempt, Case
from zhiyin.respond.queries import read_contact

OFTEN_DAYS = 7
OFTEN_CALLS = 3
_PURPOSE, _CHANNEL = "service", "phone"
# Who is not known as a customer has said nothing about being called either.
_SILENT = frozenset({Reason.UNKNOWN_CUSTOMER, Reason.QUIET_HOURS})


def list_warnings(case: Case, *, at: datetime, zone: ZoneInfo, now: datetime) -> list[str]:
    """What speaks against a call at that moment, in the language of the page; some eight queries.

    Quiet hours are counted by the clock of `zone`, which is the customer's.
    """
    warnings = []
    if not read_contact(case).phone:
        warnings.append(_("The customer left no phone number with this case."))
    with timezone.override(zone):
        rules = read_rules("contact", ContactRules, on=timezone.localdate(at))
        is_quiet = rules.is_quiet(at, channel=_CHANNEL)
    if is_quiet:
        hours = {"start": rules.quiet_from.strftime("%H:%M"), "end": rules.quiet_until.strftime("%H:%M")}
        warnings.append(_("Quiet hours, %(start)s to %(end)s: call only because it was asked for.") % hours)
    if case.customer is not None:
        permit = may_contact(case.customer, purpose=_PURPOSE, channel=_CHANNEL, at=at)
        if not permit.allowed and permit.reason not in _SILENT:
            warnings.append(_("This customer asked not to be called, or may not be. Look at their consents."))
    n_calls = _count_calls(case, since=now - timedelta(days=OFTEN_DAYS))
    if n_calls >= OFTEN_CALLS:
        said = ngettext(
            "Called %(n)d time in seven days already. Keep the call short and say what is new.",
            "Called %(n)d times in seven days already. Keep the call short and say what is new.",
            n_calls,
        )
        warnings.append(said % {"n": n_calls})
    return warnings


def _count_calls(case: Case, *, since: datetime) -> int:
    """Calls to the same customer, about whichever case; of the case alone where nobody knows whose it is."""
    calls = CallAttempt.objects.filter(at__gte=since)
    if case.customer is None:
        return calls.filter(call_back__case=case).count()
    return calls.filter(call_back__case__customer=case.customer).count()
