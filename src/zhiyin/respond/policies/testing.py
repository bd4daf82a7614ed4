"""The test cases beside a policy: what the table has to answer before it may go live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from zhiyin.errors import InvalidInput, NotFound
from zhiyin.people.actors import Actor
from zhiyin.people.services.audit import record_event
from zhiyin.respond.models import Policy, PolicyCase
from zhiyin.respond.policies.deciding import Outcome, Value, decide
from zhiyin.respond.policies.kinds import Answer
from zhiyin.respond.services.changes import shorten

_MOST_TESTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A test case and what the table answered."""

    test: PolicyCase
    outcome: Outcome

    @property
    def is_right(self) -> bool:
        """Whether the table answered as expected."""
        wanted = self.test.amount_cents
        return self.outcome.answer == self.test.answer and wanted in (None, self.outcome.amount_cents)


def run_tests(policy: Policy, jdm: str) -> list[Result]:
    """Every test case of the policy through the engine."""
    tests = PolicyCase.objects.filter(policy=policy).order_by("pk")
    return [Result(test=test, outcome=decide(jdm, test.input)) for test in tests]


def add_test(
    policy: Policy,
    *,
    name: str,
    given: Mapping[str, Value],
    answer: str,
    amount_cents: int | None,
    by: Actor,
) -> PolicyCase:
    """A test case more. Raises `InvalidInput` without a name or with an answer that there is not."""
    clean = shorten(name, limit=120)
    if not clean:
        raise InvalidInput("A test case needs a name.", next_step="Say what it is.", field="test_name")
    if answer not in {one.value for one in Answer}:
        raise InvalidInput("There is no such answer.", next_step="Choose one.", field="test_answer")
    if PolicyCase.objects.filter(policy=policy).count() >= _MOST_TESTS:
        raise InvalidInput(
            f"A policy has at most {_MOST_TESTS} test cases.", next_step="Remove one.", field="test_name"
        )
    with transaction.atomic():
        test = PolicyCase.objects.create(
            policy=policy, name=clean, input=dict(given), answer=answer, amount_cents=amount_cents
        )
        record_event("policy.test_added", by=by, target=("policy", policy.name))
    return test


def remove_test(policy: Policy, *, test_id: int, by: Actor) -> PolicyCase:
    """The test case as it was. Raises `NotFound`."""
    with transaction.atomic():
        test = PolicyCase.objects.filter(policy=policy, pk=test_id).first()
        if test is None:
            raise NotFound("There is no such test case.", next_step="Choose one from the list.")
        PolicyCase.objects.filter(pk=test.pk).delete()
        record_event("policy.test_removed", by=by, target=("policy", policy.name))
    return test
