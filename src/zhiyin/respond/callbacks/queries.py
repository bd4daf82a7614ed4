"""Reads call-backs, always within the scope of the asker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from zhiyin.people.models import Account
from zhiyin.people.scope import Scope
from zhiyin.respond.callbacks.errors import CallBackNotFound
from zhiyin.respond.callbacks.kinds import STILL_OWED, CallBackState
from zhiyin.respond.models import CallBack, Case

View = Literal["today", "mine", "late", "coming", "ended"]
VIEWS: tuple[View, ...] = ("today", "mine", "late", "coming", "ended")
_OWED = Q(state__in=[state.value for state in STILL_OWED])
_PLANNED = Q(state=CallBackState.PLANNED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many there are in each list."""

    today: int
    mine: int
    late: int
    coming: int


def get_call_back(pk: int, *, case: Case) -> CallBack:
    """The call-back of a case that the asker may see. Raises `CallBackNotFound`."""
    found = CallBack.objects.select_related("owner").filter(pk=pk, case=case).first()
    if found is None:
        raise CallBackNotFound
    found.case = case
    return found


def find_visible(pk: int, *, scope: Scope) -> CallBack:
    """The call-back with its case at hand. Raises `CallBackNotFound`."""
    found = _within(scope).filter(pk=pk).first()
    if found is None:
        raise CallBackNotFound
    return found


def list_of_case(case: Case) -> list[CallBack]:
    """Those that are still owed first, by time; then what is over, the latest first. Two queries."""
    rows = list(
        CallBack.objects.filter(case=case)
        .select_related("owner")
        .prefetch_related("attempts__by")
        .order_by("promised_at", "pk")
    )
    owed = [row for row in rows if row.stands in STILL_OWED]
    return owed + [row for row in reversed(rows) if row.stands not in STILL_OWED]


def select_call_backs(
    *, scope: Scope, view: View, account: Account | None, now: datetime
) -> QuerySet[CallBack]:
    """A list, with case, unit and owner at hand; what is next stands first."""
    found = _within(scope)
    if view == "mine":
        return found.filter(_OWED, owner=account).order_by("promised_at", "pk")
    if view == "ended":
        return found.exclude(_OWED).order_by("-promised_at", "-pk")
    return found.filter(_views(now)[view]).order_by("promised_at", "pk")


def count_call_backs(*, scope: Scope, account: Account | None, now: datetime) -> Counts:
    """The counts above the lists, in one query over what is still owed."""
    views = _views(now)
    mine = Q(owner=account) if account is not None else Q(pk__in=[])
    row = (
        _within(scope)
        .filter(_OWED)
        .aggregate(
            today=Count("pk", filter=views["today"]),
            mine=Count("pk", filter=mine),
            late=Count("pk", filter=views["late"]),
            coming=Count("pk", filter=views["coming"]),
        )
    )
    return Counts(**row)


def count_owned(account: Account) -> int:
    """How many call-backs the account still owes."""
    return CallBack.objects.filter(_OWED, owner=account).count()


def _views(now: datetime) -> dict[str, Q]:
    morning = datetime.combine(timezone.localdate(now), time(), tzinfo=timezone.get_current_timezone())
    evening = datetime.combine(
        timezone.localdate(now) + timedelta(days=1), time(), tzinfo=timezone.get_current_timezone()
    )
    return {
        "today": _OWED & Q(promised_at__gte=morning, promised_at__lt=evening),
        "late": (_OWED & ~_PLANNED) | (_PLANNED & Q(until_at__lt=now)),
        "coming": _PLANNED & Q(promised_at__gte=evening),
    }


def _within(scope: Scope) -> QuerySet[CallBack]:
    if not isinstance(scope, Scope):
        raise TypeError("A question needs the Scope of the asker.")
    found = CallBack.objects.select_related("case__unit", "owner")
    return found if scope.unit_ids is None else found.filter(case__unit_id__in=scope.unit_ids)
