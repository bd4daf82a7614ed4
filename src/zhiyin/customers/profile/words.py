"""What staff should know before they speak with a customer: short sentences, each linked to its entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhiyin.customers.profile.birthdays import find_birthday, is_deceased
from zhiyin.customers.profile.person import Person
from zhiyin.customers.profile.portrait_facts import Facts
from zhiyin.customers.profile.sources.promises import Promise
from zhiyin.customers.profile.star_sources import Star
from zhiyin.customers.profile.word_facts import WordFacts
from zhiyin.customers.profile.wording import say_birthday, say_days_ago, say_moment
from zhiyin.engine import open_engine
from zhiyin.people.permissions import Permission
from zhiyin.people.scope import Scope

Tone = Literal["good", "info", "bad"]
_LATELY = timedelta(days=90)
_FRESH = timedelta(days=14)
_SILENT = timedelta(days=60)
_SOON_DAYS = 14
_LONG_YEARS = 1
_LOW_STARS, _SAME = 2, 2
_ENTRY = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffWord:
    """One sentence; `href` leads to what it speaks of. `order` puts what is pressing first."""

    text: str
    href: str = ""
    tone: Tone = "info"
    order: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class WordSource:
    """What a room above says of a customer, such as cases that are open; `scope` is that of `permission`."""

    name: str
    permission: Permission
    build: Callable[[Person, Scope], Sequence[StaffWord]]


_sources: dict[str, WordSource] = {}


def register_words(*sources: WordSource) -> None:
    """Adds to the words for staff, from a room's `AppConfig.ready`. The same name again replaces."""
    _sources.update({source.name: source for source in sources})


def tell_staff(
    person: Person,
    *,
    known: WordFacts,
    promises: Sequence[Promise],
    stars: Sequence[Star],
    scope_for: Callable[[Permission], Scope],
    may: Callable[[Permission], bool],
    now: datetime,
) -> list[StaffWord]:
    """The sentences, the most pressing first."""
    of, facts = person.customer, known.facts
    found = [
        *_same_matter(known, customer=of),
        *_promised(promises, customer=of, now=now),
        *_complained(facts, customer=of, now=now),
        *_starred(stars, customer=of, now=now),
        *_since(facts, customer=of, now=now),
        *_anniversary(facts, now=now),
    ]
    if may(Permission.CUSTOMERS_REVEAL):
        found += _birthday(person, now=now)
    for source in _sources.values():
        if may(source.permission):
            found += source.build(person, scope_for(source.permission))
    return sorted(found, key=lambda word: word.order)


def entry_url(customer: UUID, *, at: datetime, entry_id: str) -> str:
    """The timeline from that entry on."""
    # A page ends before its `before`.
    address = reverse("customer", args=[customer])
    return f"{address}?{urlencode({'before': (at + _ENTRY).isoformat()})}#entry-{entry_id}"


def _since(facts: Facts, *, customer: UUID, now: datetime) -> Iterator[StaffWord]:
    first = min(
        (
            *((one.at, one.feedback_id) for one in facts.said),
            *((one.at, one.record_id) for one in facts.met),
            *((one.at, one.order_id) for one in facts.bought),
        ),
        default=None,
    )
    if first is None:
        return
    at, entry_id = first
    year = timezone.localtime(at).year
    is_long = timezone.localtime(now).year - year >= _LONG_YEARS
    text = (
        _("Customer since %(year)d") % {"year": year}
        if is_long
        else _("New this year: first seen %(when)s") % {"when": say_days_ago(at, now=now)}
    )
    yield StaffWord(text=text, href=entry_url(customer, at=at, entry_id=entry_id), order=80)


def _same_matter(known: WordFacts, *, customer: UUID) -> Iterator[StaffWord]:
    counted = known.n_about
    newest = {one.issue_key: one for one in known.facts.met if one.issue_key}
    unsolved = [one for key, one in newest.items() if counted.get(key, 0) >= _SAME and not one.is_resolved]
    for last in sorted(unsolved, key=lambda one: one.at, reverse=True)[:1]:
        yield StaffWord(
            text=_("Contacts about the same unsolved matter: %(n)d") % {"n": counted[last.issue_key or ""]},
            href=entry_url(customer, at=last.at, entry_id=last.record_id),
            tone="bad",
            order=10,
        )


