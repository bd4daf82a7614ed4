"""What a rule would have done lately, before it is switched on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

from zhiyin.console.numbers import Language
from zhiyin.engine.protocols import Lake
from zhiyin.insight.alerts.arrivals import Arrival, find_matches, prepare, read_arrivals
from zhiyin.insight.alerts.counting import replay_counting, say_raised
from zhiyin.insight.alerts.counts import TABLES, hour_of, moment_of, read_counts
from zhiyin.insight.alerts.evaluating import explain_finding
from zhiyin.insight.alerts.grouping import Sighting
from zhiyin.insight.alerts.looking import look
from zhiyin.insight.alerts.measures import read_measure
from zhiyin.insight.alerts.rules import SINGLE_VOICE, read_options
from zhiyin.insight.alerts.saying import Happening, say_headline
from zhiyin.insight.alerts.tree import read_tree
from zhiyin.insight.alerts.watching import Watch
from zhiyin.insight.alerts.windows import HISTORY_HOURS, WINDOWS
from zhiyin.insight.models import AlertRule
from zhiyin.people.models import OrgUnit
from zhiyin.people.queries.units import list_subtree_ids

DAYS = 28
_MOST_VOICES = 50_000
_MAX_SHOWN = 12
_DAY_HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedAlert:
    """One alert that would have been: when, what it says, and the voice where it is about one."""

    at: datetime
    text: str
    feedback_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What the rule would have done in the last `days`: the newest alerts, and how many there were."""

    days: int
    n: int
    shown: tuple[ReplayedAlert, ...]

    @property
    def per_week(self) -> float:
        """Alerts a week."""
        return self.n * 7 / self.days


def replay(lake: Lake, rule: AlertRule, *, now: datetime, language: Language, days: int = DAYS) -> Replay:
    """The rule, saved or not, held against the last `days`. Nothing is written and nobody is told.

    The anomaly rule is looked at once a day here, so that a page can wait for it.
    """
    with lake.connect(*TABLES) as connection:
        if rule.kind in SINGLE_VOICE:
            found = list(_single(connection, rule, now=now, days=days))
        elif rule.kind == AlertRule.Kind.ANOMALY:
            found = list(_anomalies(connection, rule, now=now, language=language, days=days))
        else:
            options = read_options(rule)
            found = [
                ReplayedAlert(at=moment_of(one.hour), text=say_raised(rule, options, one, language=language))
                for one in replay_counting(connection, rule, last=hour_of(now), days=days)
            ]
    found.sort(key=lambda one: one.at, reverse=True)
    return Replay(days=days, n=len(found), shown=tuple(found[:_MAX_SHOWN]))


def _single(
    connection: duckdb.DuckDBPyConnection, rule: AlertRule, *, now: datetime, days: int
) -> Iterator[ReplayedAlert]:
    ready = prepare(rule, now=now)
    voices = read_arrivals(
        connection, after=-1, until=2**62, now=now, since=now - timedelta(days=days), most=_MOST_VOICES
    )
    return (_told(voice) for voice in find_matches(voices, ready))


def _told(voice: Arrival) -> ReplayedAlert:
    return ReplayedAlert(at=voice.occurred_at, text=voice.text, feedback_id=voice.feedback_id)


def _anomalies(
    connection: duckdb.DuckDBPyConnection, rule: AlertRule, *, now: datetime, language: Language, days: int
) -> Iterator[ReplayedAlert]:
    tree = read_tree()
    if tree is None:
        return
    last = hour_of(now)
    first = last - days * _DAY_HOURS
    counts = read_counts(connection, tree=tree, since=moment_of(first - HISTORY_HOURS), until=moment_of(last))
    watch = Watch(tree=tree, explain=lambda finding: explain_finding(connection, finding, tree=tree))
    within = None if rule.unit_id is None else frozenset(list_subtree_ids(rule.unit_id))
    window = next(one for one in WINDOWS if one.hours == _DAY_HOURS)
    allowed = read_options(rule).n_false_a_week
    for hour in range(first, last + 1, _DAY_HOURS):
        n_before = len(watch.sightings)
        watch.take(look(counts, tree=tree, until=hour, window=window, n_false_a_week=allowed))
        new = [
            one for place, one in enumerate(watch.sightings) if place >= n_before and place not in watch.gone
        ]
        for one in new:
            unit_id = int(tree.ids[one.place])
            if within is not None and unit_id not in within:
                continue
            yield ReplayedAlert(at=moment_of(hour), text=_headline(one, unit_id, language=language))


def _headline(sighting: Sighting, unit_id: int, *, language: Language) -> str:
    unit = OrgUnit.objects.filter(pk=unit_id).first()
    best = sighting.best
    told = Happening(
        where=unit.name if unit else "",
        channel=sighting.channel or "",
        measure=read_measure(best.measure),
        subject=sighting.subject,
        direction=best.direction,
        observed=best.observed,
        expected=best.expected,
        hours=best.hours,
    )
    return say_headline(told, language=language)
