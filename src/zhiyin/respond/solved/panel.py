"""The part of a case's page that says whether it is solved, and how it did on the three concerns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from zhiyin.respond.models import Case, SolvedQuestion
from zhiyin.respond.solved.scores import Concern, score_case

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

CONCERN_NAMES: Mapping[Concern, StrPromise] = {
    Concern.SOLVED: _("Solved?"),
    Concern.SPEED: _("Quick?"),
    Concern.ATTITUDE: _("Kind?"),
}


def build_panel(case: Case, request: HttpRequest) -> Mapping[str, object]:
    """The questions and scores; empty before there is anything to say."""
    if case.answered_at is None and case.is_open and not case.n_reopened:
        return {}  # nobody has been asked, so that nothing has to be looked up
    questions = list(SolvedQuestion.objects.filter(case=case).order_by("-round"))
    scores = [one for one in score_case(case) if one.is_known]
    if not questions and not any(one.stars for one in scores):
        return {}
    return {
        "case": case,
        "questions": questions,
        "scores": [(CONCERN_NAMES[one.concern], one) for one in scores],
    }
