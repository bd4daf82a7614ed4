"""What another version would have answered to what was asked before, and what it would have cost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from zhiyin.respond.models import Decision, Policy
from zhiyin.respond.policies.deciding import Outcome, decide
from zhiyin.respond.policies.kinds import Answer

MOST = 2_000
_N_EXAMPLES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one version answers in all: how often which answer, and the cost in hundredths."""

    answers: Counter[Answer]
    cost_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A decision that would be another."""

    decision: Decision
    before: Outcome
    after: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """`n` decisions again, by the version in force and by the other; the newest that differ as examples."""

    n: int
    n_changed: int
    before: Side
    after: Side
    examples: list[Difference]

    @property
    def more_cents(self) -> int:
        """What the other version costs more; negative where it costs less."""
        return self.after.cost_cents - self.before.cost_cents


def replay(policy: Policy, *, jdm: str, against: str) -> Replay:
    """The newest `MOST` decisions of the policy, their figures as they were kept, through both tables.

    What is granted by whoever is asked counts as if all agreed.
    """
    rows = Decision.objects.filter(version__policy=policy).select_related("case").order_by("-pk")[:MOST]
    before: list[Outcome] = []
    after: list[Outcome] = []
    changed: list[Difference] = []
    for decision in rows:
        then, now = decide(against, decision.input), decide(jdm, decision.input)
        before.append(then)
        after.append(now)
        if (then.answer, then.kind, then.amount_cents, then.points) != (
            now.answer,
            now.kind,
            now.amount_cents,
            now.points,
        ):
            changed.append(Difference(decision=decision, before=then, after=now))
    return Replay(
        n=len(before),
        n_changed=len(changed),
        before=_side(before),
        after=_side(after),
        examples=changed[:_N_EXAMPLES],
    )


def _side(outcomes: list[Outcome]) -> Side:
    return Side(
        answers=Counter(one.answer for one in outcomes),
        cost_cents=sum(one.amount_cents for one in outcomes),
    )
