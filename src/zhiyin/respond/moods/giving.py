"""Keeps and takes back the stars that staff give at the steps of a case."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from zhiyin.errors import InvalidInput, NotFound
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.services.audit import record_event
from zhiyin.respond.models import CallAttempt, Case, CaseEvent, ContactMood, Step
from zhiyin.respond.moods.errors import StarOfAnother
from zhiyin.respond.queries.owners import is_supervisor
from zhiyin.respond.services.changes import Change, account_id_of

CONTACTS = frozenset(
    {
        Step.OPENED,
        Step.VOICE_ADDED,
        Step.NOTED,
        Step.ANSWERED,
        Step.COMMUNICATED,
        Step.ASKED,
        Step.CUSTOMER_SPOKE,
        Step.URGED,
        Step.CALLED_BACK,
        Step.VISITED,
        Step.REOPENED,
        Step.SOLVED,
    }
)
"""The steps at which customer and staff met or wrote to each other; a note may be that of a call."""
_MAX_STARS = 5


def give_mood(case: Case, *, event_id: UUID, stars: int, by: Actor) -> ContactMood:
    """Keep how the customer felt at the step, in place of what was said of it before.

    Raises:
        InvalidInput: not one to five stars. NotFound: the case has no such contact. StarOfAnother: somebody
        else gave them, and the asker manages neither the unit nor one above it.
    """
    if not 1 <= stars <= _MAX_STARS:
        raise InvalidInput("Give one to five stars.", field="stars")
    with transaction.atomic():
        event = _hold(case, event_id)
        kept = _find(event, by=by) or ContactMood(case=event.case, event=event)
        kept.stars, kept.given_at, kept.given_by_id = stars, timezone.now(), account_id_of(by)
        kept.save()
        record_event("case.mood_given", by=by, target=("case", case.number), details={"stars": stars})
    return kept


def take_mood(case: Case, *, event_id: UUID, by: Actor) -> bool:
    """Whether there were stars at the step to take back.

    Raises:
        NotFound, StarOfAnother: as above.
    """
    with transaction.atomic():
        event = _hold(case, event_id)
        kept = _find(event, by=by)
        if kept is None:
            return False
        kept.delete()
        record_event("case.mood_taken", by=by, target=("case", case.number))
    return True


def keep_call_mood(change: Change, step: Step, by: Actor) -> None:
    """A hook: the mood that was written down with a call stands beside its step, too."""
    if step is not Step.CALLED_BACK:
        return
    calls = CallAttempt.objects.filter(call_back__case=change.case, at=change.at, mood__isnull=False)
    mood = calls.values_list("mood", flat=True).first()
    event = CaseEvent.objects.filter(case=change.case, kind=step.value, at=change.at).order_by("-id").first()
    if mood is not None and event is not None:
        ContactMood.objects.get_or_create(
            event=event,
            defaults={
                "case": change.case,
                "stars": mood,
                "given_at": change.at,
                "given_by_id": account_id_of(by),
            },
        )


def erase_moods(case: Case) -> None:
    """With the words of a case go the stars that were given at its steps."""
    ContactMood.objects.filter(case=case).delete()


def may_change(mood: ContactMood, *, account: Account, is_above: bool) -> bool:
    """Whether the account may change or take back the stars; `is_above`: it manages the case's unit."""
    return mood.given_by_id in (None, account.pk) or is_above


def _hold(case: Case, event_id: UUID) -> CaseEvent:
    """The contact, of the case that is held: two stars at once would be two rows."""
    held = Case.objects.select_for_update().get(pk=case.pk)
    steps = sorted(step.value for step in CONTACTS)
    event = CaseEvent.objects.filter(case=held, pk=event_id, kind__in=steps).first()
    if event is None:
        raise NotFound("There is no such contact of this case.")
    event.case = held
    return event


def _find(event: CaseEvent, *, by: Actor) -> ContactMood | None:
    """The stars there, which the asker may change."""
    kept = ContactMood.objects.filter(event=event).first()
    if kept is None or by.kind != "account" or kept.given_by_id in (None, int(by.id)):
        return kept
    if not is_supervisor(int(by.id), unit=event.case.unit):
        raise StarOfAnother(str(kept.given_by))
    return kept
