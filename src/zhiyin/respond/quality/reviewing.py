"""People read a sample: drawn by day and agent, some cases by two, whose agreement is told."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from zhiyin.errors import Conflict, Forbidden, InvalidInput
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event
from zhiyin.people.zones import company_zone
from zhiyin.respond.models import Case, QualityAppeal, QualityItem, QualityResult, QualitySample, QualityScore
from zhiyin.respond.quality.kinds import About, AppealState
from zhiyin.respond.quality.rubric import list_items, read_rubric
from zhiyin.respond.quality.rules import Verdict
from zhiyin.respond.quality.scoring import read_answers, store_score
from zhiyin.respond.services.changes import shorten

MAX_COMMENT = 2_000
KEEPS = timedelta(days=14)
"""A drawn case that nobody has read by then leaves the list."""


class ReadAlready(Conflict):
    """This person, or as many as were wanted, have scored the case."""


class OwnWork(Forbidden):
    """Nobody scores, or decides about, an answer of their own."""


def draw_sample(day: date) -> int:
    """Draw `sample_size` cases of each agent answered on that day; how many are new. Again: none.

    The draw is by chance, the same for the same day and cases; every `double_every`th is read by two.
    """
    rubric = read_rubric()
    start = datetime.combine(day, time(), tzinfo=company_zone())
    scored = QualityScore.objects.filter(
        judge=None, case__isnull=False, answered_at__gte=start, answered_at__lt=start + timedelta(days=1)
    ).exclude(agent=None)
    drawn = QualitySample.objects.filter(case=OuterRef("case"))
    by_agent: dict[int, list[int]] = {}
    for agent_id, case_id in scored.filter(~Exists(drawn)).order_by("pk").values_list("agent_id", "case_id"):
        if agent_id is not None and case_id is not None:
            by_agent.setdefault(agent_id, []).append(case_id)
    n_had = dict(
        QualitySample.objects.filter(day=day).values_list("agent").annotate(n=Count("pk")).order_by()
    )
    chance, rows = random.Random(day.toordinal()), []  # noqa: S311 - a sample, not a secret
    for agent_id, case_ids in sorted(by_agent.items()):
        n_wanted = max(0, rubric.sample_size - n_had.get(agent_id, 0))
        rows += [(agent_id, case) for case in chance.sample(case_ids, min(n_wanted, len(case_ids)))]
    every = rubric.double_every
    made = QualitySample.objects.bulk_create(
        [
            QualitySample(
                day=day,
                agent_id=agent_id,
                case_id=case_id,
                n_judges=2 if every and chance.randrange(every) == 0 else 1,
            )
            for agent_id, case_id in rows
        ],
        ignore_conflicts=True,
    )
    return len(made)


def list_to_read(*, scope: Scope, account: Account, today: date) -> QuerySet[QualitySample]:
    """The drawn cases that this person may still read: not their own, not read by them or by enough."""
    own = QualityScore.objects.filter(case=OuterRef("case"), judge=account)
    found = QualitySample.objects.filter(day__gte=today - KEEPS).exclude(agent=account).filter(~Exists(own))
    if scope.unit_ids is not None:
        found = found.filter(case__unit_id__in=scope.unit_ids)
    n_read = Count("case__quality_scores", filter=Q(case__quality_scores__judge__isnull=False))
    found = found.annotate(n_read=n_read).filter(n_read__lt=F("n_judges"))
    return found.select_related("case", "case__unit", "agent").order_by("day", "pk")


def record_review(
    case: Case, *, met: Mapping[str, bool | None], comment: str, by: Actor, judge: Account
) -> QualityScore:
    """What a person found, by key of the items about agents; a key that is missing does not apply.

    Raises:
        InvalidInput: nothing was judged. OwnWork: it is the judge's own answer. ReadAlready.
    """
    rubric = read_rubric()
    items = [item for item in list_items(rubric) if item.about == About.AGENT]
    if not any(met.get(item.key) is not None for item in items):
        raise InvalidInput("Nothing was judged.", next_step="Judge one item at least.", field="items")
    answers = read_answers(case)
    if not answers:
        raise InvalidInput("The case has no answer.", next_step="Choose another.", field="items")
    agent_id = answers[0].author_id or case.owner_id
    if agent_id == judge.pk or judge.pk in {answer.author_id for answer in answers}:
        raise OwnWork("This is an answer of your own.", next_step="Leave it to a colleague.")
    score = QualityScore(
        case=case,
        rubric=rubric,
        unit_id=case.unit_id,
        agent_id=agent_id,
        judge=judge,
        answered_at=answers[0].sent_at or case.opened_at,
        comment=shorten(comment, limit=MAX_COMMENT),
    )
    verdicts: Mapping[QualityItem, Verdict] = {item: Verdict(is_met=met.get(item.key)) for item in items}
    with transaction.atomic():
        stored = store_score(score, verdicts=verdicts, answers=answers)
        if stored is None:
            raise ReadAlready("You have scored this case already.", next_step="Take the next.")
        record_event("quality.scored", by=by, target=("case", case.number), details={"total": stored.total})
    return stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Of items that two people judged on the same case: how many, the share on which they agree, and
    Cohen's kappa (1 always, 0 as by chance); None where it cannot be said.
    """

    n: int
    n_agree: int
    kappa: float | None


