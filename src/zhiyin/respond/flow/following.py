"""Follows cases that another looks after."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.services.audit import record_event
from zhiyin.respond.models import Case, CaseFollow


def follow_case(case: Case, *, account: Account) -> None:
    """The case stands in the list of those that the account follows; again, it changes nothing."""
    with transaction.atomic():
        _, is_new = CaseFollow.objects.get_or_create(
            case=case, account=account, defaults={"since": timezone.now()}
        )
        if is_new:
            record_event("case.followed", by=Actor.of(account), target=("case", case.number))


def unfollow_case(case: Case, *, account: Account) -> None:
    """The account no longer follows the case; again, it changes nothing."""
    with transaction.atomic():
        n_gone, _ = CaseFollow.objects.filter(case=case, account=account).delete()
        if n_gone:
            record_event("case.unfollowed", by=Actor.of(account), target=("case", case.number))


def is_followed(case: Case, *, account: Account) -> bool:
    """Whether the account follows the case."""
    return CaseFollow.objects.filter(case=case, account=account).exists()


def list_followers(case: Case) -> list[Account]:
    """Who follows the case, by name."""
    return sorted(Account.objects.filter(is_active=True, case_follows__case=case), key=str)
