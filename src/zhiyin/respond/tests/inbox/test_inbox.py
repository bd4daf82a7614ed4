"""The inbox: voices and cases that wait, by when they are due, within the scope."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.inbox.voices import VoiceWish, list_waiting
from zhiyin.respond.inbox.waiting import Kind, Wish, list_lines
from zhiyin.respond.outbox.services import save_reply_draft, send_reply

pytestmark = pytest.mark.django_db(transaction=True)


def _lines(account=None, **wish):
    return list_lines(
        wish=Wish(**wish),
        cases_scope=EVERYTHING,
        voices_scope=EVERYTHING,
        account=account,
        now=timezone.now(),
        language="zh",
        offset=0,
        limit=50,
    )


def test_voices_and_cases_stand_in_one_list_by_when_they_are_due(shop, hear, make_case) -> None:
    now = timezone.now()
    early = hear("上菜太慢，等了很久", at=now - timedelta(days=5))
    late = hear("服务员态度一般，希望改进")
    case = make_case(due_at=now + timedelta(hours=1))
    found = _lines()
    assert [line.key for line in found.lines] == [early, case.number, late]
    assert found.n == 3
    assert not found.is_least


def test_what_has_an_answer_a_case_or_a_reply_on_its_way_does_not_wait(
    shop, hear, make_case, target_of
) -> None:
    hear("上菜太慢", reply="抱歉，我们已加派人手")
    with_case = hear("等位太久了")
    make_case(feedback_id=with_case)
    sent = hear("菜有点咸")
    send_reply(target_of(sent), text="谢谢您，今天已请厨师减盐。", by=shop.by_agent, version=0)
    hear("问卷里说服务不错", channel="survey")
    drafted = hear("空调太冷")
    save_reply_draft(target_of(drafted), text="抱歉", by=shop.by_agent, version=0)
    voices = list_waiting(scope=EVERYTHING, wish=VoiceWish(), now=timezone.now(), limit=50)
    assert [one.feedback_id for one in voices.take(range(len(voices)))] == [drafted]


def test_happy_stars_alone_want_no_answer_and_short_words_do(shop, hear, make_case) -> None:
    now = timezone.now()
    hear("", stars=5.0, at=now - timedelta(hours=3))
    unhappy = hear("", stars=2.0, at=now - timedelta(hours=2), source="other")
    short = hear("Nice!", stars=5.0, at=now - timedelta(hours=1))
    found = _lines()
    assert [line.key for line in found.lines] == [unhappy, short]
    assert [line.title for line in found.lines] == ["", "Nice!"]


def test_filters_narrow_the_list(shop, hear, make_case) -> None:
    hear("上菜太慢")
    hear("快递送晚了", channel="takeaway")
    mine, other = make_case(), make_case(owner=shop.manager)
    assert {line.key for line in _lines(kind=Kind.CASE).lines} == {mine.number, other.number}
    assert [line.key for line in _lines(shop.agent, is_mine=True).lines] == [mine.number]
    assert [line.channel for line in _lines(channel="takeaway").lines] == ["外卖平台"]
    assert _lines(unit_ids=frozenset({shop.far_store.pk})).n == 0


def test_the_page_shows_what_the_visitor_may_answer(shop, hear, make_case, enter) -> None:
    feedback_id, case = hear("上菜太慢，等了四十分钟"), make_case()
    page = enter(shop.agent).get(reverse("inbox")).content.decode()
    assert reverse("inbox_voice", args=[feedback_id]) in page
    assert case.number in page
    stranger = enter(shop.stranger)
    foreign = stranger.get(reverse("inbox")).content.decode()
    assert case.number not in foreign
    assert "Everybody has an answer" in foreign
    assert stranger.get(reverse("inbox_voice", args=[feedback_id])).status_code == 404
    assert enter(shop.auditor).get(reverse("inbox")).status_code == 403


def test_the_list_is_exported(shop, hear, make_case, enter) -> None:
    hear("上菜太慢")
    case = make_case()
    sent = enter(shop.owner).get(reverse("inbox_export"), {"format": "csv"})
    words = b"".join(sent.streaming_content).decode("utf-8-sig")
    assert "上菜太慢" in words
    assert case.number in words


def test_the_list_asks_the_database_as_often_for_many_as_for_few(
    shop, make_case, enter, lake, django_assert_max_num_queries
) -> None:
    client = enter(shop.agent)
    client.get(reverse("inbox"))
    for _number in range(12):
        make_case()
    with django_assert_max_num_queries(40):
        assert client.get(reverse("inbox")).status_code == 200
