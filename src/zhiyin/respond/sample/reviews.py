"""Scores of the sample's answers, by the machine and by people, and what agents said against them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from django.utils import timezone

from zhiyin.errors import ZhiyinError
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.zones import company_zone
from zhiyin.respond.models import Case, QualityAppeal, QualityResult, QualityScore
from zhiyin.respond.quality.appealing import appeal, decide
from zhiyin.respond.quality.kinds import About, ItemKind
from zhiyin.respond.quality.reviewing import draw_sample, record_review
from zhiyin.respond.quality.rubric import list_items, read_rubric
from zhiyin.respond.quality.scoring import score_case
from zhiyin.respond.sample.scene import CaseTruth
from zhiyin.respond.sample.staff import Cast
from zhiyin.respond.sample.words import said

_N_READ = 8
_N_READ_BY_TWO = 4
_STRICT_EVERY = 3
_DAYS_DRAWN = 5


def review(truths: Sequence[CaseTruth], *, cast: Cast) -> None:
    """Scores what was answered; people read a few, some of them two people, agents object to two lines, and
    some of the last days wait to be read.
    """
    rubric = read_rubric()
    items = list_items(rubric)
    numbers = [truth.number for truth in truths if truth.is_answered]
    scored = []
    cases = Case.objects.filter(number__in=numbers).select_related("unit", "owner")
    for case in cases.order_by("opened_at", "pk"):
        if score_case(case, rubric=rubric, items=items) is not None:
            scored.append(case)
    today = timezone.now().astimezone(company_zone()).date()
    for n_days in range(1, _DAYS_DRAWN + 1):
        draw_sample(today - timedelta(days=n_days))
    by_people = [item.key for item in items if item.about == About.AGENT and item.kind != ItemKind.AUTO]
    second = next(manager for manager, _agent in cast.regions.values())
    strict = []
    for place, case in enumerate(scored[:: max(1, len(scored) // _N_READ)]):
        is_strict = place % _STRICT_EVERY == 0
        if _read(case, keys=by_people, judge=cast.head, is_strict=is_strict) and is_strict:
            strict.append(case)
        if place < _N_READ_BY_TWO:
            # Of one mind, but for the first.
            _read(case, keys=by_people, judge=second, is_strict=is_strict and place > 0)
    _object(strict, key=by_people[0], judge=cast.head, decider=second)


def _read(case: Case, *, keys: Sequence[str], judge: Account, is_strict: bool) -> bool:
    """Whether the judge's score is there now; not where it is the judge's own answer."""
    if QualityScore.objects.filter(case=case, judge=judge).exists():
        return True
    met: dict[str, bool | None] = {key: not (is_strict and place == 0) for place, key in enumerate(keys)}
    try:
        record_review(case, met=met, comment=said("review"), by=Actor.of(judge), judge=judge)
    except ZhiyinError:
        return False  # an own answer, or one that enough have read meanwhile
    return True


def _object(cases: Sequence[Case], *, key: str, judge: Account, decider: Account) -> None:
    """Whoever was scored strictly first gets what they ask for; the next one's objection is still open."""
    lines = QualityResult.objects.select_related("score__rubric", "score__agent", "item")
    found = lines.filter(score__case__in=cases, score__judge=judge, item__key=key, is_met=False)
    made = [_appeal(line) for line in found.order_by("score__answered_at")[:2]]
    if made and made[0] is not None:
        # The second reader may have given this very answer: then it waits for somebody else, too.
        with suppress(ZhiyinError):
            decide(made[0], is_granted=True, words=said("granted"), by=Actor.of(decider), account=decider)


def _appeal(line: QualityResult) -> QualityAppeal | None:
    agent = line.score.agent
    if agent is None or QualityAppeal.objects.filter(score=line.score, item=line.item).exists():
        return None
    return appeal(line, reason=said("objection"), by=Actor.of(agent), account=agent)
