"""Finds incidents of the past as a job: for voices that came in when nobody was watching."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhiyin.engine import open_engine
from zhiyin.engine.home import Home
from zhiyin.engine.protocols import Lake
from zhiyin.errors import Conflict
from zhiyin.insight.alerts.counts import TABLES, hour_of, moment_of, read_counts
from zhiyin.insight.alerts.defaults import ANOMALY, ensure_rules
from zhiyin.insight.alerts.evaluating import explain_finding
from zhiyin.insight.alerts.grouping import Sighting
from zhiyin.insight.alerts.keeping import end_those_over, load_sightings, store_past
from zhiyin.insight.alerts.rules import read_options
from zhiyin.insight.alerts.tree import UnitTree, read_tree
from zhiyin.insight.alerts.watching import Watch, watch_hours
from zhiyin.insight.alerts.windows import HISTORY_HOURS
from zhiyin.insight.models import AlertRule
from zhiyin.listen.models import BackgroundJob
from zhiyin.listen.pipeline.store import create_tables
from zhiyin.listen.services.jobs.table import Progress, make_table_kind, start_job
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission

KIND = "past_incidents"
DAYS = 200
_DAY_HOURS = 24
Tell = Callable[[int, int], None]


def look_back(*, home: Home, progress: Progress) -> dict[str, int]:
    """The work of the job: `keep_past` over the last 200 days."""
    lake = open_engine(home).lake
    create_tables(lake)
    tell: Tell = lambda done, total: progress.tell(done, n_total=total)  # noqa: E731
    return {"incidents": keep_past(lake, now=timezone.now(), tell=tell)}


def keep_past(lake: Lake, *, now: datetime, days: int = DAYS, tell: Tell = lambda done, total: None) -> int:
    """Keeps the incidents of the last `days` that are not known yet, as over; returns how many.

    The last day is left to the look of every hour. Nobody is told, and no signal is made.

    Raises:
        Conflict: the rule on unusual rises and falls is switched off.
    """
    ensure_rules(now=now)
    rule = AlertRule.objects.filter(code=ANOMALY, is_on=True, deleted_at=None).first()
    if rule is None:
        raise Conflict(
            "The rule on unusual rises and falls is switched off.",
            next_step="Switch it on under Settings › Alert rules.",
        )
    tree = read_tree()
    if tree is None:
        return 0
    last = hour_of(now) - _DAY_HOURS
    known = load_sightings(tree, now=now, since=moment_of(last - days * _DAY_HOURS))
    found = _find(lake, [*known.values()], rule=rule, tree=tree, last=last, days=days, tell=tell)
    with transaction.atomic():
        for sighting in found:
            store_past(sighting, rule=rule, tree=tree, now=now)
    end_those_over(now=now)
    return len(found)


def _find(
    lake: Lake,
    known: list[Sighting],
    *,
    rule: AlertRule,
    tree: UnitTree,
    last: int,
    days: int,
    tell: Tell,
) -> list[Sighting]:
    """Incidents of the `days` up to hour `last` that are not known."""
    first, n_known = last - days * _DAY_HOURS, len(known)
    allowed = read_options(rule).n_false_a_week
    with lake.connect(*TABLES) as connection:
        counts = read_counts(
            connection, tree=tree, since=moment_of(first - HISTORY_HOURS), until=moment_of(last)
        )
        if not len(counts.hour):
            return []
        watch = Watch(
            tree=tree,
            explain=lambda finding: explain_finding(connection, finding, tree=tree),
            sightings=known,
        )
        for day in range(days):
            tell(day, days)
            start = first + day * _DAY_HOURS
            for _changed in watch_hours(
                watch, counts, first=start, last=start + _DAY_HOURS, n_false_a_week=allowed
            ):
                pass
    new = range(n_known, len(watch.sightings))
    return [watch.sightings[place] for place in new if place not in watch.gone]


PAST_KIND = make_table_kind(
    KIND,
    name=_("Look for incidents of the past"),
    icon="history",
    permission=Permission.CHANNELS_MANAGE,
    work=look_back,
    figure_names={"incidents": _("Incidents found")},
)


def is_looking_back() -> bool:
    """Whether a look waits or runs now."""
    return BackgroundJob.objects.filter(kind=KIND, ended_at=None).exists()


def ask_to_look_back(*, by: Account | None) -> None:
    """A look begins as soon as a worker is free."""
    start_job(KIND, by=by)
