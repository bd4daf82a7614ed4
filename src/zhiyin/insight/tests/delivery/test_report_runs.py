"""Reports from schedule to mailbox: figures kept, words linked, picture, PDF, workbook; once."""

import email
import email.policy
import io
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from zhiyin.console.chromium import find_browser
from zhiyin.insight.delivery.destinations import Wanted, create_destination
from zhiyin.insight.delivery.letters import Address
from zhiyin.insight.delivery.sender import Sender
from zhiyin.insight.models import Delivery, Incident, IncidentUnit, Message, Report, ReportSnapshot
from zhiyin.insight.reports.making import reopen
from zhiyin.insight.reports.services import WantedReport, create_report, send_now, switch_report
from zhiyin.insight.reports.ticking import make_due
from zhiyin.people.actors import SYSTEM
from zhiyin.people.queries.accounts import find_account
from zhiyin.people.scope import EVERYTHING

SHANGHAI = ZoneInfo("Asia/Shanghai")
PARTS = ("summary", "incidents", "aspects", "units", "service", "urgent")


class Office:
    """A company with voices of yesterday, a mailbox among the destinations, and reports."""

    def __init__(self, company):
        self.company = company
        company.visit("owner")
        self.owner = find_account("owner-all")
        today = datetime.now(SHANGHAI).replace(hour=12, minute=0, second=0, microsecond=0)
        self.now = today.astimezone(UTC)
        self.yesterday = today - timedelta(days=1)

    def hear(self, text, *, n=1, store="n1", **more):
        for _one in range(n):
            self.company.say(text, store=store, occurred_at=self.yesterday.astimezone(UTC), **more)

    def mailbox(self):
        return create_destination(
            "mail",
            Wanted(name="Morning mail", address=Address(recipients=("lin@example.com",))),
            scope=EVERYTHING,
            by=SYSTEM,
            now=self.now,
        )

    def report(self, *, made_at=None, destinations=(), **parts):
        wanted = {"name": "Daily brief", "parts": PARTS, "rhythm": "day", "at": time(8, 30), "language": "en"}
        return create_report(
            WantedReport(**{**wanted, **parts}, destination_ids=[one.pk for one in destinations]),
            owner=self.owner,
            scope=EVERYTHING,
            by=SYSTEM,
            now=made_at or self.now - timedelta(hours=12),
        )


@pytest.fixture
def office(company, settings):
    settings.PUBLIC_URL = "https://voice.example.com"
    settings.CHROMIUM = ""
    return Office(company)


@pytest.fixture
def without_browser(settings):
    settings.CHROMIUM = "no-such-browser"


@pytest.mark.browser
def test_a_daily_report_reaches_the_mailbox_with_text_picture_pdf_and_workbook(office, mailbox):
    if not find_browser():
        pytest.skip("no Chromium is installed")
    office.hear("上菜太慢", n=12)
    office.hear("菜很好吃", n=5)
    office.hear("吃完上吐下泻，去医院了", store="s1")
    report = office.report(destinations=[office.mailbox()])
    assert make_due(now=office.now) == 1
    assert make_due(now=office.now) == 0
    Sender(clock=lambda: office.now).send_due()
    _user, _recipients, content = mailbox.messages[0]
    mail = email.message_from_bytes(content, policy=email.policy.default)
    snapshot = ReportSnapshot.objects.get(report=report)
    assert mail["Subject"].startswith("Daily brief · ")
    text = mail.get_body(("plain",)).get_content()
    assert "“Serving and delivery speed” hurts most: 12 people unhappy" in text
    assert f"https://voice.example.com/reports/{snapshot.pk}/" in text
    page = mail.get_body(("html",)).get_content()
    day = office.yesterday.date().isoformat()
    assert f"since={day}&amp;until={day}&amp;aspect=service_serving_speed&amp;polarity=negative" in page
    files = {part.get_filename(): part.get_content() for part in mail.walk() if part.get_filename()}
    assert files["picture.png"].startswith(b"\x89PNG")
    assert files[f"zhiyin-{day}.pdf"].startswith(b"%PDF")
    book = openpyxl.load_workbook(io.BytesIO(files[f"zhiyin-{day}.xlsx"]))
    assert book["Summary"]["B2"].value == 18


def test_the_workbook_computes_shares_by_formulas_that_agree_with_their_values(office, without_browser):
    office.hear("上菜太慢，等了四十分钟", n=3)
    office.hear("菜很好吃", n=1)
    office.report(destinations=[office.mailbox()])
    make_due(now=office.now)
    content = bytes(Message.objects.get().files.get(name__endswith=".xlsx").content)
    formulas = openpyxl.load_workbook(io.BytesIO(content))
    values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    rows = {row[0].value: row for row in values["Aspects"].iter_rows(min_row=2)}
    speed = rows["Serving and delivery speed"]
    place = speed[0].row
    assert formulas["Aspects"][f"G{place}"].value == f"=IF('Summary'!$B$2=0,\"\",F{place}/'Summary'!$B$2)"
    assert speed[6].value == pytest.approx(speed[5].value / values["Summary"]["B2"].value)
    assert speed[4].value == pytest.approx((speed[2].value - speed[3].value) / speed[1].value * 100)
    sentiments = values["Sentiments"]
    assert sum(sentiments[f"B{row}"].value for row in range(2, 6)) == sentiments["B6"].value
    assert formulas["Sentiments"]["C4"].value == '=IF(B$6=0,"",B4/B$6)'
    assert sentiments["C4"].value == pytest.approx(sentiments["B4"].value / sentiments["B6"].value)


