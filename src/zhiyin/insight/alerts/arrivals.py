"""Alerts on single voices, as they arrive: low stars, urgency, risk words, long waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb
import msgspec
from django.db import transaction
from django.urls import reverse

from zhiyin.console.numbers import Language
from zhiyin.engine.protocols import Lake
from zhiyin.insight import dialect
from zhiyin.insight.alerts.narrowing import find_members, keep_members, place_of
from zhiyin.insight.alerts.rules import SINGLE_VOICE, RuleOptions, read_options
from zhiyin.insight.alerts.saying import say
from zhiyin.insight.alerts.signals import Figures
from zhiyin.insight.alerts.telling import MAX_TITLE, tell_destinations
from zhiyin.insight.delivery.contract import OutMessage
from zhiyin.insight.models import AlertMark, AlertRule, Signal
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.listen.facts import FEEDBACK
from zhiyin.listen.live import last_sequence
from zhiyin.people.models import OrgUnit
from zhiyin.people.queries.units import list_subtree_ids
from zhiyin.people.scope import EVERYTHING

_MARK = "arrivals"
# What was said before is history that somebody loads, not news.
_NEWS = timedelta(hours=48)
_MOST = 2_000
# Ratings of other scales lie between the stars.
_HALF_A_STEP = 0.25
_MEASURES = {"low_stars": "low_stars", "urgent": "urgent", "waited": "signal:waited", "risk_words": "voices"}


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A voice as rules see it; `waited` is the longest wait it tells of, in minutes."""

    feedback_id: str
    occurred_at: datetime
    unit_id: int | None
    channel: str | None
    stars: float | None
    urgency: int
    urgency_reasons: list[str] | None
    text: str
    waited: float | None
    author_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """A rule with what it needs to judge a voice; `unit_ids` and `members` (a file of keys) None: all."""

    rule: AlertRule
    options: RuleOptions
    unit_ids: frozenset[int] | None
    words: tuple[str, ...]
    members: str | None = None


def alert_on_arrivals(lake: Lake, *, now: datetime) -> int:
    """Judge what arrived since the last time; how many alerts there were. Cheap where nothing did."""
    newest = last_sequence(lake)
    mark, is_new = AlertMark.objects.get_or_create(name=_MARK, defaults={"position": newest, "moved_at": now})
    if is_new or newest <= mark.position:
        return 0
    rules = _ready_rules(now=now)
    with lake.connect(FEEDBACK.name) as connection:
        arrivals = read_arrivals(connection, after=mark.position, until=newest, now=now) if rules else []
    found = [(one, ready) for ready in rules for one in find_matches(arrivals, ready)]
    names = dict(
        OrgUnit.objects.filter(pk__in={one.unit_id for one, _ in found if one.unit_id}).values_list(
            "pk", "name"
        )
    )
    with transaction.atomic():
        moved = AlertMark.objects.filter(name=_MARK, position=mark.position)
        if not moved.update(position=newest, moved_at=now):
            return 0  # another process was quicker
        return sum(_keep(one, ready, where=names.get(one.unit_id or 0, ""), now=now) for one, ready in found)


def read_arrivals(
    connection: duckdb.DuckDBPyConnection,
    *,
    after: int,
    until: int,
    now: datetime,
    since: datetime | None = None,
    most: int = _MOST,
) -> list[Arrival]:
    """Voices said since `since` (two days ago), of the numbers after `after` up to `until` of the log.

    At most `most`, the latest received.
    """
    since = since or now - _NEWS
    chosen = select(EVERYTHING, filter=VoiceFilter())
    waits = dialect.fields_where("signals", field="value", condition="member.kind = 'waited'")
    return run(
        connection,
        "alert_arrivals",
        row=Arrival,
        parameters={
            **chosen.parameters,
            "after": after,
            "until": until,
            "since": since,
            "first_day": min(since, now - timedelta(days=1)).date(),
        },
        kept_voices=chosen.kept_voices,
        waited=dialect.highest(waits),
        most=str(most),
    )


def find_matches(voices: Sequence[Arrival], ready: _Ready) -> list[Arrival]:
    """Those in which the rule finds something, of the segment's members where one narrows it."""
    found = [one for one in voices if matches(one, ready)]
    if ready.members is None:
        return found
    keys = keep_members((one.author_key for one in found), members=ready.members)
    return [one for one in found if one.author_key in keys]


def matches(voice: Arrival, ready: _Ready) -> str:
    """What the rule found in the voice: a word, a number as text, or empty for nothing."""
    options = ready.options
    is_elsewhere = ready.unit_ids is not None and voice.unit_id not in ready.unit_ids
    if is_elsewhere or (options.channel and voice.channel != options.channel):
        return ""
    found = ""
    match ready.rule.kind:
        case "low_stars" if voice.stars is not None and voice.stars <= options.stars + _HALF_A_STEP:
            found = f"{voice.stars:.0f}"
        case "urgent" if voice.urgency >= options.urgency:
            found = str(voice.urgency)
        case "waited" if voice.waited is not None and voice.waited >= options.minutes:
            found = f"{voice.waited:.0f}"
        case "risk_words":
            folded = voice.text.casefold()
            found = next((word for word in ready.words if word in folded), "")
    return found


def prepare(rule: AlertRule, *, now: datetime) -> _Ready:
    """The rule, ready to judge voices at that time."""
    options = read_options(rule)
    return _Ready(
        rule=rule,
        options=options,
        unit_ids=None if rule.unit_id is None else frozenset(list_subtree_ids(rule.unit_id)),
        words=tuple(word.casefold() for word in options.words if word),
        members=find_members(options.segment, unit_id=rule.unit_id, now=now),
    )


def _ready_rules(*, now: datetime) -> Sequence[_Ready]:
    rows = AlertRule.objects.filter(kind__in=SINGLE_VOICE, is_on=True, deleted_at=None).order_by("-level")
    return [prepare(rule, now=now) for rule in rows]


def _keep(voice: Arrival, ready: _Ready, *, where: str, now: datetime) -> bool:
    rule = ready.rule
    signal, is_new = Signal.objects.get_or_create(
        key=f"rule:{rule.pk}:{voice.feedback_id}",
        defaults={
            "kind": rule.kind,
            "rule": rule,
            "unit_id": voice.unit_id if where else None,
            "measure": _MEASURES[rule.kind],
            "channel": voice.channel or "",
            "level": rule.level,
            "at": now,
            "figures": msgspec.to_builtins(Figures()),
            "feedback_id": voice.feedback_id,
        },
    )
    if is_new and rule.level:
        _tell(signal, voice, found=matches(voice, ready), where=where, now=now)
    return is_new


def _tell(signal: Signal, voice: Arrival, *, found: str, where: str, now: datetime) -> None:
    rule = signal.rule
    if rule is None:
        return
    text = voice.text if len(voice.text) <= MAX_TITLE else f"{voice.text[:MAX_TITLE]}…"
    key = {"risk_words": "words"}.get(signal.kind, signal.kind)
    values = {"stars": found, "minutes": found, "word": found, "text": text}

    segment = read_options(rule).segment

    def make(language: Language) -> OutMessage:
        place = place_of(where or say("everywhere", language=language), segment=segment, language=language)
        told = say(f"{key}_voice", language=language, where=place, **values)
        return OutMessage(
            key=f"signal:{signal.key}",
            title=told[:MAX_TITLE],
            text=told,
            path=reverse("voice", args=[voice.feedback_id]),
            level=signal.level,
        )

    tell_destinations(rule, make=make, now=now)
