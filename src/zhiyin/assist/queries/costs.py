"""What the language model cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.utils import timezone

from zhiyin.assist.models import ModelCall


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Requests of one purpose within a month, those without an answer, tokens, and money in `currency`."""

    purpose: str
    n_calls: int
    n_failed: int
    n_in: int
    n_out: int
    cost: Decimal
    currency: str


def read_month_cost(currency: str) -> Decimal:
    """What was spent since the month began, in the company's time zone."""
    spent = ModelCall.objects.filter(at__gte=_month_start(), currency=currency).aggregate(sum=Sum("cost"))
    return spent["sum"] or Decimal(0)


def list_month_costs() -> list[Cost]:
    """This month by purpose, the dearest first."""
    rows = (
        ModelCall.objects.filter(at__gte=_month_start())
        .values("purpose", "currency")
        .annotate(
            n_calls=Count("pk"),
            n_failed=Count("pk", filter=~Q(outcome="done")),
            tokens_in=Sum("n_in"),
            tokens_out=Sum("n_out"),
            spent=Sum("cost"),
        )
        .order_by("-spent", "purpose")
    )
    return [
        Cost(
            purpose=row["purpose"],
            n_calls=row["n_calls"],
            n_failed=row["n_failed"],
            n_in=row["tokens_in"],
            n_out=row["tokens_out"],
            cost=row["spent"],
            currency=row["currency"],
        )
        for row in rows
    ]


def _month_start() -> datetime:
    now = timezone.localtime()
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
