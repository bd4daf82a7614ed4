"""Incidents between the watch, which knows places in arrays, and the database, which knows units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from zhiyin.insight.alerts.counts import moment_of
from zhiyin.insight.alerts.explaining import Explanation
from zhiyin.insight.alerts.grouping import COOL_DOWN_HOURS, OVER_AFTER_HOURS, Sighting
from zhiyin.insight.alerts.signals import Figures
from zhiyin.insight.alerts.tree import UnitTree
from zhiyin.insight.models import AlertRule, Incident, IncidentEvent, IncidentUnit, Signal
from zhiyin.people.models import OrgUnit

_LONGEST = timedelta(days=7)
_URGENT_LEVEL = 3
MERGED = "merged"


def load_sightings(tree: UnitTree, *, now: datetime, since: datetime | None = None) -> dict[int, Sighting]:
    """The incidents that a new finding can belong to, by id: open, over or closed a while ago, or muted.

    `since` takes those that went on then or later.
    """
    places = {int(unit_id): place for place, unit_id in enumerate(tree.ids)}
    recent = now - _LONGEST - timedelta(hours=COOL_DOWN_HOURS)
    rows = Incident.objects.filter(last_at__gte=since or recent) | Incident.objects.filter(
        muted_until__gt=now
    )
    found: dict[int, Sighting] = {}
    for row in rows.order_by("pk"):
        stored = msgspec.convert(row.sighting, Sighting, str_keys=True)
        if stored.place not in places:  # the unit is gone
            continue
        found[row.pk] = replace(
            _moved(stored, places), explanation=msgspec.convert(row.explanation, Explanation)
        )
    return found


def store_sighting(
    sighting: Sighting, *, incident_id: int | None, rule: AlertRule, tree: UnitTree, now: datetime
) -> tuple[Incident, bool]:
    """The incident as stored, and whether it is news: new, or open again after it was over."""
    row = Incident.objects.filter(pk=incident_id).first() if incident_id else None
    is_new = row is None
    row = row or Incident(rule=rule, opened_at=now)
    is_back = not is_new and row.status != Incident.Status.OPEN and moment_of(sighting.last) > row.last_at
    _fill(row, sighting, rule=rule, tree=tree)
    if is_back:
        row.status, row.ended_at = Incident.Status.OPEN.value, None
    row.save()
    _store_units(row, sighting)
    if is_new or is_back:
        IncidentEvent.objects.create(incident=row, kind="opened" if is_new else "reopened", at=now)
        _store_signal(row, sighting, rule=rule, now=now)
    return row, is_new or is_back


def store_past(sighting: Sighting, *, rule: AlertRule, tree: UnitTree, now: datetime) -> None:
    """An incident that was found long after: it tells nobody and is over once two days have passed."""
    row = Incident(rule=rule, opened_at=now)
    _fill(row, sighting, rule=rule, tree=tree)
    row.save()
    _store_units(row, sighting)
    IncidentEvent.objects.create(incident=row, kind="opened", at=now)


def merge_incidents(gone_id: int, *, into: int, now: datetime) -> None:
    """The newer incident becomes part of the older, with its signals, its steps and who looks after it."""
    gone = Incident.objects.filter(pk=gone_id).first()
    kept = Incident.objects.filter(pk=into).first()
    if gone is None or kept is None:
        return
    Signal.objects.filter(incident=gone).update(incident=kept)
    # Its own beginning would read like a second beginning of the other.
    gone.events.exclude(kind="opened").update(incident=kept)
    kept.acknowledged_at = kept.acknowledged_at or gone.acknowledged_at
    kept.acknowledged_by = kept.acknowledged_by or gone.acknowledged_by
    kept.assigned_to = kept.assigned_to or gone.assigned_to
    kept.save(update_fields=["acknowledged_at", "acknowledged_by", "assigned_to"])
    IncidentEvent.objects.create(incident=kept, kind=MERGED, at=now, value=str(gone.pk))
    gone.delete()


def find_merged(incident_id: int) -> int | None:
    """The incident that the one of this id became part of; None where it did not."""
    found: int | None = (
        IncidentEvent.objects.filter(kind=MERGED, value=str(incident_id))
        .values_list("incident_id", flat=True)
        .first()
    )
    return found


def end_those_over(*, now: datetime) -> int:
    """Open incidents of which nothing was found for two days are over; how many."""
    over = Incident.objects.filter(
        status=Incident.Status.OPEN, last_at__lt=now - timedelta(hours=OVER_AFTER_HOURS)
    )
    rows = list(over)
    for row in rows:
        row.status, row.ended_at = Incident.Status.OVER.value, row.last_at
        row.save(update_fields=["status", "ended_at"])
        IncidentEvent.objects.create(incident=row, kind="over", at=now)
    return len(rows)


def _fill(row: Incident, sighting: Sighting, *, rule: AlertRule, tree: UnitTree) -> None:
    best = sighting.best
    ids = {place: int(unit_id) for place, unit_id in enumerate(tree.ids)}
    row.unit_id = ids[sighting.place]
    row.subject, row.measure = sighting.subject.code, best.measure
    row.channel, row.tone, row.direction = sighting.channel or "", sighting.tone, best.direction
    row.level = _level(sighting, rule=rule)
    row.observed, row.expected, row.window_hours = best.observed, best.expected, best.hours
    row.started_at, row.peak_at = moment_of(sighting.first), moment_of(best.until)
    row.last_at = moment_of(sighting.last)
    row.sighting = msgspec.to_builtins(replace(_moved(sighting, ids), explanation=None), str_keys=True)
    row.explanation = msgspec.to_builtins(sighting.explanation)


def _level(sighting: Sighting, *, rule: AlertRule) -> int:
    """Trouble has the rule's level, urgent trouble the highest; good news and mere numbers are a notice."""
    if sighting.tone != "bad":
        return min(1, rule.level)
    return _URGENT_LEVEL if sighting.subject.code == "urgent" else rule.level


