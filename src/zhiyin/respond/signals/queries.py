"""Reads which signals led to which cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from zhiyin.people.scope import Scope
from zhiyin.respond.models import Case, SignalCase

_OF_LATE = timedelta(days=30)
_MOST_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """How many cases a rule opened in the last 30 days, and how many signals joined one that was open."""

    n_cases: int = 0
    n_joined: int = 0


def count_opened(rule_ids: Iterable[int], *, now: datetime) -> Mapping[int, Opened]:
    """By rule. One query."""
    rows = SignalCase.objects.filter(rule__in=list(rule_ids), at__gte=now - _OF_LATE).values("rule")
    counted = rows.annotate(
        n_cases=Count("pk", filter=Q(has_joined=False)), n_joined=Count("pk", filter=Q(has_joined=True))
    )
    return {row["rule"]: Opened(n_cases=row["n_cases"], n_joined=row["n_joined"]) for row in counted}


def list_signals_of(case: Case) -> list[SignalCase]:
    """The newest signals that led to the case, or to one that went into it."""
    rows = SignalCase.objects.filter(Q(case=case) | Q(case__merged_into=case))
    rows = rows.select_related("signal__rule", "signal__unit", "signal__incident__unit", "rule")
    return list(rows.order_by("-at", "-pk")[:_MOST_SHOWN])


def cases_of_signals(signal_ids: Iterable[int], *, scope: Scope) -> Mapping[int, Case]:
    """The cases within the scope by signal. One query."""
    rows = SignalCase.objects.filter(signal__in=list(signal_ids)).select_related("case")
    return {row.signal_id: row.case for row in rows if scope.allows(row.case.unit_id)}
