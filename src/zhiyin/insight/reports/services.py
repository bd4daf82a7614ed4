"""Makes, changes, switches and deletes reports, and sends one at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction

from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.insight.delivery.contract import list_destinations
from zhiyin.insight.models import Report, ReportSnapshot
from zhiyin.insight.reports.figures import PARTS
from zhiyin.insight.reports.making import make, may_be_made, store_and_queue
from zhiyin.insight.reports.queries import get_report, plan_of
from zhiyin.insight.reports.schedule import MAX_MONTH_DAY, next_due
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account, OrgUnit
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event
from zhiyin.people.zones import company_zone

MAX_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedReport:
    """What a person sets."""

    name: str
    parts: Sequence[str]
    rhythm: str
    at: time
    destination_ids: Sequence[int]
    unit: OrgUnit | None = None
    weekday: int = 0
    month_day: int = 1
    language: str = "zh"


def create_report(wanted: WantedReport, *, owner: Account, scope: Scope, by: Actor, now: datetime) -> Report:
    """The new report, switched on; its owner's rows are what it tells of.

    Raises:
        InvalidInput: a part is unusable. NotFound: a unit or destination is not the asker's.
    """
    row = Report(created_at=now, owner=owner)
    return _store(row, wanted, scope=scope, by=by, now=now, action="report.created")


def change_report(report_id: int, wanted: WantedReport, *, scope: Scope, by: Actor, now: datetime) -> Report:
    """The report as said.

    Raises:
        NotFound, InvalidInput: as `create_report`.
    """
    row = get_report(report_id, scope=scope)
    return _store(row, wanted, scope=scope, by=by, now=now, action="report.changed")


def switch_report(
    report_id: int, *, is_on: bool, owner: Account, scope: Scope, by: Actor, now: datetime
) -> Report:
    """On or off; who switches on one that lost its owner becomes its owner.

    Raises:
        NotFound: it is not the asker's.
    """
    row = get_report(report_id, scope=scope)
    if row.is_on == is_on:
        return row
    if is_on and not may_be_made(row):
        row.owner = owner
    row.is_on, row.off_reason = is_on, ""
    row.next_at = next_due(plan_of(row, zone=company_zone()), after=now) if is_on else None
    with transaction.atomic():
        row.save(update_fields=["is_on", "off_reason", "next_at", "owner"])
        action = "report.switched_on" if is_on else "report.switched_off"
        record_event(action, by=by, target=("report", row.name))
    return row


def delete_report(report_id: int, *, scope: Scope, by: Actor, now: datetime) -> Report:
    """Takes the report from all lists; what it made stays.

    Raises:
        NotFound: it is not the asker's.
    """
    row = get_report(report_id, scope=scope)
    return _mark(row, deleted_at=now, action="report.deleted", by=by)


def restore_report(report_id: int, *, scope: Scope, by: Actor, now: datetime) -> Report:
    """The deleted one, back again, due as if it had been there: what it missed is not made up for.

    Raises:
        NotFound: it is not the asker's.
    """
    row = get_report(report_id, scope=scope, is_deleted=True)
    if row.is_on:
        row.next_at = next_due(plan_of(row, zone=company_zone()), after=now)
    return _mark(row, deleted_at=None, action="report.restored", by=by)


def send_now(report_id: int, *, account: Account, scope: Scope, by: Actor, now: datetime) -> ReportSnapshot:
    """A snapshot of the last whole day, week or month, queued for the report's destinations at once.

    Raises:
        NotFound: it is not the asker's. Conflict: nobody answers for it any more.
    """
    row = get_report(report_id, scope=scope)
    if not may_be_made(row):
        raise Conflict("The owner of the report is gone or no longer sees its unit.")
    stored = store_and_queue(make(row, now=now, by=account), now=now)
    if stored is None:
        raise Conflict("The report is being made already.")
    record_event("report.sent", by=by, target=("report", row.name))
    return stored


def _mark(row: Report, *, deleted_at: datetime | None, action: str, by: Actor) -> Report:
    row.deleted_at = deleted_at
    with transaction.atomic():
        row.save(update_fields=["deleted_at", "next_at"])
        record_event(action, by=by, target=("report", row.name))
    return row


def _store(
    row: Report, wanted: WantedReport, *, scope: Scope, by: Actor, now: datetime, action: str
) -> Report:
    _fill(row, wanted, scope=scope)
    known = {one.id for one in list_destinations(scope=scope)}
    if not known.issuperset(wanted.destination_ids):
        raise NotFound("There is no such destination.")
    # Somebody else's choices that the asker does not see stay.
    kept = set(row.destinations.exclude(pk__in=known).values_list("pk", flat=True)) if row.pk else set()
    if row.is_on:
        row.next_at = next_due(plan_of(row, zone=company_zone()), after=now)
    with transaction.atomic():
        row.save()
        row.destinations.set(kept | set(wanted.destination_ids))
        record_event(action, by=by, target=("report", row.name), details={"rhythm": row.rhythm})
    return row


def _fill(row: Report, wanted: WantedReport, *, scope: Scope) -> None:
    name = " ".join(wanted.name.replace("\0", "").split())
    if not name or len(name) > MAX_NAME:
        raise InvalidInput(f"Give the report a name of 1 to {MAX_NAME} signs.", field="name")
    if not scope.allows(wanted.unit.pk if wanted.unit else None):
        raise NotFound("There is no such unit.")
    parts = [part for part in PARTS if part in wanted.parts]
    if not parts:
        raise InvalidInput("Choose at least one part.", field="parts")
    if wanted.rhythm not in Report.Rhythm.values:
        raise InvalidInput("There is no such rhythm.", field="rhythm")
    if not 0 <= wanted.weekday <= 6 or not 1 <= wanted.month_day <= MAX_MONTH_DAY:
        raise InvalidInput("There is no such day.", field="month_day")
    row.name, row.unit, row.parts, row.rhythm = name, wanted.unit, parts, wanted.rhythm
    row.at, row.weekday, row.month_day = wanted.at, wanted.weekday, wanted.month_day
    row.language = "en" if wanted.language == "en" else "zh"
