"""What reads ladders: their rungs, and which of them is a clock's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhiyin.people.models import OrgUnit
from zhiyin.people.scope import Scope
from zhiyin.respond.clocks.kinds import ClockKind
from zhiyin.respond.models import Clock, LadderRung, RungTaken
from zhiyin.respond.statuses import ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The rungs of one unit (None: the company) and one kind (empty: any clock), the first one first."""

    unit: OrgUnit | None
    kind: str
    rungs: tuple[LadderRung, ...]

    @property
    def rank(self) -> tuple[int, bool]:
        """Of two ladders for the same clock the greater one is the clock's: the nearer, then the stricter."""
        depth = len([step for step in self.unit.path.split("/") if step]) if self.unit else 0
        return depth, bool(self.kind)


def list_ladders(*, scope: Scope | None = None) -> list[Ladder]:
    """All ladders, those of the company first; of the scope's units only where one is given. One query."""
    rows = LadderRung.objects.filter(removed_at=None).select_related("unit").order_by("minutes", "pk")
    found: dict[tuple[int | None, str], list[LadderRung]] = {}
    for rung in rows:
        if scope is None or scope.allows(rung.unit_id):
            found.setdefault((rung.unit_id, rung.kind), []).append(rung)
    order = ["", *(kind.value for kind in ClockKind)]
    ladders = [
        Ladder(unit=rungs[0].unit, kind=kind, rungs=tuple(rungs)) for (_unit, kind), rungs in found.items()
    ]
    return sorted(ladders, key=lambda one: (one.unit.path if one.unit else "", order.index(one.kind)))


def choose_ladder(ladders: Iterable[Ladder], *, kind: str, unit: OrgUnit) -> Ladder | None:
    """The ladder of a clock of that kind on a case of the unit: the nearest, then the one for its kind."""
    way = set(unit.path.split("/"))
    fitting = [
        one for one in ladders if one.kind in ("", kind) and (one.unit is None or str(one.unit.pk) in way)
    ]
    return max(fitting, key=lambda one: one.rank, default=None)


def has_ladder(kind: ClockKind, *, unit: OrgUnit) -> bool:
    """Whether anything happens by itself for clocks of the kind on cases of the unit. One query."""
    return choose_ladder(list_ladders(), kind=kind.value, unit=unit) is not None


def reached(rung: LadderRung, *, of: Ladder, among: Sequence[Ladder], now: datetime) -> QuerySet[Clock]:
    """The clocks that have come to the rung and have not taken it, those due first.

    Left out is what was past it already when the rung was made: a new ladder moves no old cases.
    """
    after = timedelta(minutes=rung.minutes)
    running = Clock.objects.filter(stopped_at=None, rests_since=None)
    found = running.filter(due_at__lte=now - after, due_at__gte=rung.made_at - after)
    found = found.exclude(case__status__in=sorted(status.value for status in ENDED))
    found = found.filter(_covers(of))
    for other in among:
        if other is not of and other.rank > of.rank:
            found = found.exclude(_covers(other))
    taken = RungTaken.objects.filter(rung=rung, clock=OuterRef("pk"), due_at=OuterRef("due_at"))
    return found.filter(~Exists(taken)).order_by("due_at", "pk")


def list_taken(clock_ids: Iterable[int]) -> dict[int, list[RungTaken]]:
    """What was done by itself for each of the clocks, in order. One query."""
    taken: dict[int, list[RungTaken]] = {}
    rows = RungTaken.objects.filter(clock_id__in=list(clock_ids)).select_related("rung", "account")
    for one in rows.order_by("at", "pk"):
        taken.setdefault(one.clock_id, []).append(one)
    return taken


def _covers(ladder: Ladder) -> Q:
    """The clocks for which the ladder could be the one."""
    covered = Q(kind=ladder.kind) if ladder.kind else Q(pk__isnull=False)
    return covered & Q(case__unit__path__startswith=ladder.unit.path) if ladder.unit else covered
