"""What the cases of a report cost their customers: asked again what was known, told again what was told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from zhiyin.measure.estimate import Estimate
from zhiyin.measure.rates import rate
from zhiyin.people.models import Account
from zhiyin.respond.models import Case, Effort
from zhiyin.respond.reports.selection import HAS_EFFORT, IS_OF_A_PERSON, Selection, select

_MOST_LINES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class EffortReport:
    """Per case of the selection: how often was asked again and told again."""

    asked: Estimate
    told: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitEffort:
    """The same of the cases of one unit."""

    name: str
    code: str
    asked: Estimate
    told: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEffort:
    """What one person asked again, what was told again to the cases that they looked after; in `n_cases`."""

    account: Account
    n_asked: int
    n_told: int
    n_cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEffort:
    """How often was asked again and told again in one case."""

    n_asked: int
    n_told: int


def count_effort_of(cases: Iterable[Case], *, account_id: int | None = None) -> dict[int, CaseEffort]:
    """By id of the case; with `account_id` only what this person answers for. One query."""
    found = Effort.objects.filter(HAS_EFFORT, case__in=[case.pk for case in cases])
    asked = Sum("n_asked_again", default=0)
    if account_id is not None:
        found = found.filter(IS_OF_A_PERSON, account_id=account_id)
        asked = Sum("n_asked_again", filter=Q(event__isnull=False), default=0)
    summed = found.values_list("case_id").annotate(asked=asked, told=Sum("n_told_again", default=0))
    return {pk: CaseEffort(n_asked=n_asked, n_told=n_told) for pk, n_asked, n_told in summed.order_by()}


def measure_effort(selection: Selection) -> EffortReport:
    """How often per case. Two queries."""
    cases = select(selection)
    counted = _of(cases).aggregate(asked=Sum("n_asked_again", default=0), told=Sum("n_told_again", default=0))
    n = cases.count()
    return EffortReport(
        asked=rate(counted["asked"], n, per=1.0).one(), told=rate(counted["told"], n, per=1.0).one()
    )


def list_effort_by_unit(selection: Selection) -> list[UnitEffort]:
    """The units whose customers had to say most twice, those with the most first. Two queries."""
    cases = select(selection)
    asked, told = Sum("n_asked_again", default=0), Sum("n_told_again", default=0)
    summed = (
        _of(cases)
        .values("case__unit_id", "case__unit__name", "case__unit__code")
        .annotate(asked=asked, told=told, both=asked + told)
    )
    rows = list(summed.order_by("-both", "case__unit__code")[:_MOST_LINES])
    units = [row["case__unit_id"] for row in rows]
    counted = cases.filter(unit_id__in=units).order_by().values_list("unit_id").annotate(n=Count("pk"))
    n_cases = dict(counted)
    return [
        UnitEffort(
            name=row["case__unit__name"],
            code=row["case__unit__code"],
            asked=rate(row["asked"], n_cases[row["case__unit_id"]], per=1.0).one(),
            told=rate(row["told"], n_cases[row["case__unit_id"]], per=1.0).one(),
        )
        for row in rows
    ]


def list_effort_by_person(selection: Selection) -> list[PersonEffort]:
    """Those by whom most was asked again, or to whose cases most was told again. Two queries.

    A person answers for the questions that they put to the customer in writing, and for what was told
    again while the case was theirs; who spoke in a recorded conversation is not known.
    """
    found = _of(select(selection)).filter(IS_OF_A_PERSON)
    asked = Sum("n_asked_again", filter=Q(event__isnull=False), default=0)
    summed = found.values("account_id").annotate(
        asked=asked,
        told=Sum("n_told_again", default=0),
        both=asked + Sum("n_told_again", default=0),
        n_cases=Count("case_id", distinct=True),
    )
    rows = list(summed.order_by("-both", "account_id")[:_MOST_LINES])
    accounts = Account.objects.in_bulk([row["account_id"] for row in rows])
    return [
        PersonEffort(
            account=accounts[row["account_id"]],
            n_asked=row["asked"],
            n_told=row["told"],
            n_cases=row["n_cases"],
        )
        for row in rows
    ]


def _of(cases: QuerySet[Case]) -> QuerySet[Effort]:
    return Effort.objects.filter(HAS_EFFORT, case__in=cases.order_by().values("pk"))
