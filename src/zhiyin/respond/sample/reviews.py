"""Scores of the sample's answers: the machine's, and a few that the head of the desk gave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from zhiyin.errors import ZhiyinError
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.zones import company_zone
from zhiyin.respond.models import Case, QualityScore
from zhiyin.respond.quality.kinds import About, ItemKind
from zhiyin.respond.quality.reviewing import draw_sample, record_review
from zhiyin.respond.quality.rubric import list_items, read_rubric
from zhiyin.respond.quality.scoring import score_case
from zhiyin.respond.sample.scene import CaseTruth
from zhiyin.respond.sample.words import said

_N_READ = 8
_DAYS_DRAWN = 5


def review(truths: Sequence[CaseTruth], *, head: Account) -> None:
    """Scores what was answered; people read a few, and some of the last days wait to be read."""
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
    for place, case in enumerate(scored[:: max(1, len(scored) // _N_READ)]):
        _read(case, keys=by_people, head=head, is_strict=place % 3 == 0)


def _read(case: Case, *, keys: Sequence[str], head: Account, is_strict: bool) -> None:
    if QualityScore.objects.filter(case=case, judge=head).exists():
        return
    met: dict[str, bool | None] = {key: not (is_strict and place == 0) for place, key in enumerate(keys)}
    try:
        record_review(case, met=met, comment=said("review"), by=Actor.of(head), judge=head)
    except ZhiyinError:
        return  # her own answer, or one that was read meanwhile
