"""Hooks at the steps of a case: what is to be looked at later, once each, and in which case it counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from zhiyin.people.actors import Actor
from zhiyin.respond.brief.facts import find_asked
from zhiyin.respond.flow.merging import find_heir
from zhiyin.respond.models import Case, CaseEvent, CaseVoice, Effort, Step
from zhiyin.respond.services.changes import Change, account_id_of

_MOVES = frozenset({Step.MERGED, Step.MERGE_UNDONE, Step.CLOSE_UNDONE, Step.SPLIT, Step.SPLIT_UNDONE})


def note_effort(change: Change, step: Step, by: Actor) -> None:
    """A hook after telling: a question of ours, words of the customer, a voice that joins, is looked at
    later by the worker, which reads what the case held before it.
    """
    if step in (Step.OPENED, Step.VOICE_ADDED):
        _note_voice(change, step=step)
    elif by.kind != "visitor" and _asks(change, step=step):
        _note_event(change, step=step, account_id=account_id_of(by))
    elif change.words is not None:
        _note_event(change, step=step, account_id=change.case.owner_id)


def keep_together(change: Change, step: Step, by: Actor) -> None:
    """A hook after telling: after a merge or split, effort counts in the case where its voice is, or in
    which the case of its step goes on.
    """
    if step not in _MOVES:
        return
    case = change.case
    Effort.objects.filter(case__merged_into=case).update(case=case)
    Effort.objects.filter(voice__case=case).exclude(case=case).update(case=case)
    gone = Effort.objects.filter(case=case, voice__isnull=False).exclude(voice__case=case)
    its_case = CaseVoice.objects.filter(pk=OuterRef("voice")).values("case")
    gone.update(case=Subquery(its_case))
    of_steps = Effort.objects.filter(case=case, event__isnull=False).exclude(event__case=case)
    origins = Case.objects.filter(pk__in=of_steps.values("event__case"))
    for origin in origins.select_related("merged_into"):
        heir = find_heir(origin)
        if heir.pk != case.pk:
            of_steps.filter(event__case=origin).update(case=heir)


def _asks(change: Change, *, step: Step) -> bool:
    """Whether the step puts a question to the customer that we can recognise."""
    if step is Step.ASKED:
        return change.message is not None
    told = change.answer or change.message
    return told is not None and bool(find_asked(told.text))


def _note_voice(change: Change, *, step: Step) -> None:
    case, joins = change.case, step is Step.VOICE_ADDED
    voice = CaseVoice.objects.filter(case=case).order_by("-added_at", "-pk").first()
    if voice is not None:
        # What is said when a case begins, nobody of the case could spare the customer.
        account_id = case.owner_id if joins else None
        Effort.objects.create(voice=voice, **_fields(case, at=change.at, account_id=account_id))


def _note_event(change: Change, *, step: Step, account_id: int | None) -> None:
    case = change.case
    events = CaseEvent.objects.filter(case=case, kind=step.value, at=change.at)
    event = events.order_by("-id").first()
    if event is not None:
        Effort.objects.get_or_create(event=event, defaults=_fields(case, at=change.at, account_id=account_id))


def _fields(case: Case, *, at: datetime, account_id: int | None) -> dict[str, Any]:
    return {
        "case": case,
        "unit_id": case.unit_id,
        "account_id": account_id,
        "at": at,
        "next_try_at": timezone.now(),
    }
