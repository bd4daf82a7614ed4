"""What the pages of quality show: agents by their scores, own scores line by line, open objections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet, Sum

from zhiyin.measure.estimate import Estimate
from zhiyin.measure.means import mean_from_sums
from zhiyin.people.models import Account
from zhiyin.people.scope import Scope
from zhiyin.respond.models import QualityAppeal, QualityResult, QualityScore
from zhiyin.respond.quality.appealing import may_appeal
from zhiyin.respond.quality.kinds import AppealState
from zhiyin.respond.quality.rubric import item_name

ROBOTS = "robots"
"""Stands for all robots where an agent's id would stand."""
_MOST_AGENTS = 200
_AROUND = 25
_SQUARE = F("total") * F("total")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLine:
    """An agent's scores by the machine and by people; `name` is empty for robots, `who` is their id."""

    who: str
    name: str
    machine: Estimate
    people: Estimate
    n_fatal: int
    n_changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreWish:
    """Whose scores; `agent_id` None: those of robots. `only`: by the machine, people, fatal, changed."""

    agent_id: int | None
    only: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultLine:
    """A line of a score: its words, what serves as evidence with the words around it, the objection."""

    result: QualityResult
    name: str
    before: str
    evidence: str
    after: str
    appeal: QualityAppeal | None
    may_appeal: bool


def list_agents(*, scope: Scope, since: datetime) -> list[AgentLine]:
    """The agents with scores of answers since then, the weakest first, robots as one. Two queries."""
    counted = (
        _within(scope)
        .filter(answered_at__gte=since)
        .values("agent")
        .annotate(
            n_machine=Count("pk", filter=Q(judge=None)),
            sum_machine=Sum("total", filter=Q(judge=None), default=0.0),
            squares_machine=Sum(_SQUARE, filter=Q(judge=None), default=0.0),
            n_people=Count("pk", filter=Q(judge__isnull=False)),
            sum_people=Sum("total", filter=Q(judge__isnull=False), default=0.0),
            squares_people=Sum(_SQUARE, filter=Q(judge__isnull=False), default=0.0),
            n_fatal=Count("pk", filter=Q(is_fatal=True)),
            n_changed=Count("pk", filter=Q(n_changes__gt=0)),
        )
        .order_by("agent")[:_MOST_AGENTS]
    )
    rows = list(counted)
    names = Account.objects.in_bulk([row["agent"] for row in rows if row["agent"]])
    lines = [
        AgentLine(
            who=str(row["agent"] or ROBOTS),
            name=str(names[row["agent"]]) if row["agent"] else "",
            machine=_mean(row["sum_machine"], row["squares_machine"], row["n_machine"]),
            people=_mean(row["sum_people"], row["squares_people"], row["n_people"]),
            n_fatal=row["n_fatal"],
            n_changed=row["n_changed"],
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: (not line.name, line.machine.value or 0.0, line.name))


def list_own_scores(account: Account) -> QuerySet[QualityScore]:
    """The scores of the account's own answers, the newest first, with all that the page shows."""
    return _with_lines(QualityScore.objects.filter(agent=account))


def list_scores(wish: ScoreWish, *, scope: Scope, since: datetime) -> QuerySet[QualityScore]:
    """The scores that a line of `list_agents` counts, the newest first, with all that the page shows."""
    only = {
        "machine": Q(judge=None),
        "people": Q(judge__isnull=False),
        "fatal": Q(is_fatal=True),
        "changed": Q(n_changes__gt=0),
    }.get(wish.only, Q())
    found = _within(scope).filter(only, answered_at__gte=since, agent=wish.agent_id)
    return _with_lines(found).select_related("judge", "unit")


def _with_lines(scores: QuerySet[QualityScore]) -> QuerySet[QualityScore]:
    return (
        scores.select_related("rubric", "case")
        .prefetch_related("results__item", "results__answer", "appeals", "changes")
        .order_by("-answered_at", "-pk")
    )


def draw_results(score: QualityScore) -> Sequence[ResultLine]:
    """The lines of a score that was read with `list_own_scores`. No query."""
    appeals = {one.item_id: one for one in score.appeals.all()}
    is_open = may_appeal(score)
    lines = sorted(score.results.all(), key=lambda result: (result.item.place, result.pk))
    return [_draw(one, made=appeals.get(one.item_id), is_open=is_open) for one in lines]


def list_open_appeals(*, scope: Scope, account: Account | None) -> QuerySet[QualityAppeal]:
    """The objections that wait for somebody else than who made them or scored, the oldest first."""
    found = QualityAppeal.objects.filter(state=AppealState.OPEN.value)
    if scope.unit_ids is not None:
        found = found.filter(score__unit_id__in=scope.unit_ids)
    if account is not None:
        found = found.exclude(by=account).exclude(score__judge=account)
    return found.select_related("score__case", "item", "by").order_by("at", "pk")


def _draw(result: QualityResult, *, made: QualityAppeal | None, is_open: bool) -> ResultLine:
    text = result.answer.text if result.answer else ""
    start, end = result.start, result.start + result.length
    has_evidence = bool(result.length) and end <= len(text)
    return ResultLine(
        result=result,
        name=item_name(result.item),
        before=text[max(0, start - _AROUND) : start] if has_evidence else "",
        evidence=text[start:end] if has_evidence else "",
        after=text[end : end + _AROUND] if has_evidence else "",
        appeal=made,
        may_appeal=is_open and made is None and result.is_met is False,
    )


def _within(scope: Scope) -> QuerySet[QualityScore]:
    found = QualityScore.objects.order_by()
    return found if scope.unit_ids is None else found.filter(unit_id__in=scope.unit_ids)


def _mean(total: float, squares: float, n: int) -> Estimate:
    return mean_from_sums(total, squares, n, bounds=(0.0, 100.0)).one()
