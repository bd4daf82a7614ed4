"""Rules that count: a threshold, a change against before, silence where voices were to be expected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb
import msgspec
import numpy as np
from django.db import transaction
from django.urls import reverse

from zhiyin.console.numbers import Language
from zhiyin.engine.protocols import Lake
from zhiyin.insight import dialect
from zhiyin.insight.alerts.counts import TABLES, hour_of, moment_of
from zhiyin.insight.alerts.measures import read_measure
from zhiyin.insight.alerts.narrowing import find_members, narrow_to, place_of
from zhiyin.insight.alerts.rules import COUNTING, RuleOptions, read_options
from zhiyin.insight.alerts.saying import name_channel, name_measure, say, say_number, say_span
from zhiyin.insight.alerts.signals import Figures
from zhiyin.insight.alerts.telling import full_stop, tell_destinations
from zhiyin.insight.delivery.contract import OutMessage
from zhiyin.insight.models import AlertRule, Signal
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.measure.estimate import Floats
from zhiyin.people.queries.units import list_subtree_ids
from zhiyin.people.scope import EVERYTHING

ORDINARY_DAYS = 56
_DAY_HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """A rule that spoke: when, how many voices, and against how many."""

    hour: int
    observed: float
    against: float


class _HourRow(msgspec.Struct, frozen=True, kw_only=True):
    hour: int
    n: int


def evaluate_counting(lake: Lake, *, now: datetime) -> int:
    """Judge every counting rule that is on; how many spoke. A rule that spoke rests for its cool-down."""
    rules = AlertRule.objects.filter(kind__in=COUNTING, is_on=True, deleted_at=None).select_related("unit")
    due = [rule for rule in rules if not _rests(rule, now=now)]
    if not due:
        return 0
    last = hour_of(now)
    n_raised = 0
    with lake.connect(*TABLES) as connection:
        for rule in due:
            options = read_options(rule)
            hours = read_hours(connection, rule, options, last=last, n_hours=needed_hours(options))
            spoke = judge(hours, kind=rule.kind, options=options, last=last)
            if spoke is not None:
                n_raised += _keep(rule, options, spoke, now=now)
    return n_raised


def needed_hours(options: RuleOptions) -> int:
    """How far back one judgement looks, in hours."""
    return ORDINARY_DAYS * _DAY_HOURS + 2 * options.hours


def read_hours(
    connection: duckdb.DuckDBPyConnection,
    rule: AlertRule,
    options: RuleOptions,
    *,
    last: int,
    n_hours: int,
) -> Floats:
    """Voices of the rule in each of the `n_hours` that end before hour `last`, the oldest first.

    Where a segment narrows it, those of today's members, in every hour.
    """
    within = VoiceFilter(
        since=moment_of(last - n_hours),
        until=moment_of(last),
        unit_ids=None if rule.unit_id is None else frozenset(list_subtree_ids(rule.unit_id)),
        channels=frozenset({options.channel} if options.channel else ()),
    )
    members = find_members(options.segment, unit_id=rule.unit_id, now=moment_of(last))
    within = narrow_to(within, members)
    chosen = select(EVERYTHING, filter=read_measure(options.measure).narrow(within))
    rows = run(
        connection,
        "alert_hours",
        row=_HourRow,
        parameters=chosen.parameters,
        kept_voices=chosen.kept_voices,
        hour=dialect.step_of("occurred_at", start="0", width="3600000000"),
    )
    found = np.zeros(n_hours)
    for row in rows:
        if 0 <= row.hour - (last - n_hours) < n_hours:
            found[row.hour - (last - n_hours)] += row.n
    return found


def judge(hours: Floats, *, kind: str, options: RuleOptions, last: int) -> Raised | None:
    """Whether the rule speaks at the end of these hours, of which the last ends before hour `last`."""
    width = options.hours
    observed = float(hours[-width:].sum())
    if kind == "threshold":
        against = float(options.n)
        speaks = observed >= against
    elif kind == "change":
        against = float(hours[-2 * width : -width].sum())
        moved = observed > against * (1 + options.percent / 100)
        if options.percent < 0:
            moved = observed < against * (1 + options.percent / 100)
        speaks = moved and max(observed, against) >= options.n
    else:
        against = _ordinary(hours, width=width)
        speaks = observed == 0 and against >= options.n
    return Raised(hour=last, observed=observed, against=against) if speaks else None


def _ordinary(hours: Floats, *, width: int) -> float:
    """The median of the same hours of the day and weekday in the weeks before."""
    week = 7 * _DAY_HOURS
    sums = [
        hours[len(hours) - back - width : len(hours) - back].sum()
        for back in range(week, len(hours) - width + 1, week)
    ]
    return float(np.median(sums)) if sums else 0.0


def replay_counting(
    connection: duckdb.DuckDBPyConnection, rule: AlertRule, *, last: int, days: int
) -> Iterator[Raised]:
    """When the rule would have spoken in the last `days`, judged at every whole hour."""
    options = read_options(rule)
    shown = days * _DAY_HOURS
    hours = read_hours(connection, rule, options, last=last, n_hours=needed_hours(options) + shown)
    rests_until = 0
    for back in range(shown, -1, -1):
        hour = last - back
        known = hours[: len(hours) - back] if back else hours
        if hour < rests_until:
            continue
        spoke = judge(known, kind=rule.kind, options=options, last=hour)
        if spoke is not None:
            rests_until = hour + max(1, rule.cool_down_minutes // 60)
            yield spoke


def say_raised(rule: AlertRule, options: RuleOptions, spoke: Raised, *, language: Language) -> str:
    """What the rule says, as a sentence without a full stop."""
    where = rule.unit.name if rule.unit else say("everywhere", language=language)
    if options.channel:
        channel = name_channel(options.channel, language=language)
        where = say("in_channel", language=language, where=where, channel=channel)
    where = place_of(where, segment=options.segment, language=language)
    return say(
        rule.kind,
        language=language,
        where=where,
        what=name_measure(read_measure(options.measure), language=language),
        span=say_span(options.hours, language=language),
        n=f"{spoke.observed:.0f}",
        least=options.n,
        before=f"{spoke.against:.0f}",
        expected=say_number(spoke.against),
    )


def _rests(rule: AlertRule, *, now: datetime) -> bool:
    since = now - timedelta(minutes=max(1, rule.cool_down_minutes))
    return Signal.objects.filter(rule=rule, at__gt=since).exists()


def _keep(rule: AlertRule, options: RuleOptions, spoke: Raised, *, now: datetime) -> bool:
    measure = read_measure(options.measure)
    with transaction.atomic():
        signal, is_new = Signal.objects.get_or_create(
            key=f"rule:{rule.pk}:hour:{spoke.hour}",
            defaults={
                "kind": rule.kind,
                "rule": rule,
                "unit_id": rule.unit_id,
                "measure": options.measure,
                "aspect": measure.aspect or "",
                "channel": options.channel,
                "direction": -1 if rule.kind == "absence" or options.percent < 0 else 1,
                "level": rule.level,
                "at": now,
                "figures": msgspec.to_builtins(
                    Figures(observed=spoke.observed, expected=spoke.against, hours=options.hours)
                ),
            },
        )
        if is_new:
            _tell(rule, options, spoke, signal=signal, now=now)
    return is_new


def _tell(rule: AlertRule, options: RuleOptions, spoke: Raised, *, signal: Signal, now: datetime) -> None:
    def make(language: Language) -> OutMessage:
        text = say_raised(rule, options, spoke, language=language)
        return OutMessage(
            key=f"signal:{signal.key}",
            title=text,
            text=text + full_stop(language),
            path=f"{reverse('alerts')}?view=single",
            level=rule.level,
        )

    tell_destinations(rule, make=make, now=now)
