"""Alerting in the background: each whole hour is looked at once, whatever dies in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import duckdb
from django.db import transaction

from zhiyin.engine.protocols import Lake
from zhiyin.insight.alerts.counts import TABLES, hour_of, moment_of, read_counts
from zhiyin.insight.alerts.defaults import ANOMALY
from zhiyin.insight.alerts.explaining import Explanation, explain
from zhiyin.insight.alerts.keeping import end_those_over, load_sightings, merge_incidents, store_sighting
from zhiyin.insight.alerts.looking import Finding
from zhiyin.insight.alerts.measures import read_measure
from zhiyin.insight.alerts.rules import read_options
from zhiyin.insight.alerts.telling import tell_incident
from zhiyin.insight.alerts.tree import UnitTree, read_tree
from zhiyin.insight.alerts.watching import Watch, watch_hours
from zhiyin.insight.alerts.windows import HISTORY_HOURS
from zhiyin.insight.models import AlertMark, AlertRule
from zhiyin.insight.selection import VoiceFilter
from zhiyin.people.scope import EVERYTHING

_MARK = "hours"
# After a longer stop only the last day is looked at: what is older is no alert any more.
_MOST_HOURS_BACK = 24


class _OvertakenError(Exception):
    """Another process has looked at this hour."""


def look_at_hours(lake: Lake, *, now: datetime, should_stop: Callable[[], bool] = lambda: False) -> int:
    """Look at the whole hours that have passed since the last time; how many incidents are news."""
    rule = AlertRule.objects.filter(code=ANOMALY, is_on=True, deleted_at=None).first()
    last = hour_of(now)
    mark = _get_mark(last=last, now=now)
    first = max(mark.position, last - _MOST_HOURS_BACK)
    if rule is None or first >= last:
        return 0
    tree = read_tree()
    if tree is None:
        return 0
    n_news = 0
    with lake.connect(*TABLES) as connection:
        counts = read_counts(
            connection,
            tree=tree,
            since=moment_of(first - HISTORY_HOURS),
            until=moment_of(last),
        )
        known = load_sightings(tree, now=now)
        ids: list[int | None] = list(known)
        watch = Watch(
            tree=tree,
            explain=lambda finding: explain_finding(connection, finding, tree=tree),
            sightings=list(known.values()),
        )
        allowed = read_options(rule).n_false_a_week
        position = mark.position
        for hour, changed in watch_hours(watch, counts, first=first, last=last, n_false_a_week=allowed):
            if should_stop():
                return n_news
            ids += [None] * (len(watch.sightings) - len(ids))
            try:
                n_news += _store(watch, changed, ids=ids, rule=rule, hour=hour, position=position, now=now)
            except _OvertakenError:
                return n_news
            position = hour
    if AlertMark.objects.filter(name=_MARK, position=position).update(position=last, moved_at=now):
        end_those_over(now=now)
    return n_news


def explain_finding(
    connection: duckdb.DuckDBPyConnection, finding: Finding, *, tree: UnitTree
) -> Explanation:
    """What explains it, over all units that it is about."""
    is_whole = finding.place == tree.root and not finding.places
    places = finding.places or tuple(int(one) for one in tree.below(finding.place))
    within = VoiceFilter(
        since=moment_of(finding.until - finding.hours),
        until=moment_of(finding.until),
        unit_ids=None if is_whole else frozenset(int(tree.ids[place]) for place in places),
        channels=frozenset({finding.channel} if finding.channel else ()),
    )
    return explain(
        connection,
        scope=EVERYTHING,
        measure=read_measure(finding.measure),
        direction=finding.direction,
        within=within,
        expected=finding.expected,
    )


def _store(
    watch: Watch,
    changed: set[int],
    *,
    ids: list[int | None],
    rule: AlertRule,
    hour: int,
    position: int,
    now: datetime,
) -> int:
    """What a look changed, its messages and the mark, together or not at all; how many are news."""
    n_news = 0
    with transaction.atomic():
        moved = AlertMark.objects.filter(name=_MARK, position=position).update(position=hour, moved_at=now)
        if not moved:
            raise _OvertakenError
        for place in sorted(changed - set(watch.gone)):
            row, is_news = store_sighting(
                watch.sightings[place], incident_id=ids[place], rule=rule, tree=watch.tree, now=now
            )
            ids[place] = row.pk
            if is_news:
                n_news += 1
                tell_incident(row, rule=rule, now=now)
        for place in sorted(changed & set(watch.gone)):
            gone_id, kept_id = ids[place], ids[watch.gone[place]]
            if gone_id is not None and kept_id is not None:
                merge_incidents(gone_id, into=kept_id, now=now)
    return n_news


def _get_mark(*, last: int, now: datetime) -> AlertMark:
    mark, _ = AlertMark.objects.get_or_create(
        name=_MARK, defaults={"position": last - _MOST_HOURS_BACK, "moved_at": now}
    )
    return mark
