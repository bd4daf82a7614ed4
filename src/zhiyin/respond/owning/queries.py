"""What reads hand-overs and effort: cases that are kicked about, what the customer had to say twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, QuerySet

from zhiyin.people.access import Visitor
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission
from zhiyin.people.scope import Scope
from zhiyin.respond.models import Case, OwnerChoice, StaffAbility, Transfer
from zhiyin.respond.owning.choosing import count_open_by
from zhiyin.respond.owning.reasons import MOST_TRANSFERS
from zhiyin.respond.queries.owners import list_colleagues


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffLine:
    """An account with what it can do; `ability` is None where nobody said."""

    account: Account
    ability: StaffAbility | None
    n_open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeCount:
    """How often cases went over an edge such as `store>company`, and how many cases that were."""

    edge: str
    n: int
    n_cases: int


def list_staff(*, scope: Scope) -> list[StaffLine]:
    """Those who may look after cases within the scope, by name. Four queries."""
    accounts = list_colleagues(scope=scope)
    abilities = {one.account_id: one for one in StaffAbility.objects.filter(account__in=accounts)}
    n_open = count_open_by(one.pk for one in accounts)
    return [
        StaffLine(account=one, ability=abilities.get(one.pk), n_open=n_open.get(one.pk, 0))
        for one in accounts
    ]


def list_skills() -> list[str]:
    """The skills that are written down of anybody, by name, for choosing. One query."""
    kept = StaffAbility.objects.filter(account__is_active=True).values_list("skills", flat=True)
    return sorted({skill for skills in kept for skill in skills})


def select_kicked_about(*, scope: Scope) -> QuerySet[Case]:
    """The cases that were handed on more than twice, the newest first, with unit and owner at hand."""
    # The number stands in the condition of the index as it is.
    found = Case.objects.select_related("unit", "owner").filter(n_transfers__gt=MOST_TRANSFERS)
    if scope.unit_ids is not None:
        found = found.filter(unit_id__in=scope.unit_ids)
    return found.order_by("-opened_at", "-pk")


def count_edges(*, scope: Scope, since: datetime) -> Sequence[EdgeCount]:
    """How often cases that are the scope's went over each edge since then, the most often first."""
    found = Transfer.objects.filter(undone_at=None, at__gte=since)
    if scope.unit_ids is not None:
        found = found.filter(case__unit_id__in=scope.unit_ids)
    rows = found.values_list("edge").annotate(n=Count("pk"), n_cases=Count("case", distinct=True))
    return [EdgeCount(edge=edge, n=n, n_cases=n_cases) for edge, n, n_cases in rows.order_by("-n", "edge")]


def select_over_edge(edge: str, *, scope: Scope, since: datetime) -> QuerySet[Case]:
    """The cases behind a figure of `count_edges`, the newest first, with unit and owner at hand."""
    went = Transfer.objects.filter(case=OuterRef("pk"), edge=edge, undone_at=None, at__gte=since)
    found = Case.objects.select_related("unit", "owner").filter(Exists(went))
    if scope.unit_ids is not None:
        found = found.filter(unit_id__in=scope.unit_ids)
    return found.order_by("-opened_at", "-pk")


def list_transfers(case: Case) -> list[Transfer]:
    """The hand-overs of the case that stand, the first first, with the people at hand."""
    found = Transfer.objects.filter(case=case, undone_at=None)
    return list(found.select_related("from_account", "to_account", "from_unit", "to_unit").order_by("at"))


def units_before(case: Case, *, visitor: Visitor) -> frozenset[int]:
    """The units that handed the case on, for whoever works on it now: they read what was said there.

    Nothing for others, and for whom it changes nothing. One query at most.
    """
    is_theirs = visitor.scope_for(Permission.CASES_WORK).allows(case.unit_id)
    if not case.n_transfers or not is_theirs or not visitor.may(Permission.FEEDBACK_READ):
        return frozenset()
    if visitor.scope_for(Permission.FEEDBACK_READ).unit_ids is None:
        return frozenset()
    came = Transfer.objects.filter(case=case, undone_at=None).exclude(from_unit_id=F("to_unit_id"))
    return frozenset(came.values_list("from_unit_id", flat=True))


def find_choice(case: Case) -> OwnerChoice | None:
    """Why the owner was chosen; None where somebody named them."""
    last = OwnerChoice.objects.filter(case=case).order_by("-at", "-pk").first()
    return last if last is not None and last.account_id == case.owner_id else None
