"""What reads outgoing answers."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from zhiyin.people.models import Account
from zhiyin.people.scope import Scope
from zhiyin.respond.models import Case, OutgoingAnswer
from zhiyin.respond.outbox.states import AnswerState, Way

_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """How many answers wait for people: to be read by the asker, by others, or to be helped on."""

    n_to_read: int
    n_to_help: int


def count_stuck(*, scope: Scope, account: Account | None) -> Stuck:
    """The counts above the inbox, in one query."""
    mine = Q(author=account) if account is not None else Q(pk__in=[])
    row = _within(scope).aggregate(
        n_to_read=Count("pk", filter=Q(state=AnswerState.READING.value) & ~mine),
        n_to_help=Count("pk", filter=~Q(state=AnswerState.READING.value)),
    )
    return Stuck(**row)


def list_to_read(*, scope: Scope) -> list[OutgoingAnswer]:
    """Answers that wait for a second reader, the oldest first; 200 at most."""
    found = _within(scope).filter(state=AnswerState.READING.value)
    return list(_whole(found).order_by("changed_at")[:_MOST])


def list_to_help(*, scope: Scope) -> list[OutgoingAnswer]:
    """Answers that did not go out, or may not have, or wait for a hand; the oldest first; 200 at most."""
    found = _within(scope).exclude(state=AnswerState.READING.value)
    return list(_whole(found).order_by("changed_at")[:_MOST])


def list_of_case(case: Case) -> list[OutgoingAnswer]:
    """What went out for a case, or is on its way, the last first. One query."""
    return list(_whole(OutgoingAnswer.objects.filter(case=case)).order_by("-made_at", "-pk")[:20])


def _within(scope: Scope) -> QuerySet[OutgoingAnswer]:
    stopped = [AnswerState.READING.value, AnswerState.FAILED.value, AnswerState.UNSURE.value]
    waits = Q(state__in=stopped) | Q(state=AnswerState.WAITING.value, way=Way.HAND.value)
    found = OutgoingAnswer.objects.filter(waits)
    return found if scope.unit_ids is None else found.filter(unit_id__in=scope.unit_ids)


def _whole(rows: QuerySet[OutgoingAnswer]) -> QuerySet[OutgoingAnswer]:
    return rows.select_related("unit", "case", "author", "reader")