def calibrate(*, scope: Scope, since: datetime) -> Calibration:
    """The agreement of people on all cases that two have read since then, first and second judge.

    As they judged: what an objection changed afterwards does not make two agree who did not.
    """
    scores = QualityScore.objects.filter(judge__isnull=False, at__gte=since, case__isnull=False)
    if scope.unit_ids is not None:
        scores = scores.filter(unit_id__in=scope.unit_ids)
    granted = QualityAppeal.objects.filter(
        score=OuterRef("score"), item=OuterRef("item"), state=AppealState.GRANTED.value
    )
    rows = QualityResult.objects.filter(score__in=scores, is_met__isnull=False)
    rows = rows.annotate(is_changed=Exists(granted))
    found: dict[tuple[int | None, str], list[bool]] = {}
    ordered = rows.order_by("score__at", "score")
    for case_id, key, is_met, is_changed in ordered.values_list(
        "score__case_id", "item__key", "is_met", "is_changed"
    ):
        found.setdefault((case_id, key), []).append(bool(is_met) and not is_changed)
    return agreement([(votes[0], votes[1]) for votes in found.values() if len(votes) > 1])


def agreement(pairs: Sequence[tuple[bool, bool]]) -> Calibration:
    """Agreement beyond chance of two who judge the same.

    Formula: κ = (p − e) / (1 − e), p the share that agrees, e what chance gives:
    a₁b₁ + (1 − a₁)(1 − b₁), with the shares of yes of both. None where both say one thing alone.
    Source: J. Cohen (1960), Educational and Psychological Measurement 20(1):37–46.

    >>> differing = [(True, False)] * 5 + [(False, True)] * 10
    >>> found = agreement([(True, True)] * 20 + [(False, False)] * 15 + differing)
    >>> found.n, found.n_agree, round(found.kappa, 2)
    (50, 35, 0.4)
    """
    n = len(pairs)
    if not n:
        return Calibration(n=0, n_agree=0, kappa=None)
    n_agree = sum(one == other for one, other in pairs)
    first, second = (sum(pair[place] for pair in pairs) / n for place in (0, 1))
    by_chance = first * second + (1 - first) * (1 - second)
    kappa = None if by_chance >= 1 else (n_agree / n - by_chance) / (1 - by_chance)
    return Calibration(n=n, n_agree=n_agree, kappa=kappa)


def draw_yesterday() -> int:
    """The sample of the day before, in the company's zone."""
    return draw_sample(timezone.now().astimezone(company_zone()).date() - timedelta(days=1))
