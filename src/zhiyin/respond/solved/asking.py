"""Keeps the question whether it is solved with every step of a case, and asks when its day has come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from zhiyin.customers.rights.consent import ContactRules, find_too_often
from zhiyin.customers.rights.dated import read_rules
from zhiyin.listen.pipeline.worker import Chore
from zhiyin.people.actors import Actor
from zhiyin.respond.models import Case, CaseEvent, CaseStatus, SolvedQuestion, Step
from zhiyin.respond.services.changes import Change
from zhiyin.respond.solved.rules import read_settings

_SECONDS = 60.0
_MOST = 500
# Whoever was contacted often enough lately is asked later; each day it is looked at anew.
_AGAIN = timedelta(days=1)
_ASKABLE = frozenset({CaseStatus.ANSWERED, CaseStatus.CLOSED})
_CUSTOMER = "visitor"

on_asked: list[Callable[[SolvedQuestion], None]] = []
"""What happens when a question is asked, in its transaction: what leaves goes into an outbox."""


def keep_question(change: Change, step: Step, by: Actor) -> None:
    """A step hook: an answer or a closing brings the question, the customer's word answers it."""
    case, at = change.case, change.at
    if step in (Step.ANSWERED, Step.CLOSED):
        if by.kind == "account":
            _prepare(case, at=at)
        else:
            _open_questions(case).update(dropped_at=at)
    elif step is Step.SOLVED:
        questions = SolvedQuestion.objects.filter(case=case, round=case.n_reopened, answered_at=None)
        questions.update(answered_at=at, is_solved=True)
    elif step is Step.REOPENED:
        questions = SolvedQuestion.objects.filter(case=case, round=case.n_reopened - 1)
        if by.kind == _CUSTOMER:
            questions.update(answered_at=at, is_solved=False)
        else:
            questions.filter(answered_at=None).update(dropped_at=at)


def _prepare(case: Case, *, at: datetime) -> None:
    """One question a round: a second answer before it was asked moves it, after that it stands."""
    if case.merged_into_id is not None:
        return
    ask_at = at + timedelta(days=read_settings().days)
    question, is_new = SolvedQuestion.objects.get_or_create(
        case=case, round=case.n_reopened, defaults={"ask_at": ask_at}
    )
    if not is_new and question.asked_at is None and question.answered_at is None:
        question.ask_at, question.dropped_at = ask_at, None
        question.save()


def make_solved_chore() -> Chore:
    """Asking as the worker does it."""
    return Chore(name="solved", every_seconds=_SECONDS, run=_ask)


def _ask(should_stop: Callable[[], bool]) -> None:
    ask_due(now=timezone.now(), should_stop=should_stop)


def ask_due(*, now: datetime, should_stop: Callable[[], bool] = lambda: False) -> int:
    """How many customers were asked; each once, whoever else looks. Where a case has moved on, nobody is."""
    waiting = SolvedQuestion.objects.filter(ask_at__lte=now, asked_at=None, answered_at=None, dropped_at=None)
    n_asked = 0
    for pk in list(waiting.order_by("ask_at").values_list("pk", flat=True)[:_MOST]):
        if should_stop():
            break
        n_asked += _ask_one(pk, now=now)
    return n_asked


def _ask_one(pk: int, *, now: datetime) -> bool:
    with transaction.atomic():
        question = SolvedQuestion.objects.get(pk=pk)
        # The case first, as every step locks it: its hooks write questions.
        case = Case.objects.select_for_update(of=("self",)).get(pk=question.case_id)
        question = SolvedQuestion.objects.select_for_update().get(pk=pk)
        if question.asked_at or question.answered_at or question.dropped_at:
            return False
        if not _may_be_asked(case, question=question):
            question.dropped_at = now
            question.save()
            return False
        if _was_asked_enough(case, now=now):
            question.ask_at = now + _AGAIN
            question.save()
            return False
        question.asked_at = now
        question.save()
        question.case = case
        for call in on_asked:
            call(question)
    return True


def _may_be_asked(case: Case, *, question: SolvedQuestion) -> bool:
    if case.stands not in _ASKABLE or case.n_reopened != question.round or case.merged_into_id is not None:
        return False
    if case.stands is CaseStatus.ANSWERED:
        return True
    last = CaseEvent.objects.filter(case=case, kind=Step.CLOSED).order_by("-at", "-id").first()
    return last is not None and last.actor_kind == "account"


def _was_asked_enough(case: Case, *, now: datetime) -> bool:
    """Whether the customer was contacted so often lately that the question waits."""
    if case.customer is None:
        return False
    rules = read_rules("contact", ContactRules, on=timezone.localdate(now))
    return case.customer in find_too_often([case.customer], rules=rules, at=now)


def count_questions(
    customers: Sequence[UUID], after: datetime, until: datetime
) -> Iterable[tuple[UUID, int]]:
    """How often each was asked, about whichever case. One query."""
    asked = SolvedQuestion.objects.filter(
        case__customer__in=customers, asked_at__gt=after, asked_at__lte=until
    ).values("case__customer")
    rows = asked.annotate(n=Count("pk")).values_list("case__customer", "n")
    return [(customer, n) for customer, n in rows if customer is not None]


def _open_questions(case: Case) -> QuerySet[SolvedQuestion]:
    return SolvedQuestion.objects.filter(case=case, asked_at=None, answered_at=None, dropped_at=None)
