"""The pages of reports: made, previewed, sent, read as they were; a unit's report is not for others."""

import io
from datetime import UTC, datetime, time, timedelta

import openpyxl
import pytest
from django.urls import reverse

from zhiyin.insight.models import Delivery, Report, ReportSnapshot
from zhiyin.insight.reports.services import WantedReport, create_report, send_now
from zhiyin.people.actors import SYSTEM
from zhiyin.people.models import AuditEvent
from zhiyin.people.queries.accounts import find_account
from zhiyin.people.scope import EVERYTHING

GIVEN = {
    "name": "Daily brief", "parts": ["summary", "aspects"], "rhythm": "day", "weekday": "0", "month_day": "1",
    "at": "08:30", "language": "en", "unit": "",
}  # fmt: skip


@pytest.fixture
def office(company, settings):
    settings.CHROMIUM = "no-such-browser"
    settings.INNER_NETWORKS = ()
    yesterday = datetime.now(UTC) - timedelta(days=1)
    for _one in range(3):
        company.say("上菜太慢", occurred_at=yesterday)
    company.say("服务员态度差", store="s1", occurred_at=yesterday)
    return company


def report_of(company, *, unit=None, name="Daily brief"):
    company.visit("owner")
    owner, now = find_account("owner-all"), datetime.now(UTC)
    wanted = WantedReport(
        name=name, parts=["summary", "aspects"], rhythm="day", at=time(8, 30), destination_ids=[], unit=unit,
        language="en",
    )  # fmt: skip
    made = create_report(wanted, owner=owner, scope=EVERYTHING, by=SYSTEM, now=now)
    return made, send_now(made.pk, account=owner, scope=EVERYTHING, by=SYSTEM, now=now)


def test_a_report_is_made_previewed_and_sent(office):
    owner = office.visit("owner")
    page = owner.post(reverse("new_report"), GIVEN)
    made = Report.objects.get()
    assert page.url == reverse("report", args=[made.pk])
    assert made.next_at > datetime.now(UTC)
    shown = owner.get(reverse("preview_report", args=[made.pk])).content.decode()
    assert "Preview: nothing was kept or sent." in shown
    assert "3 people" in shown
    assert ReportSnapshot.objects.count() == Delivery.objects.count() == 0
    page = owner.post(reverse("send_report", args=[made.pk]))
    snapshot = ReportSnapshot.objects.get()
    assert page.url == reverse("report_snapshot", args=[snapshot.pk])
    read = owner.get(page.url).content.decode()
    assert "Serving and delivery speed" in read
    assert "polarity=negative" in read
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"report.created", "report.sent"} <= actions


def test_the_form_keeps_the_input_and_names_what_is_missing(office):
    page = office.visit("owner").post(reverse("new_report"), GIVEN | {"parts": [], "month_day": "31"})
    assert page.status_code == 422
    assert "Daily brief" in page.content.decode()
    assert Report.objects.count() == 0


def test_the_page_says_that_there_is_no_browser(office):
    owner = office.visit("owner")
    assert "without picture and PDF" in owner.get(reverse("reports")).content.decode()


def test_a_manager_reads_reports_of_the_own_store_alone(office):
    _made, mine = report_of(office, unit=office.north, name="North brief")
    _other, south = report_of(office, unit=office.south, name="South brief")
    whole, company_wide = report_of(office, name="Company brief")
    manager = office.visit("manager", unit="n1")
    page = manager.get(reverse("reports")).content.decode()
    assert "North brief" in page
    assert "South brief" not in page
    assert "Company brief" not in page
    assert manager.get(reverse("report_snapshot", args=[mine.pk])).status_code == 200
    for snapshot in (south, company_wide):
        assert manager.get(reverse("report_snapshot", args=[snapshot.pk])).status_code == 404
        assert manager.get(reverse("report_workbook", args=[snapshot.pk])).status_code == 404
    for name in ("report", "preview_report"):
        assert manager.get(reverse(name, args=[whole.pk])).status_code == 404
    for name in ("send_report", "switch_report", "delete_report"):
        assert manager.post(reverse(name, args=[whole.pk])).status_code == 404


def test_a_manager_makes_reports_for_the_own_store_alone(office):
    manager = office.visit("manager", unit="n1")
    assert manager.post(reverse("new_report"), GIVEN).status_code == 422
    assert manager.post(reverse("new_report"), GIVEN | {"unit": "s1"}).status_code == 422
    manager.post(reverse("new_report"), GIVEN | {"unit": "n1"})
    assert Report.objects.get().unit == office.north


def test_the_workbook_is_downloaded_with_formulas_and_audited(office):
    _made, snapshot = report_of(office)
    page = office.visit("owner").get(reverse("report_workbook", args=[snapshot.pk]))
    book = openpyxl.load_workbook(io.BytesIO(page.content))
    assert book["Sentiments"]["B6"].value == "=SUM(B2:B5)"
    assert AuditEvent.objects.filter(action="report.exported").exists()


def test_a_deleted_report_keeps_its_links_and_comes_back(office):
    made, snapshot = report_of(office)
    owner = office.visit("owner")
    away = reverse("delete_report", args=[made.pk])
    owner.post(away)
    assert owner.get(reverse("report", args=[made.pk])).status_code == 404
    assert owner.get(reverse("report_snapshot", args=[snapshot.pk])).status_code == 200
    owner.post(f"{away}?restore")
    assert owner.get(reverse("report", args=[made.pk])).status_code == 200


def test_auditors_read_reports_and_make_none(office):
    _made, snapshot = report_of(office)
    auditor = office.visit("auditor")
    page = auditor.get(reverse("report_snapshot", args=[snapshot.pk]))
    assert page.status_code == 200
    assert reverse("report_workbook", args=[snapshot.pk]) not in page.content.decode()
    assert auditor.get(reverse("new_report")).status_code == 403
