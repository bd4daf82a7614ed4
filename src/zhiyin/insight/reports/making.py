"""Makes a report: its figures, its words, its picture and files, and queues it for its destinations."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from zhiyin.console.chromium import NoPicture, Printed, find_browser, print_page
from zhiyin.console.numbers import Language
from zhiyin.insight.delivery.contract import Attachment, OutMessage, queue_message
from zhiyin.insight.models import Report, ReportSnapshot
from zhiyin.insight.reports.figures import (
    ReportFigures,
    gather,
    make_report_state,
    pack,
    unpack,
)
from zhiyin.insight.reports.paper import write_paper
from zhiyin.insight.reports.queries import plan_of
from zhiyin.insight.reports.schedule import days_of
from zhiyin.insight.reports.sheets import TYPE, write_workbook
from zhiyin.insight.reports.telling import Told, tell
from zhiyin.insight.state import ViewState
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission
from zhiyin.people.queries import get_scope
from zhiyin.people.scope import NOTHING, Scope
from zhiyin.people.zones import company_zone

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A snapshot with its figures and words, whether or not it was stored."""

    snapshot: ReportSnapshot
    figures: ReportFigures
    told: Told
    state: ViewState


def owner_scope(report: Report) -> Scope:
    """What the report's owner may see now; nothing without an owner."""
    if report.owner is None:
        return NOTHING
    return get_scope(report.owner, permission=Permission.SUMMARY_READ)


def may_be_made(report: Report) -> bool:
    """Whether the owner still sees all that the report tells of."""
    return owner_scope(report).allows(report.unit_id)


def make(
    report: Report,
    *,
    now: datetime,
    due_at: datetime | None = None,
    n_left_out: int = 0,
    by: Account | None = None,
) -> Made:
    """The report with the figures of now, not stored. Its rows are those that its owner may see."""
    zone = company_zone()
    first, last = days_of(plan_of(report, zone=zone), at=due_at or now)
    language: Language = "zh" if report.language == "zh" else "en"
    state = make_report_state(
        first=first, last=last, unit=report.unit, scope=owner_scope(report), language=language, zone=zone
    )
    figures = gather(state, parts=report.parts, language=language)
    since, until = state.filter.since, state.filter.until
    assert since is not None and until is not None  # noqa: PT018 - a report's days always have both ends
    snapshot = ReportSnapshot(
        report=report,
        name=report.name,
        unit=report.unit,
        language=language,
        time_zone=zone.key,
        since=since,
        until=until,
        due_at=due_at,
        made_at=now,
        n_left_out=n_left_out,
        figures=pack(figures),
        made_by=by,
    )
    return Made(snapshot=snapshot, figures=figures, told=tell(snapshot, figures, state=state), state=state)


def reopen(snapshot: ReportSnapshot, *, scope: Scope) -> Made:
    """The stored snapshot as it was; its links lead to the asker's own rows."""
    zone = ZoneInfo(snapshot.time_zone)
    figures = unpack(bytes(snapshot.figures))
    language: Language = "zh" if snapshot.language == "zh" else "en"
    state = make_report_state(
        first=snapshot.since.astimezone(zone).date(),
        last=(snapshot.until.astimezone(zone) - timedelta(microseconds=1)).date(),
        unit=snapshot.unit,
        scope=scope,
        language=language,
        zone=zone,
    )
    return Made(snapshot=snapshot, figures=figures, told=tell(snapshot, figures, state=state), state=state)


def store_and_queue(made: Made, *, now: datetime, next_at: datetime | None = None) -> ReportSnapshot | None:
    """Keeps the snapshot and queues its message in one transaction; None where another process was first.

    `next_at` moves the report on with it.
    """
    report = made.snapshot.report
    printed = _print(made)
    destination_ids = list(report.destinations.values_list("pk", flat=True))
    try:
        with transaction.atomic():
            made.snapshot.save()
            if next_at is not None:
                Report.objects.filter(pk=report.pk).update(next_at=next_at)
            queue_message(_message(made, printed=printed), destination_ids=destination_ids, now=now)
    except IntegrityError:
        return None
    return made.snapshot


def _message(made: Made, *, printed: Printed | None) -> OutMessage:
    snapshot, told = made.snapshot, made.told
    name = f"{snapshot.since.astimezone(ZoneInfo(snapshot.time_zone)):%Y-%m-%d}"
    files = [
        Attachment(
            name=f"zhiyin-{name}.xlsx", content_type=TYPE, content=write_workbook(snapshot, made.figures)
        )
    ]
    if printed is not None:
        files.insert(
            0, Attachment(name=f"zhiyin-{name}.pdf", content_type="application/pdf", content=printed.pdf)
        )
    return OutMessage(
        key=f"report:{snapshot.pk}",
        title=told.title,
        text=told.text(),
        markdown=told.markdown(),
        path=f"/reports/{snapshot.pk}/",
        level=1,
        picture=printed.picture if printed else None,
        attachments=tuple(files),
    )


def _print(made: Made) -> Printed | None:
    """Picture and PDF; None without a browser, or where it failed: the words go out all the same."""
    browser = find_browser()
    if not browser:
        return None
    try:
        return print_page(write_paper(made.snapshot, made.figures, told=made.told), browser=browser)
    except NoPicture as error:
        _log.warning("A report goes out without picture and PDF: %s", error)
        return None