def test_a_snapshot_keeps_its_figures_when_later_voices_change_the_day(office, without_browser):
    office.hear("上菜太慢", n=4)
    office.report()
    make_due(now=office.now)
    snapshot = ReportSnapshot.objects.get()
    before = reopen(snapshot, scope=EVERYTHING).told.text()
    office.hear("上菜太慢", n=9)
    again = reopen(ReportSnapshot.objects.get(), scope=EVERYTHING)
    assert again.told.text() == before
    assert again.figures.overview.voices.n == 4
    assert "4 people" in before


def test_missed_runs_are_made_once_and_say_so(office, without_browser):
    office.hear("上菜太慢", n=2)
    report = office.report(made_at=office.now - timedelta(days=4), destinations=[office.mailbox()])
    assert make_due(now=office.now) == 1
    snapshot = ReportSnapshot.objects.get()
    assert snapshot.n_left_out == 3
    text = Message.objects.get().text
    assert "the server did not run in between" in text
    assert "3 earlier reports were left out." in text
    report.refresh_from_db()
    assert report.next_at == snapshot.due_at + timedelta(days=1)
    assert make_due(now=report.next_at) == 1
    assert "did not run" not in Message.objects.order_by("-pk").first().text


def test_a_report_on_time_says_nothing_of_being_late(office, without_browser):
    report = office.report(parts=("summary",), destinations=[office.mailbox()])
    make_due(now=report.next_at + timedelta(seconds=20))
    assert Message.objects.get().text == "No voice came in this time."


def test_two_schedulers_make_one_report(office, without_browser):
    report = office.report(destinations=[office.mailbox()])
    make_due(now=office.now)
    Report.objects.filter(pk=report.pk).update(next_at=ReportSnapshot.objects.get().due_at)
    assert make_due(now=office.now) == 0
    assert ReportSnapshot.objects.count() == Delivery.objects.count() == 1


def test_a_report_of_a_store_tells_of_that_store_alone(office, without_browser):
    office.hear("上菜太慢", n=3, store="n1")
    office.hear("服务员态度差", n=7, store="s1")
    office.report(unit=office.company.north)
    make_due(now=office.now)
    figures = reopen(ReportSnapshot.objects.get(), scope=EVERYTHING).figures
    assert figures.overview.voices.n == 3
    assert "广州一店".encode() not in bytes(ReportSnapshot.objects.get().figures)


def test_a_report_whose_owner_is_gone_stops_and_says_why(office, without_browser):
    report = office.report(destinations=[office.mailbox()])
    office.owner.is_active = False
    office.owner.save()
    assert make_due(now=office.now) == 0
    report.refresh_from_db()
    assert (report.is_on, report.off_reason) == (False, "owner")
    assert Delivery.objects.count() == 0


def test_send_now_makes_a_snapshot_and_leaves_the_schedule(office, without_browser):
    report = office.report(destinations=[office.mailbox()])
    before = report.next_at
    snapshot = send_now(report.pk, account=office.owner, scope=EVERYTHING, by=SYSTEM, now=office.now)
    report.refresh_from_db()
    assert report.next_at == before
    assert snapshot.due_at is None
    assert Delivery.objects.count() == 1


def test_a_report_that_is_off_is_not_made(office, without_browser):
    report = office.report()
    switch_report(report.pk, is_on=False, owner=office.owner, scope=EVERYTHING, by=SYSTEM, now=office.now)
    assert make_due(now=office.now) == 0


def test_chinese_reports_are_chinese_throughout(office, without_browser):
    office.hear("上菜太慢，等了四十分钟", n=3)
    office.report(name="每日简报", language="zh", destinations=[office.mailbox()])
    make_due(now=office.now)
    message = Message.objects.get()
    assert message.title.startswith("每日简报 · ")
    assert "上菜速度" in message.text
    assert "people" not in message.text


def test_incidents_that_go_on_stand_in_reports_of_their_units_alone(office, without_browser):
    now, north = office.now, office.company.north
    about = "aspect:negative:service_serving_speed"
    times = dict.fromkeys(("started_at", "peak_at", "last_at", "opened_at"), now)
    figures = {"observed": 40, "expected": 5, "window_hours": 24, "direction": 1, "level": 2}
    incident = Incident.objects.create(
        unit=north, subject=about, measure=about, tone="bad", **figures, **times
    )
    IncidentUnit.objects.create(incident=incident, unit=north, observed=40, expected=5)
    office.report(unit=north, name="North", destinations=[office.mailbox()])
    office.report(unit=office.company.south, name="South")
    make_due(now=now)
    north_told, south_told = (
        reopen(ReportSnapshot.objects.get(name=name), scope=EVERYTHING).told for name in ("North", "South")
    )
    assert "Incidents that go on" in north_told.text()
    assert f"https://voice.example.com/alerts/{incident.pk}/" in north_told.markdown()
    assert "None in the units of this report." in south_told.text()
    assert "/alerts/" not in south_told.markdown()
