"""What people searched and nobody has written yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet

from zhiyin.knowledge.models import MissedSearch
from zhiyin.people.models import Account
from zhiyin.people.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Searches for the same words: how many, by how many colleagues, how many by customers, when last."""

    folded: str
    words: str
    n: int
    n_people: int
    n_public: int
    last_at: datetime


def visible_misses(*, scope: Scope, account: Account | None) -> QuerySet[MissedSearch]:
    """The searches in vain that the asker may read: whoever sees a part of the company sees their own and
    those of customers; who sees all of it, all.
    """
    found = MissedSearch.objects.all()
    return found if scope.unit_ids is None else found.filter(Q(is_public=True) | Q(account=account))


def list_gaps(*, scope: Scope, account: Account | None, limit: int = 200) -> list[Gap]:
    """The open gaps, the most searched first."""
    rows = (
        visible_misses(scope=scope, account=account)
        .filter(handled_at=None)
        .values_list("folded")
        .annotate(
            n=Count("pk"),
            n_people=Count("account", distinct=True),
            n_public=Count("pk", filter=Q(is_public=True)),
            last_at=Max("at"),
            shown=Max("words"),
        )
        .order_by("-n", "-last_at")[:limit]
    )
    return [
        Gap(folded=folded, words=shown, n=n, n_people=n_people, n_public=n_public, last_at=last_at)
        for folded, n, n_people, n_public, last_at, shown in rows
    ]


def count_gaps(*, scope: Scope, account: Account | None) -> int:
    """How many different searches are open."""
    return (
        visible_misses(scope=scope, account=account)
        .filter(handled_at=None)
        .values("folded")
        .distinct()
        .count()
    )
