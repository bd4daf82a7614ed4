"""Voices and cases that wait for us, in one list by when they are due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from heapq import merge

from django.db.models import Q
from django.urls import reverse

from zhiyin.console.numbers import Language
from zhiyin.insight.voice_names import channel_names, names_of_units
from zhiyin.people.models import Account
from zhiyin.people.scope import Scope
from zhiyin.respond.inbox.voices import (
    NO_VOICES,
    VoiceWish,
    WaitingVoice,
    WaitingVoices,
    list_waiting,
    read_words,
)
from zhiyin.respond.models import Case
from zhiyin.respond.queries import CaseFilter, select_cases

# Nobody pages through more: who has so many filters them. No count goes further either.
MOST = 1_000
_RISKY_URGENCY = 2


class Kind(StrEnum):
    """What stands in a line."""

    VOICE = "voice"
    CASE = "case"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which lines; empty is any. `is_risky`: urgent today or now, or about somebody's safety."""

    kind: Kind | None = None
    is_mine: bool = False
    unit_ids: frozenset[int] | None = None
    channel: str = ""
    is_risky: bool = False
    is_overdue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: a case with its number, or a voice with what it says."""

    kind: Kind
    key: str
    title: str
    url: str
    due_at: datetime
    said_at: datetime
    channel: str
    unit: str
    urgency: int
    stars: float | None = None
    sentiment: str | None = None
    case: Case | None = None

    def is_overdue(self, *, now: datetime) -> bool:
        """Whether the answer is late."""
        return self.due_at < now


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One page of the list; of each kind it counts to `MOST` and then says "more"."""

    lines: list[Line]
    n: int
    is_least: bool


def list_lines(
    *,
    wish: Wish,
    cases_scope: Scope,
    voices_scope: Scope,
    account: Account | None,
    now: datetime,
    language: Language,
    offset: int,
    limit: int,
) -> Waiting:
    """The lines from `offset` on. Cases by an index, voices of the last weeks; nothing counts them all."""
    cases = _cases(wish, scope=cases_scope, account=account, now=now)
    voices = _voices(wish, scope=voices_scope, now=now)
    n = len(cases) + len(voices)
    places = ((due_at, Kind.VOICE, place) for place, due_at in enumerate(voices.due()))
    in_order = list(merge(cases, places, key=lambda one: one[0]))[:MOST][offset : offset + limit]
    lines = _draw([one[1:] for one in in_order], voices=voices, language=language)
    return Waiting(lines=lines, n=min(n, MOST), is_least=n > MOST)


def _cases(
    wish: Wish, *, scope: Scope, account: Account | None, now: datetime
) -> list[tuple[datetime, Kind, int]]:
    """Keys of the first cases by when they are due; one more than `MOST` where there are more."""
    if wish.kind is Kind.VOICE or (wish.is_mine and account is None):
        return []
    found = select_cases(
        scope=scope,
        filter=CaseFilter(
            owner=account if wish.is_mine else None,
            unit_ids=wish.unit_ids,
            is_unanswered=True,
            overdue_at=now if wish.is_overdue else None,
        ),
    )
    if wish.channel:
        found = found.filter(channel=wish.channel)
    if wish.is_risky:
        found = found.filter(Q(urgency__gte=_RISKY_URGENCY) | Q(is_safety=True))
    rows = found.select_related(None).values_list("due_at", "pk")
    return [(due_at, Kind.CASE, pk) for due_at, pk in rows[: MOST + 1]]


def _voices(wish: Wish, *, scope: Scope, now: datetime) -> WaitingVoices:
    """Nobody owns a voice without a case: it stands in nobody's own list."""
    if wish.kind is Kind.CASE or wish.is_mine:
        return NO_VOICES
    narrowed = scope if wish.unit_ids is None else scope.narrowed_to(wish.unit_ids)
    return list_waiting(
        scope=narrowed,
        wish=VoiceWish(
            channel=wish.channel,
            urgency_least=_RISKY_URGENCY if wish.is_risky else 0,
            due_before=now if wish.is_overdue else None,
        ),
        now=now,
        limit=MOST + 1,
    )


def _draw(in_order: Sequence[tuple[Kind, int]], *, voices: WaitingVoices, language: Language) -> list[Line]:
    shown = voices.take([place for kind, place in in_order if kind is Kind.VOICE])
    pks = [pk for kind, pk in in_order if kind is Kind.CASE]
    cases = Case.objects.select_related("unit", "owner").in_bulk(pks)
    channels, units = channel_names(language), names_of_units(one.unit_id for one in shown)
    lines, words, rest = [], read_words(shown), iter(shown)
    for kind, pk in in_order:
        if kind is Kind.VOICE:
            voice = next(rest)
            said = words.get(voice.feedback_id, "")
            lines.append(_of_voice(voice, said=said, channels=channels, units=units))
        elif pk in cases:
            lines.append(_of_case(cases[pk], channels=channels))
    return lines


def _of_voice(
    voice: WaitingVoice, *, said: str, channels: Mapping[str, str], units: Mapping[int, str]
) -> Line:
    return Line(
        kind=Kind.VOICE,
        key=voice.feedback_id,
        title=" ".join(said.split()),
        url=reverse("inbox_voice", args=[voice.feedback_id]),
        due_at=voice.due_at,
        said_at=voice.occurred_at,
        channel=channels.get(voice.channel, voice.channel),
        unit=units.get(voice.unit_id or 0, ""),
        urgency=voice.urgency,
        stars=voice.stars,
        sentiment=voice.sentiment,
    )


def _of_case(case: Case, *, channels: Mapping[str, str]) -> Line:
    return Line(
        kind=Kind.CASE,
        key=case.number,
        title=case.title,
        url=reverse("case", args=[case.number]),
        due_at=case.due_at,
        said_at=case.opened_at,
        channel=channels.get(case.channel, case.channel),
        unit=case.unit.name,
        urgency=case.urgency,
        case=case,
    )
