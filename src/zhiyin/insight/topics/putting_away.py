"""Subjects that somebody has seen and does not want to see for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from zhiyin.insight.models import PutAwaySubject
from zhiyin.people.models import Account

# A subject that comes up again after so long is worth a look.
_FOR = timedelta(days=90)
_LONGEST_NAME = 60


def put_away(name: str, *, account: Account, now: datetime) -> None:
    """The account is not told of the subject for the next 90 days."""
    PutAwaySubject.objects.update_or_create(
        account=account, name=name[:_LONGEST_NAME], defaults={"put_away_at": now}
    )


def put_back(name: str, *, account: Account) -> None:
    """The account is told of it again."""
    PutAwaySubject.objects.filter(account=account, name=name[:_LONGEST_NAME]).delete()


def put_away_names(account: Account | None, *, now: datetime) -> frozenset[str]:
    """What the account does not want to see now."""
    rows = PutAwaySubject.objects.filter(account=account, put_away_at__gt=now - _FOR)
    return frozenset(rows.values_list("name", flat=True)) if account else frozenset()