def _store_units(row: Incident, sighting: Sighting) -> None:
    parts = sighting.explanation.units if sighting.explanation else []
    wanted = {int(part.name): part for part in parts}
    known = set(OrgUnit.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    IncidentUnit.objects.filter(incident=row).exclude(unit_id__in=known).delete()
    IncidentUnit.objects.bulk_create(
        [
            IncidentUnit(incident=row, unit_id=pk, observed=wanted[pk].n, expected=wanted[pk].expected)
            for pk in sorted(known)
        ],
        update_conflicts=True,
        unique_fields=["incident", "unit"],
        update_fields=["observed", "expected"],
    )


def _store_signal(row: Incident, sighting: Sighting, *, rule: AlertRule, now: datetime) -> None:
    best = sighting.best
    Signal.objects.get_or_create(
        key=f"incident:{row.pk}:{best.until}",
        defaults={
            "kind": rule.kind,
            "rule": rule,
            "incident": row,
            "unit_id": row.unit_id,
            "measure": best.measure,
            "aspect": sighting.subject.aspect or "",
            "channel": row.channel,
            "direction": best.direction,
            "level": row.level,
            "at": now,
            "figures": msgspec.to_builtins(
                Figures(observed=best.observed, expected=best.expected, p=best.p, hours=best.hours)
            ),
        },
    )


def _moved(sighting: Sighting, to: Mapping[int, int]) -> Sighting:
    """Places become ids of units, or ids places; those that are gone are dropped."""
    best = replace(
        sighting.best,
        place=to.get(sighting.best.place, to[sighting.place]),
        places=tuple(to[one] for one in sighting.best.places if one in to),
    )
    excess = {to[place]: n for place, n in sighting.excess.items() if place in to}
    return replace(sighting, best=best, place=to[sighting.place], excess=excess)
