"""The bell and the page: one's own notices alone, read and unread, undone, in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from zhiyin.respond.models import Notice, NoticeSettings
from zhiyin.respond.notices.kinds import NoticeKind


def _page(browser: Any, path: str = "/notices/") -> str:
    text: str = browser.get(path).content.decode()
    return text


def test_the_bell_counts_and_the_page_tells(note: Any, shop: Any, enter: Any) -> None:
    notice = note(shop.manager)
    browser = enter(shop.manager)
    page = _page(browser)
    assert "1 unread notice" in page
    assert f"You are named in a note on case {notice.case.number}." in page
    assert notice.case.title in page
    opened = browser.post(reverse("notice_open", args=[notice.pk]))
    assert opened.url == reverse("case", args=[notice.case.number])
    assert "1 unread notice" not in _page(browser)
    browser.post(reverse("notice_mark", args=[notice.pk]), {"read": "no"})
    assert "1 unread notice" in _page(browser, "/notices/?view=unread")


def test_all_are_read_at_once_and_unread_again(note: Any, shop: Any, enter: Any) -> None:
    for n in range(3):
        note(shop.manager, key=str(n))
    browser = enter(shop.manager)
    browser.post(reverse("notice_mark", args=[Notice.objects.earliest("pk").pk]), {"read": "yes"})
    page = browser.post(reverse("notices_read"), follow=True).content.decode()
    assert "You have read everything." in page
    undo = page.split('action="/notices/undo/')[1].split('"')[0]
    browser.post(f"/notices/undo/{undo}")
    assert Notice.objects.filter(read_at=None).count() == 2


def test_another_s_notice_is_not_there(note: Any, shop: Any, enter: Any) -> None:
    notice = note(shop.manager)
    browser = enter(shop.agent)
    for name in ("notice_open", "notice_mark"):
        assert browser.post(reverse(name, args=[notice.pk])).status_code == 404
    assert notice.case.number not in _page(browser)
    assert Notice.objects.get(pk=notice.pk).read_at is None


@pytest.mark.parametrize("moment", ["x", "0001-01-01T00:00:00+14:00", "2026-11-18T10:00:00", "2026-99-99"])
def test_a_moment_that_is_none_takes_nothing_back(moment: str, shop: Any, enter: Any) -> None:
    assert enter(shop.agent).post(f"/notices/undo/{moment}/").status_code == 404


def test_the_title_is_for_those_who_may_read_the_case(note: Any, shop: Any, enter: Any) -> None:
    notice = note(shop.stranger)
    page = _page(enter(shop.stranger))
    assert notice.case.number in page
    assert notice.case.title not in page


def test_an_empty_page_says_what_will_come(shop: Any, enter: Any) -> None:
    browser = enter(shop.auditor)
    assert "No notices yet" in _page(browser)
    assert "Nothing is unread" in _page(browser, "/notices/?view=unread")


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_every_kind_has_words_in_chinese(kind: NoticeKind, note: Any, shop: Any, enter: Any) -> None:
    facts = {"clock": "first_answer", "rule": "", "due": "2026-11-18T10:00:00+08:00", "rows": "20000"}
    notice = note(shop.manager, kind=kind, facts=facts)
    browser = enter(shop.manager)
    browser.cookies["django_language"] = "zh-hans"
    line = _page(browser).split('class="notice-open">')[1].split("</button>")[0]
    assert "工单" in line or "答复" in line or "20000 行的文件" in line
    assert kind.value.startswith(("read_", "export_")) or notice.case.number in line


def test_quiet_hours_need_both_ends(shop: Any, enter: Any) -> None:
    browser = enter(shop.agent)
    typed = {"mail": "all", "quiet_from": "21:00", "quiet_until": ""}
    refused = browser.post(reverse("notices_mail"), typed)
    assert refused.status_code == 422
    assert "neither" in refused.content.decode()
    browser.post(reverse("notices_mail"), {**typed, "quiet_until": "07:30"})
    wishes = NoticeSettings.objects.get(account=shop.agent)
    assert (wishes.mail, wishes.quiet_until.isoformat("minutes")) == ("all", "07:30")


def test_an_open_page_hears_of_what_is_new_and_of_nothing_else(note: Any, shop: Any, enter: Any) -> None:
    browser = enter(shop.manager)
    first = note(shop.manager)
    asking = {"HX-Request": "true", "HX-Target": "notice-list"}
    whole = _page(browser)
    seen = whole.split('"X-Notices-Seen": "')[1].split('"')[0]
    path = whole.split('id="notice-list" hx-get="')[1].split('"')[0]
    assert browser.get(path, headers={**asking, "X-Notices-Seen": seen}).status_code == 204
    second = note(shop.manager, key="two", case=first.case)
    part = browser.get(path, headers={**asking, "X-Notices-Seen": seen}).content.decode()
    assert f'id="notice-{second.pk}"' in part
    assert "<strong>2</strong> notices are unread." in part
    assert "<html" not in part


def test_many_notices_cost_as_many_questions_as_few(
    note: Any, shop: Any, enter: Any, django_assert_max_num_queries: Any
) -> None:
    for n in range(12):
        note(shop.manager, key=str(n))
    browser = enter(shop.manager)
    with django_assert_max_num_queries(14):
        browser.get("/notices/")
