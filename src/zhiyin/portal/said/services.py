"""Writes entries of what customers said and what we did, publishes them and takes them back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.utils import timezone

from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.knowledge.plain import check_text, language_of
from zhiyin.people.actors import Actor
from zhiyin.people.models import OrgUnit
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event
from zhiyin.portal.models import SaidAndDone
from zhiyin.portal.said.figures import Figures, count_voices

_NONE = Figures(n_voices=0)
# Our words in it; the others are those of customers.
_OURS = ("title_zh", "done_zh", "title_en", "done_en")


class EntryNotFound(NotFound):
    """No such entry, or none that the asker may see."""

    def __init__(self) -> None:
        super().__init__("There is no such entry.", next_step="Choose one from the list.")


class EntryChanged(Conflict):
    """Somebody else saved it since the asker looked."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed this entry in the meantime.", next_step="Read it again, then add yours."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What staff write. One language must be whole; `aspect` and both days, or none of them, are named."""

    unit: OrgUnit
    since: date
    title_zh: str = ""
    title_en: str = ""
    said_zh: str = ""
    said_en: str = ""
    done_zh: str = ""
    done_en: str = ""
    aspect: str = ""
    first_day: date | None = None
    last_day: date | None = None


def get_entry(pk: int, *, scope: Scope) -> SaidAndDone:
    """The entry. Raises `EntryNotFound` where there is none within the scope."""
    found = SaidAndDone.objects.select_related("unit", "author").filter(pk=pk).first()
    if found is None or not scope.allows(found.unit_id):
        raise EntryNotFound
    return found


def save_entry(
    entry: Entry, *, by: Actor, scope: Scope, known: SaidAndDone | None = None, version: int = 0
) -> SaidAndDone:
    """The entry, new or over `known`, counted anew; what is public shows the new words at once.

    Raises:
        InvalidInput: no language is whole, the days are wrong, or we ask for another review.
        EntryChanged: another saved it since `version`. EntryNotFound: the unit lies outside the scope.
    """
    _check(entry)
    if not scope.allows(entry.unit.pk):
        raise EntryNotFound
    figures = _count(entry)
    with transaction.atomic():
        row = SaidAndDone(version=0)
        if known is not None:
            row = SaidAndDone.objects.select_for_update().get(pk=known.pk)
            if row.version != version:
                raise EntryChanged
        for name in Entry.__slots__:
            setattr(row, name, getattr(entry, name))
        for name, value in asdict(figures).items():
            setattr(row, name, value)
        row.counted_at = row.saved_at = timezone.now()
        row.author_id = int(by.id) if by.kind == "account" else None
        row.version += 1
        row.save()
        record_event("said_and_done.saved", by=by, target=("said_and_done", str(row.pk)))
    return row


def publish_entry(row: SaidAndDone, *, by: Actor) -> None:
    """Everybody may read it from now on; again, it changes nothing."""
    _switch(row, is_public=True, by=by)


def withdraw_entry(row: SaidAndDone, *, by: Actor) -> None:
    """Nobody but staff reads it any more; again, it changes nothing."""
    _switch(row, is_public=False, by=by)


def _switch(row: SaidAndDone, *, is_public: bool, by: Actor) -> None:
    with transaction.atomic():
        held = SaidAndDone.objects.select_for_update().get(pk=row.pk)
        if held.is_public == is_public:
            return
        held.published_at = timezone.now() if is_public else None
        held.save(update_fields=["published_at"])
        action = "said_and_done.published" if is_public else "said_and_done.withdrawn"
        record_event(action, by=by, target=("said_and_done", str(row.pk)))


def _check(entry: Entry) -> None:
    whole = [
        all((getattr(entry, f"{name}_{language}") or "").strip() for name in ("title", "said", "done"))
        for language in ("zh", "en")
    ]
    if not any(whole):
        raise InvalidInput(
            "Title, what was said and what was done are needed, in Chinese or in English.", field="title_zh"
        )
    for name in _OURS:
        text = getattr(entry, name) or ""
        if check_text(text, language=language_of(text), kind="article").is_forbidden:
            raise InvalidInput(
                "Customers must not be asked to change or remove a review.",
                next_step="Take these words out first.",
                field=f"{name}_forbidden",
            )
    counted = (entry.aspect, entry.first_day, entry.last_day)
    if any(counted) and not all(counted):
        raise InvalidInput(
            "To count voices, name the aspect and both days; or leave all three empty.", field="aspect"
        )
    if entry.first_day and entry.last_day and entry.first_day > entry.last_day:
        raise InvalidInput("The last day lies before the first.", field="last_day")


def _count(entry: Entry) -> Figures:
    if not (entry.aspect and entry.first_day and entry.last_day):
        return _NONE
    try:
        zone = ZoneInfo(entry.unit.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo(timezone.get_default_timezone_name())
    return count_voices(
        unit_id=entry.unit.pk,
        aspect=entry.aspect,
        first=entry.first_day,
        last=entry.last_day,
        since=entry.since,
        today=timezone.now().astimezone(zone).date(),
        zone=zone,
    )
