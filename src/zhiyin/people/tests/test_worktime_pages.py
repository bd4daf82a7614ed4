"""The pages of working calendars."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from zhiyin.people.models import AuditEvent
from zhiyin.people.roles import Role
from zhiyin.people.worktime.queries import find_calendar

WEEK = {f"hours_{place}": "09:00-12:00, 13:30-18:00" if place < 5 else "" for place in range(7)}
PAGE = "/settings/calendars/"


@pytest.fixture
def owner(client, make_account, tree):
    client.force_login(make_account("owner", role=Role.OWNER))
    return client


@pytest.fixture
def address(owner, tree) -> str:
    """A calendar of the company."""
    owner.post(PAGE, {"unit": tree.company.code, "from_day": "2026-01-01"})
    return f"{PAGE}{tree.company.pk}/"


def test_a_calendar_shows_the_month_with_the_saturday_that_is_worked(owner, address):
    page = owner.get(f"{address}?month=2026-02").content.decode()
    assert "春节调休上班" in page
    assert "09:00-18:00" in page
    assert "公司" in owner.get(PAGE).content.decode()


def test_week_day_and_frame_are_changed_and_taken_back(owner, address, tree):
    owner.post(f"{address}do/week/", WEEK | {"from_day": "2026-12-01"})
    owner.post(
        f"{address}do/days/", {"day": "2026-11-11", "kind": "worked", "hours": "8:00-23:00", "name": "大促"}
    )
    owner.post(f"{address}do/frame/", {"zone": "Asia/Urumqi", "until": "2027-12-31"})
    stored = find_calendar(tree.company.pk).stored
    assert stored.weeks[-1].hours[0] == "09:00-12:00, 13:30-18:00"
    assert [one.hours for one in stored.days if one.name == "大促"] == ["08:00-23:00"]
    assert (stored.zone, str(stored.until)) == ("Asia/Urumqi", "2027-12-31")
    page = owner.get(address)
    (change,) = page.context["changes"]
    assert owner.post(f"{address}undo/{change.pk}/").status_code == 302
    assert find_calendar(tree.company.pk).stored.zone == ""
    owner.post(f"{address}do/remove/", {"day": "2026-11-11"})
    assert not [one for one in find_calendar(tree.company.pk).stored.days if one.name == "大促"]
    assert owner.post(f"{address}do/off/").url == PAGE
    assert owner.get(address).status_code == 404


def test_what_cannot_be_read_is_said_and_stays_in_the_form(owner, address):
    wrong = owner.post(f"{address}do/week/", WEEK | {"hours_0": "nine to five", "from_day": "2026-12-01"})
    assert wrong.status_code == 422
    assert "nine to five" in wrong.content.decode()
    assert "请把时间写成" in wrong.content.decode()
    for deed, data in (
        ("days", {"day": "2026-02-30"}),
        ("days", {"day": "2026-02-03", "kind": "worked"}),
        ("fill", {"year": "2099"}),
        ("frame", {"zone": "Nowhere"}),
        ("sheet", {}),
    ):
        assert owner.post(f"{address}do/{deed}/", data).status_code == 422, deed
    assert owner.post(f"{address}do/nothing/").status_code == 404


def test_a_table_goes_out_and_comes_back(owner, address, tree):
    before = find_calendar(tree.company.pk).stored.days
    table = b"".join(owner.get(f"{address}export/").streaming_content)
    owner.post(f"{address}do/remove/", {"day": "2026-02-14"})
    owner.post(f"{address}do/sheet/", {"file": SimpleUploadedFile("days.csv", table)})
    after = find_calendar(tree.company.pk).stored.days
    assert [(one.day, one.hours, one.name) for one in after] == [
        (one.day, one.hours, one.name) for one in before
    ]
    broken = SimpleUploadedFile("days.csv", "日期,工作时间\n2026-01-02,\n2026-13-01,\n".encode())
    assert "第 3 行" in owner.post(f"{address}do/sheet/", {"file": broken}).content.decode()
    assert AuditEvent.objects.filter(action="calendar.exported").exists()


def test_a_manager_does_not_change_calendars(client, make_account, tree):
    client.force_login(make_account("manager", role=Role.MANAGER, unit=tree.north))
    assert client.get(PAGE).status_code == 403
