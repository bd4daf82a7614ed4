"""Cases on the page of a customer: entries of the timeline, and what staff should know first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.customers.profile.index.finding import list_said
from zhiyin.customers.profile.person import Person
from zhiyin.customers.profile.timeline import Detail, TimelineAsk, TimelineEntry, TimelineSource, Tone
from zhiyin.customers.profile.timeline import register_source as register_entries
from zhiyin.customers.profile.words import StaffWord, WordSource, register_words
from zhiyin.listen.api import open_lake
from zhiyin.people.permissions import Permission
from zhiyin.people.scope import Scope
from zhiyin.respond.models import Case, CaseEvent, CaseVoice, ContactMood
from zhiyin.respond.statuses import CUSTOMER_STEPS, Step
from zhiyin.respond.wording import STEP_NAMES

_CHUNK = 900
_TITLES: Mapping[str, object] = {
    Step.OPENED: gettext_lazy("Case %(number)s opened: %(title)s"),
    Step.STARTED: gettext_lazy("Case %(number)s: work began"),
    Step.ANSWERED: gettext_lazy("Case %(number)s: answered"),
    Step.TRANSFERRED: gettext_lazy("Case %(number)s: handed over"),
    Step.CLOSED: gettext_lazy("Case %(number)s: closed"),
    Step.SOLVED: gettext_lazy("Case %(number)s: solved, the customer says"),
    Step.REOPENED: gettext_lazy("Case %(number)s: not solved, the customer says"),
}
_TONES: Mapping[str, Tone] = {Step.SOLVED: "positive", Step.REOPENED: "negative"}


def add_to_customers() -> None:
    """Register with the pages of customers; again, it changes nothing."""
    register_entries(
        TimelineSource(
            kind="case",
            name=gettext_lazy("Cases"),
            icon="clipboard-list",
            read=read_cases,
            permission=Permission.CASES_READ,
            order=45,
        )
    )
    register_words(WordSource(name="cases", permission=Permission.CASES_READ, build=tell_cases))


def read_cases(ask: TimelineAsk) -> list[TimelineEntry]:
    """What happened in the customer's cases, the newest first; what is between colleagues is left out.

    A contact to which staff gave stars stands there, too, without its words.
    """
    numbers = [case.pk for case in find_cases(ask.keys, scope=ask.scope)]
    steps = sorted(step.value for step in CUSTOMER_STEPS)
    events = CaseEvent.objects.filter(Q(kind__in=steps) | Q(mood__isnull=False), case__in=numbers)
    events = events.select_related("case", "actor", "answer", "mood")
    if ask.before is not None:
        events = events.filter(at__lt=ask.before)
    return [_entry(event) for event in events.order_by("-at", "-id")[: ask.limit]]


def tell_cases(person: Person, scope: Scope) -> Sequence[StaffWord]:
    """Which cases of the customer are open, the overdue ones first."""
    now = timezone.now()
    found = [case for case in find_cases(person.keys, scope=scope) if case.is_open]
    return list(_words(sorted(found, key=lambda case: case.due_at), now=now))


def find_cases(keys: Sequence[str], *, scope: Scope) -> list[Case]:
    """The cases about voices of these authors, within the scope."""
    cases = Case.objects.filter(pk__in=_list_numbers(_list_voices(keys)))
    if scope.unit_ids is not None:
        cases = cases.filter(unit_id__in=scope.unit_ids)
    return list(cases)


def _list_numbers(voices: Sequence[str]) -> list[int]:
    """The cases that are about the voices, or began with one: copies, and what went into another case.

    By plain SQL: with thousands of ids Django takes longer than the database.
    """
    about = connection.ops.quote_name(CaseVoice._meta.db_table)
    begun = connection.ops.quote_name(Case._meta.db_table)
    found: set[int] = set()
    with connection.cursor() as cursor:
        for ids in _chunks(voices):
            marks = ", ".join(["%s"] * len(ids))
            for wanted in (f"case_id FROM {about}", f"id FROM {begun}"):
                cursor.execute(f"SELECT {wanted} WHERE feedback_id IN ({marks})", ids)
                found.update(number for (number,) in cursor.fetchall())
    return sorted(found)


def _list_voices(keys: Sequence[str]) -> list[str]:
    if not keys:
        return []
    indexed = list_said(keys)
    if indexed is not None:
        return indexed
    marks = ", ".join("?" for _key in keys)
    query = f"SELECT DISTINCT feedback_id FROM feedback WHERE author_key IN ({marks}) AND is_current"  # noqa: S608
    with open_lake().connect("feedback") as connection:
        return [feedback_id for (feedback_id,) in connection.execute(query, list(keys)).fetchall()]


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))


def _words(cases: Iterable[Case], *, now: datetime) -> Iterator[StaffWord]:
    for case in cases:
        is_late = case.is_overdue(now=now)
        text = (
            _("Case %(number)s is overdue: %(title)s") if is_late else _("Case %(number)s is open: %(title)s")
        )
        yield StaffWord(
            text=text % {"number": case.number, "title": case.title},
            href=reverse("case", args=[case.number]),
            tone="bad" if is_late else "info",
            order=5 if is_late else 25,
        )


def _title(event: CaseEvent) -> str:
    known = _TITLES.get(event.kind)
    return str(known) if known else f"{_('Case %(number)s')}: {STEP_NAMES[Step(event.kind)]}"


def _entry(event: CaseEvent) -> TimelineEntry:
    words = {"number": event.case.number, "title": event.case.title}
    who = [Detail(label=_("Who"), value=str(event.actor))] if event.actor else []
    mood: ContactMood | None = getattr(event, "mood", None)
    if mood is not None:
        said = _("%(n)s of 5 stars") % {"n": mood.stars}
        who.append(Detail(label=_("How did it go for the customer?"), value=said))
    return TimelineEntry(
        at=event.at,
        kind="case",
        entry_id=str(event.pk),
        title=_title(event) % words,
        text=event.answer.text if event.answer and event.kind == Step.ANSWERED else "",
        href=reverse("case", args=[event.case.number]),
        unit_id=event.unit_id,
        tone=_TONES.get(event.kind, ""),
        details=who,
    )
