"""Makes what is due, once, however many servers run and however long none did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from django.db.models import F

from zhiyin.insight.models import Report
from zhiyin.insight.reports.making import make, may_be_made, store_and_queue
from zhiyin.insight.reports.queries import plan_of
from zhiyin.insight.reports.schedule import latest_due, next_due
from zhiyin.listen.pipeline.worker import Chore
from zhiyin.people.services.audit import record_event
from zhiyin.people.zones import company_zone

EVERY_SECONDS = 20.0


def make_due(should_stop: Callable[[], bool] = lambda: False, *, now: datetime | None = None) -> int:
    """How many reports were made. Of several missed runs of one report only the last is, and says so.

    One that fails does not keep the others; the failure is raised at the end, and the run stays due.
    """
    moment = now or datetime.now(UTC)
    n, failure = 0, None
    due = Report.objects.filter(is_on=True, deleted_at=None, next_at__lte=moment)
    for report in due.select_related("unit", "owner").order_by(F("next_at").asc()):
        if should_stop():
            break
        try:
            n += _make(report, now=moment)
        except Exception as error:  # noqa: BLE001 - told by the worker, after the others were made
            failure = error
    if failure is not None:
        raise failure
    return n


def make_reports_chore() -> Chore:
    """Making what is due as the worker does it."""
    return Chore(name="reports", every_seconds=EVERY_SECONDS, run=make_due)


def _make(report: Report, *, now: datetime) -> int:
    if report.next_at is None:
        return 0
    if not may_be_made(report):
        _stop(report)
        return 0
    plan = plan_of(report, zone=company_zone())
    due = latest_due(plan, first=report.next_at, now=now)
    made = make(report, now=now, due_at=due.at, n_left_out=due.n_missed)
    return int(store_and_queue(made, now=now, next_at=next_due(plan, after=now)) is not None)


def _stop(report: Report) -> None:
    """Nobody answers for it any more: its owner is gone, or sees its unit no longer."""
    if Report.objects.filter(pk=report.pk, is_on=True).update(is_on=False, off_reason="owner", next_at=None):
        record_event("report.switched_off", target=("report", report.name), details={"reason": "owner"})