def _promised(promises: Sequence[Promise], *, customer: UUID, now: datetime) -> Iterator[StaffWord]:
    for one in promises[:1]:
        is_late = one.due is not None and one.due < now
        if not is_late and one.occurred_at < now - _FRESH and (one.due is None or one.due < now):
            return
        when = say_days_ago(one.occurred_at, now=now)
        words = {"when": when, "words": one.words, "due": say_moment(one.due) if one.due else ""}
        if is_late:
            text = _("Was promised %(when)s: “%(words)s”; that was due %(due)s") % words
        elif one.due:
            text = _("Was promised %(when)s: “%(words)s”; due %(due)s") % words
        else:
            text = _("Was promised %(when)s: “%(words)s”") % words
        entry_id = f"{one.feedback_id}-{one.turn}"
        href = entry_url(customer, at=one.occurred_at, entry_id=entry_id)
        yield StaffWord(text=text, href=href, tone="bad" if is_late else "info", order=20)


def _complained(facts: Facts, *, customer: UUID, now: datetime) -> Iterator[StaffWord]:
    complaints = [one for one in facts.said if one.is_complaint]
    if not complaints:
        return
    last = complaints[-1]
    href = entry_url(customer, at=last.at, entry_id=last.feedback_id)
    lately = [one for one in complaints if one.at >= now - _LATELY]
    newest = max((*(one.at for one in facts.bought), *(one.at for one in facts.met)), default=last.at)
    when = say_days_ago(last.at, now=now)
    if facts.said[-1] is last and newest <= last.at and last.at < now - _SILENT:
        text = _("Complained last, %(when)s, and has been silent since") % {"when": when}
        yield StaffWord(text=text, href=href, tone="bad", order=30)
    elif len(lately) > 1:
        text = _("Complaints in the last 90 days: %(n)d, the newest %(when)s")
        yield StaffWord(text=text % {"n": len(lately), "when": when}, href=href, tone="bad", order=30)
    elif lately:
        yield StaffWord(text=_("Complained %(when)s") % {"when": when}, href=href, tone="bad", order=30)


def _starred(stars: Sequence[Star], *, customer: UUID, now: datetime) -> Iterator[StaffWord]:
    for one in stars[-1:]:
        if one.stars <= _LOW_STARS and one.at >= now - _LATELY:
            words = {"when": say_days_ago(one.at, now=now), "n": one.stars}
            yield StaffWord(
                text=_("The last contact went badly, %(when)s: %(n)d of 5 stars from staff") % words,
                href=entry_url(customer, at=one.at, entry_id=one.entry_id),
                tone="bad",
                order=40,
            )


def _birthday(person: Person, *, now: datetime) -> Iterator[StaffWord]:
    known = find_birthday(person.identities, vault=open_engine(settings.HOME).vault)
    n_days = known.days_until(timezone.localtime(now).date()) if known else None
    if known is None or n_days is None or n_days > _SOON_DAYS or is_deceased(person.keys):
        return
    words = {"n": n_days, "day": say_birthday(known)}
    soon = _("Birthday in %(n)d days, on %(day)s")
    yield StaffWord(text=(soon if n_days else _("Has their birthday today")) % words, tone="good", order=85)


def _anniversary(facts: Facts, *, now: datetime) -> Iterator[StaffWord]:
    first = min((one.at for one in facts.bought), default=None)
    if first is None:
        return
    here, then = timezone.localtime(now).date(), timezone.localtime(first).date()
    for year in (here.year, here.year + 1):
        # 29 February is kept on 1 March in other years.
        day = (
            then.replace(year=year)
            if (then.month, then.day) != (2, 29)
            else then.replace(year=year, month=3, day=1)
        )
        n_days, n_years = (day - here).days, year - then.year
        if 0 <= n_days <= _SOON_DAYS and n_years > 0:
            words = {"years": n_years, "n": n_days}
            today = _("First bought here %(years)d years ago today")
            soon = _("In %(n)d days it is %(years)d years since the first purchase")
            yield StaffWord(text=(soon if n_days else today) % words, tone="good", order=90)
