"""Keeps what staff can do, and hands over everything of somebody at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from zhiyin.errors import Conflict, InvalidInput
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event
from zhiyin.respond.models import Case, StaffAbility, Transfer
from zhiyin.respond.owning.choosing import fold
from zhiyin.respond.owning.reasons import TransferReason
from zhiyin.respond.queries.cases import CaseFilter, select_cases
from zhiyin.respond.services.changes import account_id_of
from zhiyin.respond.services.handing import transfer_case, undo

MOST_AT_ONCE = 500
_MOST_WORDS, _LONGEST_WORD = 30, 40
_MOST_CASES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AbilityWords:
    """What somebody can do, as it was typed."""

    skills: tuple[str, ...]
    languages: tuple[str, ...]
    capacity: int
    follows_hours: bool
    away_until: datetime | None = None


def read_words(text: str) -> tuple[str, ...]:
    """The words of a list with commas, folded, each once.

    Raises:
        InvalidInput: more than thirty, or one is longer than forty signs.

    >>> read_words("宽带，Network Repair, 宽带")
    ('宽带', 'network repair')
    """
    parts = text.replace("，", ",").replace("、", ",").replace("\n", ",").split(",")
    words = tuple(dict.fromkeys(word for part in parts if (word := fold(part))))
    if len(words) > _MOST_WORDS or any(len(word) > _LONGEST_WORD for word in words):
        raise InvalidInput("Name at most 30 skills of at most 40 signs each.", field="skills")
    return words


def save_ability(account: Account, words: AbilityWords, *, by: Actor) -> StaffAbility:
    """What the account can do from now on; how it was before is kept, to take it back.

    Raises:
        InvalidInput: the capacity is not between 0 and 1,000.
    """
    if not 0 <= words.capacity <= _MOST_CASES:
        raise InvalidInput("Choose a number of cases from 0 to 1,000.", field="capacity")
    with transaction.atomic():
        kept = StaffAbility.objects.select_for_update().filter(account=account).first()
        before = None if kept is None else _as_kept(kept)
        kept = kept or StaffAbility(account=account)
        kept.skills, kept.languages = list(words.skills), list(words.languages)
        kept.capacity, kept.follows_hours = words.capacity, words.follows_hours
        kept.away_until, kept.before = words.away_until, before
        kept.changed_at, kept.changed_by_id = timezone.now(), account_id_of(by)
        kept.save()
        record_event("staff_ability.changed", by=by, target=("account", str(account.pk)))
    return kept


def undo_ability(account: Account, *, by: Actor) -> None:
    """What the account could do before the last change.

    Raises:
        Conflict: nothing was changed, or it was taken back already.
    """
    with transaction.atomic():
        kept = StaffAbility.objects.select_for_update().filter(account=account).first()
        if kept is None:
            raise Conflict("There is no change to take back.", next_step="Change it by the form instead.")
        if kept.before is None:
            kept.delete()
        else:
            before = kept.before
            kept.skills, kept.languages = before["skills"], before["languages"]
            kept.capacity, kept.follows_hours = before["capacity"], before["follows_hours"]
            kept.away_until = parse_datetime(before["away_until"]) if before["away_until"] else None
            kept.before, kept.changed_at, kept.changed_by_id = None, timezone.now(), account_id_of(by)
            kept.save()
        record_event("staff_ability.undone", by=by, target=("account", str(account.pk)))


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """How many cases went to others; `refused` by number where somebody changed them meanwhile."""

    n_done: int
    refused: dict[str, str]
    batch: UUID


def hand_all_over(
    account: Account, *, to: Account | None, summary: str, by: Actor, scope: Scope
) -> HandedOver:
    """Every open case of the account within the scope goes to `to`, or to whoever fits best for it.

    At most 500 at once. Each case is a step of its own; one that is refused leaves the others as done.

    Raises:
        InvalidInput: no summary.
    """
    batch, done, refused = uuid4(), 0, {}
    if not summary.strip():
        raise InvalidInput("A transfer needs a summary.", field="summary")
    for case in list_to_hand_over(account, scope=scope)[:MOST_AT_ONCE]:
        try:
            transfer_case(case, to=to, summary=summary, reason=TransferReason.LEAVING, by=by, batch=batch)
        except (InvalidInput, Conflict) as error:
            refused[case.number] = str(error)
        else:
            done += 1
    return HandedOver(n_done=done, refused=refused, batch=batch)


def undo_batch(batch: UUID, *, by: Actor, scope: Scope) -> int:
    """How many hand-overs of the batch were taken back; those that were worked on since stay."""
    n_done = 0
    for case in _cases_of(Transfer.objects.filter(batch=batch, undone_at=None).select_related("case")):
        if not scope.allows(case.unit_id):
            continue
        try:
            undo(case, by=by)
        except Conflict:
            continue
        n_done += 1
    return n_done


def list_to_hand_over(account: Account, *, scope: Scope) -> list[Case]:
    """The open cases of the account within the scope, those first that are due first."""
    wanted = CaseFilter(owner=account, is_open=True)
    return list(select_cases(scope=scope, filter=wanted)[: MOST_AT_ONCE + 1])


def _cases_of(transfers: Iterable[Transfer]) -> list[Case]:
    return [one.case for one in transfers]


def _as_kept(ability: StaffAbility) -> dict[str, object]:
    return {
        "skills": ability.skills,
        "languages": ability.languages,
        "capacity": ability.capacity,
        "follows_hours": ability.follows_hours,
        "away_until": ability.away_until.isoformat() if ability.away_until else None,
    }
