"""Doors for the customer's own page: the question that waits for them, and their word."""

from __future__ import annotations

from zhiyin.respond.models import Case, SolvedQuestion
from zhiyin.respond.services.customer import confirm_solved, reopen_case


def find_question(case: Case) -> SolvedQuestion | None:
    """The question that the customer was asked and has not answered yet."""
    questions = SolvedQuestion.objects.filter(case=case, round=case.n_reopened, answered_at=None)
    return questions.filter(asked_at__isnull=False, dropped_at=None).first()


def say_if_solved(case: Case, *, is_solved: bool, words: str = "") -> Case:
    """The customer's word. “No” reopens the case with the same owner; too often, it goes a level up.

    Raises:
        CaseChanged, StepImpossible: it was changed, or there is no answer yet to speak of.
        NobodyToOwn: the owner has left and nobody else is there.
    """
    return confirm_solved(case) if is_solved else reopen_case(case, words=words)
