"""What to mind before the customer of a case is called: consent, quiet hours, how often we came already.

It warns and never forbids: a call that was promised is made, and whoever makes it knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhiyin.customers.rights.consent import ContactRules, Reason, may_contact
from zhiyin.customers.rights.dated import read_rules
from zhiyin.customers.rights.frequency import count_contacts
from zhiyin.respond.models import CallAttempt, Case
from zhiyin.respond.queries import read_contact

_PURPOSE, _CHANNEL = "service", "phone"
# Who is not known as a customer has said nothing about being called either.
_SILENT = frozenset({Reason.UNKNOWN_CUSTOMER, Reason.QUIET_HOURS})


def list_warnings(case: Case, *, at: datetime, zone: ZoneInfo, now: datetime) -> list[str]:
    """What speaks against a call at that moment, in the language of the page; some fifteen queries.

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
    n = _count_contacts(case, after=rules.begin_of_window(now), until=now)
    if rules.most_contacts and n >= rules.most_contacts:
        said = ngettext(
            "Contacted %(n)d time in %(days)d days already. Keep the call short and say what is new.",
            "Contacted %(n)d times in %(days)d days already. Keep the call short and say what is new.",
            n,
        )
        warnings.append(said % {"n": n, "days": rules.within_days})
    return warnings


def count_calls(customers: Sequence[UUID], after: datetime, until: datetime) -> Iterable[tuple[UUID, int]]:
    """How often each was called, reached or not, about whichever case. One query."""
    calls = CallAttempt.objects.filter(
        call_back__case__customer__in=customers, at__gt=after, at__lte=until
    ).values("call_back__case__customer")
    rows = calls.annotate(n=Count("pk")).values_list("call_back__case__customer", "n")
    return [(customer, n) for customer, n in rows if customer is not None]


def _count_contacts(case: Case, *, after: datetime, until: datetime) -> int:
    """All contacts with the customer; calls of the case alone where nobody knows whose it is."""
    if case.customer is None:
        return CallAttempt.objects.filter(call_back__case=case, at__gt=after, at__lte=until).count()
    return count_contacts([case.customer], after=after, until=until)[case.customer]
