"""What people searched and nobody has written yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q

from zhiyin.knowledge.models import MissedSearch


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Searches for the same words: how many, by how many colleagues, how many by customers, when last."""

    folded: str
    words: str
    n: int
    n_people: int
    n_public: int
    last_at: datetime


def list_gaps(*, limit: int = 200) -> list[Gap]:
    """The open gaps, the most searched first."""
    rows = (
        MissedSearch.objects.filter(handled_at=None)
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


def count_gaps() -> int:
    """How many different searches are open."""
    return MissedSearch.objects.filter(handled_at=None).values("folded").distinct().count()
