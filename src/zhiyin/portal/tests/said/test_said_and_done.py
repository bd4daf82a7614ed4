"""What customers said and what we did: written, counted, published and taken back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from zhiyin.listen.items import FeedbackIn, UnitIn
from zhiyin.listen.services.intake import Intake
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.portal.models import SaidAndDone

_LIST = "/knowledge/said-and-done/"


@pytest.fixture
def staff(company):
    client = Client()
    client.force_login(company.owner)
    return client


@pytest.fixture
def given(company):
    """What a browser sends for an entry without figures."""
    return {
        "unit": str(company.root.pk),
        "since": "2026-03-01",
        "title_zh": "排队更快了",
        "said_zh": "<b>等太久</b>，四十分钟",
        "done_zh": "中午多开一个窗口。",
        "version": "0",
    }


def _write(staff, given, **changes) -> SaidAndDone:
    response = staff.post(f"{_LIST}new/", given | changes)
    assert response.status_code == 302, response.content.decode()
    return SaidAndDone.objects.latest("pk")


def test_an_entry_is_public_only_from_its_publishing_to_its_withdrawal(client, staff, given):
    assert "这里还没有内容" in client.get("/said-and-done/").content.decode()
    assert "还没有写过" in staff.get(_LIST).content.decode()
    entry = _write(staff, given)
    assert "排队更快了" not in client.get("/said-and-done/").content.decode()
    assert "中午多开一个窗口。" in staff.get(f"{_LIST}{entry.pk}/").content.decode()
    staff.post(f"{_LIST}{entry.pk}/publish/")
    page = client.get("/said-and-done/").content.decode()
    assert "排队更快了" in page
    assert "&lt;b&gt;等太久" in page
    staff.post(f"{_LIST}{entry.pk}/withdraw/")
    assert "排队更快了" not in client.get("/said-and-done/").content.decode()


def test_nobody_is_asked_there_for_another_review(staff, given):
    sent = staff.post(f"{_LIST}new/", given | {"done_zh": "已经修好，麻烦您改一下评价。"})
    assert sent.status_code == 422
    assert "不得请客户修改或删除评价" in sent.content.decode()
    assert not SaidAndDone.objects.exists()


def test_our_words_are_checked_while_they_are_written(staff):
    asked = {"field": "done_zh", "done_zh": "我们会尽快处理。"}
    headers = {"HX-Request": "true", "HX-Target": "checked-done_zh"}
    assert 'hx-target="#checked-done_zh"' in staff.get(f"{_LIST}new/").content.decode()
    part = staff.post("/check-text/", asked, headers=headers).content.decode()
    assert 'id="checked-done_zh"' in part
    assert "我们会尽快处理" in part
    assert "<html" not in part


def test_what_is_missing_is_told_and_what_was_typed_stays(staff, given):
    response = staff.post(f"{_LIST}new/", given | {"done_zh": "", "aspect": ""})
    page = response.content.decode()
    assert response.status_code == 422
    assert "请填写标题" in page
    assert "四十分钟" in page
    assert staff.post(f"{_LIST}new/", given | {"first_day": "2026-01-01"}).status_code == 422
    assert not SaidAndDone.objects.exists()


def test_who_saves_over_a_newer_one_is_told(staff, given):
    entry = _write(staff, given)
    address = f"{_LIST}{entry.pk}/edit/"
    assert staff.post(address, given | {"version": "1", "title_zh": "第二版"}).status_code == 302
    late = staff.post(address, given | {"version": "1", "title_zh": "另一个第二版"})
    assert late.status_code == 409
    assert "另一个第二版" in late.content.decode()
    assert SaidAndDone.objects.get().title_zh == "第二版"


def test_entries_of_other_units_are_not_there(company, staff, given):
    entry = _write(staff, given)
    stranger = Client()
    account = create_account("wu-signin", password="correct horse battery staple")
    grant_role(account, role=Role.MANAGER, unit=company.store)
    stranger.force_login(account)
    assert stranger.get(f"{_LIST}{entry.pk}/").status_code == 404
    assert stranger.post(f"{_LIST}{entry.pk}/publish/").status_code == 404
    assert "排队更快了" not in stranger.get(_LIST).content.decode()


def _hear(home, *, text: str, n: int, at: datetime) -> None:
    items = [
        FeedbackIn(external_id=f"{at:%d}-{text[:4]}-{i}", text=text, unit=UnitIn(code="s1"), occurred_at=at)
        for i in range(n)
    ]
    Intake(home.log, home.vault).receive(items, source="shop", connector="test", connector_version="1")


def test_voices_and_the_change_are_counted(client, staff, given, company, home, process, lake_rows):
    since = datetime.now(UTC) - timedelta(days=10)
    _hear(home, text="上菜太慢了，等了四十分钟", n=40, at=since - timedelta(days=5))
    _hear(home, text="菜很好吃", n=20, at=since - timedelta(days=4))
    _hear(home, text="上菜太慢了，等了半小时", n=3, at=since + timedelta(days=5))
    _hear(home, text="味道不错，好吃", n=60, at=since + timedelta(days=4))
    process()
    rows = lake_rows(
        "SELECT aspect, count(*) FROM opinions WHERE polarity = 'negative' GROUP BY 1 ORDER BY 2"
    )
    entry = _write(
        staff,
        given,
        since=f"{since:%Y-%m-%d}",
        aspect=str(rows[-1][0]),
        first_day=f"{since - timedelta(days=9):%Y-%m-%d}",
        last_day=f"{since - timedelta(days=1):%Y-%m-%d}",
    )
    assert entry.n_voices >= 1
    if entry.change is not None:
        assert entry.change_high is not None
        assert entry.change < 0
        assert entry.change_low <= entry.change <= entry.change_high
    staff.post(f"{_LIST}{entry.pk}/publish/")
    page = client.get("/said-and-done/").content.decode()
    assert re.search(r"\d+ 位顾客提到这件事", page)
