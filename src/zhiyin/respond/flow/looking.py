"""Who has a case open at this moment, so that two do not answer at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from zhiyin.people.models import Account
from zhiyin.respond.models import Case, CaseLooking

# A page tells of itself every 15 seconds; two of them may be lost on the way.
_IS_THERE = timedelta(seconds=40)
_FORGET = timedelta(hours=1)


def note_looking(case: Case, *, account: Account, is_writing: bool, now: datetime) -> None:
    """The account has the page open, and writes there or not. Old rows of the case go."""
    CaseLooking.objects.update_or_create(
        case=case, account=account, defaults={"at": now, "is_writing": is_writing}
    )
    CaseLooking.objects.filter(case=case, at__lt=now - _FORGET).delete()


def list_others(case: Case, *, account: Account, now: datetime) -> list[CaseLooking]:
    """Who else has the page open now, those who write first."""
    there = CaseLooking.objects.filter(case=case, at__gte=now - _IS_THERE).exclude(account=account)
    return list(there.select_related("account").order_by("-is_writing", "account__username"))
