"""How much work a problem is: kept with who judged and when."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction
from django.db.models import QuerySet

from zhiyin.errors import InvalidInput
from zhiyin.insight.models import ProblemEffort
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.services.audit import record_event

Size = Literal["small", "middle", "large"]
SIZES: Mapping[Size, float] = {"small": 2.0, "middle": 10.0, "large": 40.0}
"""Person-days that a size stands for: two days, two weeks, two months of one person."""
UNJUDGED_DAYS = SIZES["middle"]
"""What a problem counts as that nobody has judged yet."""
MOST_DAYS = 10_000.0
LONGEST_KEY = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """A judgement that holds; `by` is empty where the account is gone."""

    person_days: float
    by: str
    at: datetime

    @property
    def size(self) -> Size | None:
        """The size of exactly so many days."""
        return next((size for size, days in SIZES.items() if days == self.person_days), None)


def list_efforts(place: str) -> dict[str, Effort]:
    """The judgements that hold at the place, by problem."""
    rows = ProblemEffort.objects.filter(place=place).select_related("by").order_by("problem", "at", "pk")
    newest = {row.problem: row for row in rows}
    return {
        problem: Effort(person_days=row.person_days, by=str(row.by or ""), at=row.at)
        for problem, row in newest.items()
        if row.person_days is not None
    }


def list_history(place: str, problem: str) -> QuerySet[ProblemEffort]:
    """All judgements of one problem, the newest first."""
    rows = ProblemEffort.objects.filter(place=place, problem=problem)
    return rows.select_related("by").order_by("-at", "-pk")


def judge_effort(
    problem: str, *, place: str, person_days: float | None, account: Account, by: Actor, now: datetime
) -> float | None:
    """Keep what somebody judges, None to take it back; returns what held before.

    Raises:
        InvalidInput: the days are no number above 0, or too many, or the problem's name is too long.
    """
    if person_days is not None and not (math.isfinite(person_days) and 0 < person_days <= MOST_DAYS):
        raise InvalidInput(
            f"The work must be above 0 and at most {MOST_DAYS:g} person-days.",
            next_step="Give a number of days.",
            field="person_days",
        )
    if not 0 < len(problem) <= LONGEST_KEY:
        raise InvalidInput("There is no such problem.", field="problem")
    with transaction.atomic():
        before = list_history(place, problem).first()
        ProblemEffort.objects.create(
            place=place, problem=problem, person_days=person_days, by=account, at=now
        )
        record_event(
            "problem.judged",
            by=by,
            target=("problem", problem),
            details={"person_days": "" if person_days is None else f"{person_days:g}"},
        )
    return before.person_days if before else None
