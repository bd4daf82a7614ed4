"""Scores: the machine's of every answered case, those of people, and how a total comes about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from zhiyin.respond.models import (
    Case,
    CaseAnswer,
    Clock,
    CustomerWords,
    Effort,
    QualityItem,
    QualityResult,
    QualityRubric,
    QualityScore,
)
from zhiyin.respond.quality.kinds import About, ItemKind
from zhiyin.respond.quality.rules import Answered, Verdict, judge_answers
from zhiyin.respond.statuses import ENDED

RESTS = timedelta(days=1)
"""An answered case that has not ended is scored after so long without a further answer."""
LOOKS_BACK = timedelta(days=90)


def list_waiting(*, now: datetime) -> QuerySet[Case]:
    """The cases to be scored: answered, and over or left alone for a day."""
    scored = QualityScore.objects.filter(case=OuterRef("pk"), judge=None)
    sent = CaseAnswer.objects.filter(case=OuterRef("pk"), sent_at__isnull=False)
    is_over = Q(status__in=sorted(status.value for status in ENDED)) | Q(answered_at__lte=now - RESTS)
    recent = Case.objects.filter(opened_at__gte=now - LOOKS_BACK, answered_at__isnull=False, merged_into=None)
    return recent.filter(is_over).filter(~Exists(scored), Exists(sent)).order_by("opened_at", "pk")


def score_case(case: Case, *, rubric: QualityRubric, items: Sequence[QualityItem]) -> QualityScore | None:
    """The machine's score; None where nothing applies, or somebody was quicker."""
    answers = read_answers(case)
    verdicts = judge_answers(
        Answered(
            answers=[answer.text for answer in answers],
            asked=_asked(case),
            is_first_in_time=_is_first_in_time(case),
            n_asked_again=_n_asked_again(case),
        )
    )
    of_agents = [item for item in items if item.about == About.AGENT and item.kind == ItemKind.AUTO]
    found = {item: verdicts[item.key] for item in of_agents if item.key in verdicts}
    if not answers or not any(one.is_met is not None for one in found.values()):
        return None
    score = QualityScore(
        case=case,
        rubric=rubric,
        unit_id=case.unit_id,
        agent_id=answers[0].author_id or case.owner_id,
        answered_at=answers[0].sent_at or case.opened_at,
    )
    return store_score(score, verdicts=found, answers=answers)


def store_score(
    score: QualityScore, *, verdicts: Mapping[QualityItem, Verdict], answers: Sequence[CaseAnswer]
) -> QualityScore | None:
    """The score with its results and total; None where this judge has one of it already."""
    score.at = timezone.now()
    met = [(item, one.is_met) for item, one in verdicts.items()]
    score.total, score.is_fatal = total_of(met)
    try:
        with transaction.atomic():
            score.save(force_insert=True)
            QualityResult.objects.bulk_create(
                QualityResult(
                    score=score,
                    item=item,
                    is_met=one.is_met,
                    answer=answers[one.answer] if one.answer is not None else None,
                    start=one.start,
                    length=one.length,
                )
                for item, one in verdicts.items()
            )
    except IntegrityError:
        return None
    return score


def total_of(results: Sequence[tuple[QualityItem, bool | None]]) -> tuple[float, bool]:
    """The total, 0 to 100, and whether a fatal item is not met, which makes it 0.

    Formula: 100 · Σ weight of what is met / Σ weight of what applies; 100 where no weight applies.
    """
    if any(item.is_fatal and is_met is False for item, is_met in results):
        return 0.0, True
    weight = sum(item.weight for item, is_met in results if is_met is not None)
    met = sum(item.weight for item, is_met in results if is_met)
    return (round(100 * met / weight, 1) if weight else 100.0), False


def read_answers(case: Case) -> list[CaseAnswer]:
    """What the customer got, in order."""
    return list(CaseAnswer.objects.filter(case=case, sent_at__isnull=False).order_by("sent_at", "pk"))


def _asked(case: Case) -> str:
    words = CustomerWords.objects.filter(case=case).order_by("at", "pk").values_list("masked", flat=True)
    return "\n".join([case.title, *words])


def _is_first_in_time(case: Case) -> bool | None:
    clock = Clock.objects.filter(case=case, kind="first_answer", stopped_at__isnull=False).first()
    if clock is None or clock.stopped_at is None:
        return None
    return clock.breached_at is None and clock.stopped_at <= clock.due_at


def _n_asked_again(case: Case) -> int | None:
    counted = Effort.objects.filter(case=case, counted_at__isnull=False)
    numbers = list(counted.values_list("n_asked_again", flat=True))
    return sum(numbers) if numbers else None
