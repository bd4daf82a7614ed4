"""Reads reports and snapshots within a scope."""

from __future__ import annotations

from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from zhiyin.errors import NotFound
from zhiyin.insight.models import Report, ReportSnapshot
from zhiyin.insight.reports.schedule import Plan, Rhythm
from zhiyin.people.scope import Scope

_T = TypeVar("_T", Report, ReportSnapshot)
_RHYTHMS: dict[str, Rhythm] = {"day": "day", "week": "week", "month": "month"}


def list_reports(*, scope: Scope) -> list[Report]:
    """The reports of the scope's units by name; those of the company only for all units."""
    rows = _of(scope, Report.objects.filter(deleted_at=None))
    return list(rows.select_related("unit", "owner").prefetch_related("destinations").order_by("name", "pk"))


def get_report(report_id: int, *, scope: Scope, is_deleted: bool = False) -> Report:
    """The report.

    Raises:
        NotFound: there is none, or its unit is outside of the scope.
    """
    rows = Report.objects.filter(deleted_at__isnull=not is_deleted)
    found = _of(scope, rows).select_related("unit", "owner").filter(pk=report_id).first()
    if found is None:
        raise NotFound("There is no such report.")
    return found


def list_snapshots(*, scope: Scope, report_id: int | None = None) -> QuerySet[ReportSnapshot]:
    """What was made, the newest first; of deleted reports too: their links keep."""
    rows = _of(scope, ReportSnapshot.objects.all())
    if report_id is not None:
        rows = rows.filter(report_id=report_id)
    return rows.select_related("unit", "report").defer("figures").order_by("-made_at", "-pk")


def get_snapshot(snapshot_id: int, *, scope: Scope) -> ReportSnapshot:
    """The snapshot, with its figures.

    Raises:
        NotFound: there is none, or its unit is outside of the scope.
    """
    rows = _of(scope, ReportSnapshot.objects.all())
    found = rows.select_related("unit", "report").filter(pk=snapshot_id).first()
    if found is None:
        raise NotFound("There is no such report.")
    return found


def plan_of(report: Report, *, zone: ZoneInfo) -> Plan:
    """When the report is due, in the company's zone."""
    return Plan(
        rhythm=_RHYTHMS[report.rhythm],
        at=report.at,
        zone=zone,
        weekday=report.weekday,
        month_day=report.month_day,
    )


def _of(scope: Scope, rows: QuerySet[_T]) -> QuerySet[_T]:
    return rows if scope.unit_ids is None else rows.filter(unit_id__in=scope.unit_ids)
