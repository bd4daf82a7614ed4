"""One row a case: all its times, clocks, hand-overs, effort, cost and how content the customer was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db.models import Avg, Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from zhiyin.console.exports import Cell
from zhiyin.customers.profile.naming import aspect_name
from zhiyin.respond.clocks.kinds import ClockKind
from zhiyin.respond.clocks.words import KIND_NAMES
from zhiyin.respond.models import (
    Case,
    CaseEvent,
    Clock,
    Compensation,
    CustomerWords,
    Effort,
    QualityScore,
    SolvedQuestion,
)
from zhiyin.respond.reports.selection import with_answers
from zhiyin.respond.solved.scores import Concern, read_stars_of
from zhiyin.respond.wording import STATUS_NAMES

_A_PIECE = 500


def report_columns() -> Sequence[str]:
    """The headings of `report_rows`."""
    return [
        *(_("Number"), _("Title"), _("Status"), _("Owner"), _("Unit"), _("Unit code"), _("Channel")),
        *(_("Aspect"), _("Urgency"), _("Severity"), _("Escalations")),
        *(_("Opened"), _("Acknowledged"), _("Assessed"), _("Investigated"), _("First answered on")),
        *(_("Answered on"), _("Decision told"), _("Ended on"), _("Due")),
        *(_("Minutes to the first answer"), _("Minutes to the end")),
        *(text for kind in ClockKind for text in _clock_columns(str(KIND_NAMES[kind]))),
        *(_("Hand-overs"), _("Reopened, times"), _("Urged, times")),
        *(_("Answers sent"), _("Messages of the customer"), _("Steps")),
        *(_("Asked again, times"), _("Told again, times")),
        *(_("Given, in yuan"), _("Solved, the customer says")),
        *(_("Solved, stars"), _("Speed, stars"), _("Attitude, stars")),
        *(_("Quality by machine"), _("Quality by people")),
    ]


def report_rows(cases: QuerySet[Case]) -> Iterator[Sequence[Cell]]:
    """The rows, read piece by piece: the selection is never held whole. Nine queries for 500 cases."""
    chosen = with_answers(cases).select_related("unit", "owner").order_by("opened_at", "pk")
    source = chosen.iterator(_A_PIECE)
    while piece := list(islice(source, _A_PIECE)):
        more = _read_more([case.pk for case in piece])
        for case in piece:
            yield _row(case, more.get(case.pk, _More()))


def _clock_columns(name: str) -> Sequence[str]:
    return [
        _("%(clock)s: due") % {"clock": name},
        _("%(clock)s: done") % {"clock": name},
        _("%(clock)s: minutes that counted") % {"clock": name},
        _("%(clock)s: late") % {"clock": name},
    ]


@dataclass(slots=True)
class _More:
    """What stands in other tables about a case."""

    clocks: dict[str, Clock] = field(default_factory=dict)
    n_late: dict[str, int] = field(default_factory=dict)
    n_steps: int = 0
    n_words: int = 0
    n_asked_again: int = 0
    n_told_again: int = 0
    cents: int = 0
    is_solved: bool | None = None
    quality: float | None = None
    read_by_people: float | None = None
    stars: Mapping[Concern, int] = field(default_factory=dict)


def _read_more(ids: Sequence[int]) -> dict[int, _More]:
    found = {pk: _More() for pk in ids}
    for clock in Clock.objects.filter(case__in=ids).order_by("started_at", "pk"):
        more = found[clock.case_id]
        more.clocks[clock.kind] = clock
        is_late = clock.breached_at is not None
        more.n_late[clock.kind] = more.n_late.get(clock.kind, 0) + is_late
    for pk, n in (
        CaseEvent.objects.filter(case__in=ids).values_list("case").annotate(n=Count("pk")).order_by()
    ):
        found[pk].n_steps = n
    words = CustomerWords.objects.filter(case__in=ids).values_list("case").annotate(n=Count("pk"))
    for pk, n in words.order_by():
        found[pk].n_words = n
    given = Compensation.objects.filter(case__in=ids, undone_at=None).values_list("case")
    for pk, cents in given.annotate(total=Sum("amount_cents")).order_by():
        found[pk].cents = cents
    effort = Effort.objects.filter(case__in=ids, counted_at__isnull=False).values_list("case")
    summed = effort.annotate(asked=Sum("n_asked_again"), told=Sum("n_told_again"))
    for pk, n_asked, n_told in summed.order_by():
        found[pk].n_asked_again, found[pk].n_told_again = n_asked, n_told
    asked = SolvedQuestion.objects.filter(case__in=ids, is_solved__isnull=False).order_by("round")
    for pk, is_solved in asked.values_list("case_id", "is_solved"):
        found[pk].is_solved = is_solved
    scores = QualityScore.objects.filter(case__in=ids).values_list("case_id")
    by_machine = Avg("total", filter=Q(judge=None))
    by_people = Avg("total", filter=Q(judge__isnull=False))
    for case_id, machine, people in scores.annotate(machine=by_machine, people=by_people).order_by():
        if case_id is not None:
            found[case_id].quality, found[case_id].read_by_people = machine, people
    for case_id, stars in read_stars_of(ids).items():
        found[case_id].stars = stars
    return found


def _row(case: Case, more: _More) -> Sequence[Cell]:
    first = getattr(case, "first_sent_at", None)
    return [
        *(case.number, case.title, str(STATUS_NAMES[case.stands]), str(case.owner)),
        *(case.unit.name, case.unit.code, case.channel, _aspect(case)),
        *(case.urgency, case.severity, case.level),
        *(case.opened_at, case.acknowledged_at, case.assessed_at, case.investigated_at, first),
        *(case.answered_at, case.communicated_at, case.closed_at, case.due_at),
        _minutes(case, until=first),
        _minutes(case, until=case.closed_at),
        *(cell for kind in ClockKind for cell in _clock_cells(more, kind.value)),
        *(case.n_transfers, case.n_reopened, case.n_urged),
        *(getattr(case, "n_sent", 0), more.n_words, more.n_steps),
        *(more.n_asked_again, more.n_told_again),
        *(more.cents / 100, more.is_solved),
        *(more.stars.get(concern) for concern in Concern),
        *(more.quality, more.read_by_people),
    ]


def _aspect(case: Case) -> str:
    return aspect_name(case.aspect) if case.aspect else ""


def _minutes(case: Case, *, until: object) -> float | None:
    return round((until - case.opened_at).total_seconds() / 60, 1) if isinstance(until, datetime) else None


def _clock_cells(more: _More, kind: str) -> Sequence[Cell]:
    clock = more.clocks.get(kind)
    if clock is None:
        return [None, None, None, None]
    counted = None if clock.counted_minutes is None else round(clock.counted_minutes, 1)
    return [clock.due_at, clock.stopped_at, counted, more.n_late[kind]]
