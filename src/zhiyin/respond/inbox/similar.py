"""What solved similar cases: of the same aspect, at units of the same kind, closed lately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from zhiyin.listen.queries import FeedbackDetail
from zhiyin.measure.estimate import Estimate
from zhiyin.measure.proportions import proportion
from zhiyin.people.scope import Scope
from zhiyin.respond.models import Case, CaseEvent
from zhiyin.respond.statuses import ENDED, CaseStatus, Step

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_LATELY = timedelta(days=180)
# Of more cases than these nobody needs to know; so it stays quick among a million.
_MOST_LOOKED, _MOST_SIMILAR, _N_SHOWN = 20_000, 300, 3
_LEAST = 5

WHAT_WAS_DONE: Mapping[Step, StrPromise] = {
    Step.GRANTED: _("something was granted"),
    Step.CALLED_BACK: _("somebody called back"),
    Step.VISITED: _("somebody visited"),
    Step.PROMISE_KEPT: _("a promise was kept"),
    Step.ASKED: _("the customer was asked first"),
    Step.ESCALATED: _("it was escalated"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was done in some of the similar cases, and the share of those that it solved."""

    name: str
    share: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """Similar cases that ended: the share that the customer called solved, and the newest of these."""

    aspect: str
    share: Estimate
    done: tuple[Done, ...]
    cases: tuple[Case, ...]


def find_similar(
    *, aspect: str, unit_kind: str, but_not: Case | None, scope: Scope, now: datetime
) -> Similar | None:
    """What the cases say; None for no aspect, or fewer than five cases, which say nothing. Three queries."""
    if not aspect:
        return None
    looked = Case.objects.filter(opened_at__gte=now - _LATELY)
    if scope.unit_ids is not None:
        looked = looked.filter(unit_id__in=scope.unit_ids)
    newest = looked.order_by("-opened_at").values("pk")[:_MOST_LOOKED]
    ended = Case.objects.filter(
        pk__in=newest,
        aspect=aspect,
        unit__kind=unit_kind,
        status__in=sorted(status.value for status in ENDED),
        merged_into=None,
    )
    if but_not is not None:
        ended = ended.exclude(pk=but_not.pk)
    rows = dict(ended.order_by("-opened_at").values_list("pk", "status")[:_MOST_SIMILAR])
    if len(rows) < _LEAST:
        return None
    solved = {pk for pk, status in rows.items() if status == CaseStatus.SOLVED.value}
    shown = Case.objects.filter(pk__in=[pk for pk in rows if pk in solved][:_N_SHOWN])
    return Similar(
        aspect=aspect,
        share=proportion(len(solved), len(rows)).one(),
        done=_done(list(rows), solved=solved),
        cases=tuple(shown.order_by("-opened_at")),
    )


def aspect_of(detail: FeedbackDetail) -> str:
    """What the voice complains of most surely; empty where it complains of nothing known."""
    complaints = [one for one in detail.opinions if one.polarity == "negative"]
    return max(complaints, key=lambda one: one.confidence).aspect if complaints else ""


def _done(ids: Sequence[int], *, solved: set[int]) -> tuple[Done, ...]:
    steps = CaseEvent.objects.filter(case_id__in=ids, kind__in=[step.value for step in WHAT_WAS_DONE])
    by_step: dict[str, set[int]] = {}
    for pk, kind in steps.values_list("case_id", "kind").distinct():
        by_step.setdefault(kind, set()).add(pk)
    found = [
        Done(name=str(name), share=proportion(len(by_step[step] & solved), len(by_step[step])).one())
        for step, name in WHAT_WAS_DONE.items()
        if len(by_step.get(step.value, ())) >= _LEAST
    ]
    return tuple(sorted(found, key=lambda one: -(one.share.value or 0.0)))
