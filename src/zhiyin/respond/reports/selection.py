"""Which cases a report is about, and which of them stand behind one of its figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from zhiyin.people.scope import Scope
from zhiyin.respond.clocks.kinds import ClockKind
from zhiyin.respond.models import Case, CaseAnswer, Clock, Effort, Transfer
from zhiyin.respond.statuses import ENDED

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

RIPE_AFTER = timedelta(days=7)
"""How long a customer gets to come back before a case counts as solved at the first contact."""
KICKED_FROM = 3
"""From so many hand-overs on a case counts as kicked about: more than two."""

HAS_EFFORT = Q(n_asked_again__gt=0) | Q(n_told_again__gt=0)
"""Of `Effort`: something was asked or told again, and counted."""
IS_OF_A_PERSON = Q(account__isnull=False) & (Q(event__isnull=False) | Q(n_told_again__gt=0))
"""Of those: a person answers for it. Who asked in a recorded conversation is not known."""

_ENDED = sorted(status.value for status in ENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The cases opened from `since` to before `until` (None: no limit) that the scope allows.

    `unit_ids` narrows them further; `now` is the moment at which lateness and ripeness are judged.
    """

    scope: Scope
    now: datetime
    since: datetime | None = None
    until: datetime | None = None
    unit_ids: frozenset[int] | None = None


def select(selection: Selection) -> QuerySet[Case]:
    """The cases, not yet read. A case that another took up is counted there alone."""
    found = Case.objects.filter(merged_into=None)
    for unit_ids in (selection.scope.unit_ids, selection.unit_ids):
        if unit_ids is not None:
            found = found.filter(unit_id__in=unit_ids)
    if selection.since is not None:
        found = found.filter(opened_at__gte=selection.since)
    if selection.until is not None:
        found = found.filter(opened_at__lt=selection.until)
    return found


def with_answers(cases: QuerySet[Case]) -> QuerySet[Case]:
    """With `first_sent_at`, when the customer got the first answer, and `n_sent`, how many came."""
    sent = CaseAnswer.objects.filter(case=OuterRef("pk"), sent_at__isnull=False).order_by().values("case")
    counted = sent.annotate(n=Count("pk")).values("n")
    return cases.annotate(
        first_sent_at=Subquery(sent.annotate(first=Min("sent_at")).values("first")),
        n_sent=Coalesce(Subquery(counted, output_field=IntegerField()), Value(0)),
    )


def is_ripe(now: datetime) -> Q:
    """Ended so long ago that the customer would have come back."""
    return Q(status__in=_ENDED, closed_at__lte=now - RIPE_AFTER)


def is_first_contact(now: datetime) -> Q:
    """Solved at the first contact; asks for `with_answers`."""
    return is_ripe(now) & Q(n_sent=1, n_transfers=0, n_reopened=0)


ROWS: Mapping[str, StrPromise] = {
    "all": _("All cases of the period"),
    "ripe": _("Ended at least a week ago"),
    "first_contact": _("Solved at the first contact"),
    "answered": _("Answered"),
    "unanswered": _("Not answered yet"),
    "reopened": _("Reopened"),
    "transferred": _("Was handed over"),
    "kicked": _("Handed over more than twice"),
    "edge": _("Handed over this way"),
    "effort": _("Asked or told again"),
    "asked_again": _("Asked again"),
    "told_again": _("Told again"),
    "late_first_answer": _("First answer late"),
    "late_next_answer": _("Next answer late"),
    "late_solution": _("Solution late"),
    "late_statutory": _("Deadline of the law missed"),
    "in_time_first_answer": _("First answer in time"),
    "in_time_next_answer": _("Next answer in time"),
    "in_time_solution": _("Solution in time"),
    "in_time_statutory": _("Deadline of the law kept"),
}


EFFORT_ROWS = {
    "effort": HAS_EFFORT,
    "asked_again": Q(n_asked_again__gt=0),
    "told_again": Q(n_told_again__gt=0),
}


def rows_behind(
    selection: Selection, *, rows: str, account_id: int | None = None, edge: str = ""
) -> QuerySet[Case]:
    """The cases behind a figure, by a key of `ROWS`; all of them for any other.

    `account_id` narrows effort to what this person answers for, and nothing else; `edge`, such as
    `store>region`, says which way the cases of `edge` were handed over.
    """
    found = select(selection)
    if rows == "edge":
        return found.filter(Exists(Transfer.objects.filter(case=OuterRef("pk"), edge=edge, undone_at=None)))
    if rows in EFFORT_ROWS:
        effort = Effort.objects.filter(EFFORT_ROWS[rows], case=OuterRef("pk"))
        if account_id is not None:
            effort = effort.filter(IS_OF_A_PERSON, account_id=account_id)
        return found.filter(Exists(effort))
    simple = {
        "ripe": is_ripe(selection.now),
        "answered": Q(answered_at__isnull=False),
        "unanswered": Q(answered_at=None),
        "reopened": Q(n_reopened__gt=0),
        "transferred": Q(n_transfers__gt=0),
        "kicked": Q(n_transfers__gte=KICKED_FROM),
    }
    if rows in simple:
        return found.filter(simple[rows])
    if rows == "first_contact":
        return with_answers(found).filter(is_first_contact(selection.now))
    return _of_clocks(found, rows=rows, now=selection.now)


def _of_clocks(found: QuerySet[Case], *, rows: str, now: datetime) -> QuerySet[Case]:
    """Those with a clock that ran out or was kept; all of them where the key names none."""
    for kind in ClockKind:
        clocks = Clock.objects.filter(case=OuterRef("pk"), kind=kind.value)
        if rows == f"late_{kind}":
            return found.filter(Exists(clocks.filter(is_late(now))))
        if rows == f"in_time_{kind}":
            return found.filter(Exists(clocks.filter(is_kept(now))))
    return found


def is_late(now: datetime) -> Q:
    """A clock that ran out: noted as late, stopped after it was due, or running past it."""
    after = Q(stopped_at__gt=F("due_at"))
    past = Q(stopped_at=None, rests_since=None, due_at__lt=now)
    return Q(breached_at__isnull=False) | after | past


def is_kept(now: datetime) -> Q:
    """A clock that was stopped in time."""
    return Q(stopped_at__isnull=False) & ~is_late(now)
