"""What is asked of the rule and the requests."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from zhiyin.people.exporting.kinds import ExportState
from zhiyin.people.models import Account, ExportRequest, ExportRule
from zhiyin.people.permissions import Permission, roles_with

MOST_SHOWN = 50


def get_rule() -> ExportRule:
    """The rule; the usual one where nobody set any."""
    return ExportRule.objects.first() or ExportRule()


def list_mine(account: Account) -> QuerySet[ExportRequest]:
    """The newest requests of the account."""
    found = ExportRequest.objects.filter(account=account)
    return found.select_related("account", "answered_by").order_by("-asked_at", "-pk")[:MOST_SHOWN]


def list_waiting() -> QuerySet[ExportRequest]:
    """What waits for a second person, the oldest first."""
    found = ExportRequest.objects.filter(state=ExportState.WAITING.value)
    return found.select_related("account").order_by("asked_at", "pk")[:MOST_SHOWN]


def list_answered() -> QuerySet[ExportRequest]:
    """The newest of everybody's that do not wait."""
    found = ExportRequest.objects.exclude(state=ExportState.WAITING.value)
    return found.select_related("account", "answered_by").order_by("-asked_at", "-pk")[:MOST_SHOWN]


def list_approvers(*, but: Account) -> QuerySet[Account]:
    """Who else may agree to a large file: whoever holds the right for the whole company, and is here."""
    roles = [role.value for role in roles_with(Permission.EXPORTS_APPROVE)]
    whole = Q(grants__role__in=roles, grants__unit=None)
    return Account.objects.filter(whole, is_active=True).exclude(pk=but.pk).distinct().order_by("pk")


def is_alone(account: Account) -> bool:
    """Whether the account is the only one that may agree, so that no second person can be asked."""
    roles = [role.value for role in roles_with(Permission.EXPORTS_APPROVE)]
    may = account.is_active and account.grants.filter(role__in=roles, unit=None).exists()
    return may and not list_approvers(but=account).exists()


def is_over(found: ExportRequest) -> bool:
    """Whether the file was agreed to and not fetched in time."""
    return found.state == ExportState.APPROVED and found.until is not None and found.until <= timezone.now()
