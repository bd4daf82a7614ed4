"""What reads the stars of contacts: for the page of a case, its brief, and the page of a customer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from zhiyin.customers.profile.star_sources import GivenStar
from zhiyin.people.models import Account
from zhiyin.people.scope import Scope
from zhiyin.respond.models import Case, CaseEvent, ContactMood
from zhiyin.respond.moods.giving import CONTACTS, may_change
from zhiyin.respond.queries.owners import is_supervisor
from zhiyin.respond.timeline import find_cases


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodLine:
    """The stars at one contact of a case, 0 for none; `who` gave them. `may_give`: the asker may."""

    number: str
    event_id: UUID
    stars: int
    who: str
    may_give: bool


def list_moods(case: Case) -> list[ContactMood]:
    """The stars of the case in the order of its steps, with event and giver at hand. One query."""
    found = ContactMood.objects.select_related("event", "given_by").filter(case=case)
    return list(found.order_by("event__at", "event_id"))


def draw_moods(case: Case, *, events: Iterable[CaseEvent], account: Account | None) -> dict[UUID, MoodLine]:
    """By step: the stars there, and whether the account (None: who may only look) may give or change them.

    Steps without stars are left out for who may only look. Two queries at most.
    """
    given = {mood.event_id: mood for mood in list_moods(case)}
    others = [mood for mood in given.values() if account and mood.given_by_id not in (None, account.pk)]
    is_above = bool(others) and account is not None and is_supervisor(account.pk, unit=case.unit)
    lines: dict[UUID, MoodLine] = {}
    for event in events:
        mood = given.get(event.pk)
        may_give = account is not None and event.kind in CONTACTS
        if mood is not None and account is not None:
            may_give = may_change(mood, account=account, is_above=is_above)
        if mood is not None or may_give:
            lines[event.pk] = MoodLine(
                number=case.number,
                event_id=event.pk,
                stars=mood.stars if mood else 0,
                who=str(mood.given_by or "") if mood else "",
                may_give=may_give,
            )
    return lines


def read_stars(keys: Sequence[str], scope: Scope) -> list[GivenStar]:
    """The stars at contacts in the cases of a customer, for the portrait. Few queries."""
    cases = [case.pk for case in find_cases(keys, scope=scope)]
    found = ContactMood.objects.select_related("event").filter(case__in=cases)
    return [
        GivenStar(stars=mood.stars, at=mood.event.at, entry_id=str(mood.event_id))
        for mood in found.order_by("event__at", "event_id")
    ]
