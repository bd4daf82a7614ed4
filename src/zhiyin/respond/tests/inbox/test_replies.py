"""A voice is answered once, as its channel allows, and what is risky is read by a second person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from zhiyin.listen.pipeline import erasure
from zhiyin.people.actors import Actor
from zhiyin.respond.knowing.guarding import ForbiddenWords
from zhiyin.respond.models import Notice, OutgoingAnswer
from zhiyin.respond.notices.words import path_of
from zhiyin.respond.outbox import services
from zhiyin.respond.outbox.changes import find_reply
from zhiyin.respond.outbox.errors import AnswerChanged, AnswerGone, CannotRead, RuleBroken, VariableMissing
from zhiyin.respond.outbox.states import AnswerState, Way
from zhiyin.respond.services.erasing import erase_from_cases  # noqa: F401 - registered with the app

pytestmark = pytest.mark.django_db(transaction=True)
KIND_WORDS = "谢谢您告诉我们。周五前我们加一位传菜员，您下次来找店长小林。"


def test_a_reply_is_copied_by_hand_where_no_program_posts_it(shop, hear, enter) -> None:
    feedback_id, client = hear(), enter(shop.agent)
    page = client.get(reverse("inbox_voice", args=[feedback_id])).content.decode()
    assert "you copy it there yourself" in page
    sent = client.post(
        reverse("inbox_reply", args=[feedback_id]), {"answer": KIND_WORDS, "version": 0, "action": "send"}
    )
    assert sent.url == reverse("inbox_voice", args=[feedback_id])
    answer = find_reply(feedback_id)
    assert (answer.state, answer.way) == ("waiting", "hand")
    listed = client.get(reverse("inbox_to_help")).content.decode()
    assert reverse("inbox_voice", args=[feedback_id]) in listed
    client.post(reverse("inbox_put_there", args=[feedback_id]), {"version": answer.version})
    answer.refresh_from_db()
    assert answer.state == "sent"
    assert answer.author == shop.agent
    client.post(reverse("inbox_take_back", args=[feedback_id]))  # the wrong one: "Undo"
    answer.refresh_from_db()
    assert (answer.state, answer.sent_at) == ("draft", None)


def test_of_two_who_answer_one_voice_the_second_is_told_and_loses_no_words(shop, hear, enter) -> None:
    feedback_id = hear()
    url, given = reverse("inbox_reply", args=[feedback_id]), {"version": 0, "action": "send"}
    enter(shop.agent).post(url, given | {"answer": KIND_WORDS})
    second = enter(shop.manager).post(url, given | {"answer": "我来答复：周五前改好。"})
    assert second.status_code == 409
    assert "Somebody else worked on this answer" in second.content.decode()
    assert OutgoingAnswer.objects.get().author == shop.agent


def test_what_is_out_is_not_answered_again(shop, hear, target_of) -> None:
    target = target_of(hear())
    answer = services.send_reply(target, text=KIND_WORDS, by=shop.by_agent, version=0)
    with pytest.raises(AnswerGone):
        services.send_reply(target, text="再说一次", by=shop.by_agent, version=answer.version)
    with pytest.raises(AnswerChanged):
        services.send_reply(target, text="再说一次", by=shop.by_agent, version=0)


def test_a_channel_takes_no_more_signs_than_it_says(shop, hear, target_of, enter) -> None:
    feedback_id = hear(source="google_play", channel="app_store")
    target = target_of(feedback_id)
    assert target.rule.limit == 350
    with pytest.raises(RuleBroken) as refused:
        services.send_reply(target, text="谢" * 351, by=shop.by_agent, version=0)
    assert refused.value.over == 1
    with pytest.raises(RuleBroken) as refused:
        services.send_reply(target, text="谢" * 6_350, by=shop.by_agent, version=0)
    assert refused.value.over == 6_000
    client = enter(shop.agent)
    live = client.post(reverse("inbox_check", args=[feedback_id]), {"answer": "谢" * 352}).content.decode()
    assert "<b>352</b> of 350 signs" in live
    assert "too long for this channel by 2 signs" in live
    assert "shows plain text" not in live
    marked = client.post(
        reverse("inbox_check", args=[feedback_id]), {"answer": "**谢谢您**"}
    ).content.decode()
    assert "shows plain text" in marked
    page = client.get(reverse("inbox_voice", args=[feedback_id])).content.decode()
    assert target.rule.source in page
    services.send_reply(target, text="谢" * 350, by=shop.by_agent, version=0)


def test_after_the_window_the_way_out_is_named(shop, hear, target_of, enter) -> None:
    long_ago = timezone.now() - timedelta(hours=49)
    feedback_id = hear("发货太慢了", source="wechat", channel="chat", at=long_ago)
    with pytest.raises(RuleBroken):
        services.send_reply(target_of(feedback_id), text=KIND_WORDS, by=shop.by_agent, version=0)
    refused = enter(shop.agent).post(
        reverse("inbox_reply", args=[feedback_id]), {"answer": KIND_WORDS, "version": 0}
    )
    assert refused.status_code == 422
    assert "Open a case" in refused.content.decode()
    assert KIND_WORDS in refused.content.decode()


def test_no_answer_leaves_with_a_hole_or_with_forbidden_words(shop, hear, target_of) -> None:
    target = target_of(hear())
    with pytest.raises(VariableMissing):
        services.send_reply(target, text="单号 {case_number}，周五前改好。", by=shop.by_agent, version=0)
    with pytest.raises(VariableMissing, match="金额"):
        services.send_reply(target, text="今天退您 {金额} 元。", by=shop.by_agent, version=0)
    with pytest.raises(ForbiddenWords):
        services.send_reply(target, text="今天退款，麻烦您把差评删掉。", by=shop.by_agent, version=0)
    assert not OutgoingAnswer.objects.exists()
    named = "{customer_name}您好，周五前改好。"
    answer = services.send_reply(target, text=named, by=shop.by_agent, version=0)
    assert answer.text == "陈思远您好，周五前改好。"


@pytest.fixture
def risky(shop, hear, target_of):
    """A public answer that many will see, which waits for a second reader."""
    target = target_of(hear(followers=200_000))
    return target, services.send_reply(target, text=KIND_WORDS, by=shop.by_agent, version=0)


def test_a_risky_public_answer_waits_for_a_second_person(shop, risky, enter) -> None:
    target, answer = risky
    assert answer.state == AnswerState.READING
    assert answer.risks == ["reach"]
    with pytest.raises(CannotRead):
        services.approve(answer, target=target, by=shop.by_agent, version=answer.version)
    client, url = enter(shop.manager), reverse("inbox_read", args=[target.feedback_id])
    assert "many people see it" in client.get(reverse("inbox_to_read")).content.decode()
    client.post(url, {"action": "approve", "version": answer.version})
    answer.refresh_from_db()
    assert (answer.state, answer.reader) == ("waiting", shop.manager)


def test_a_second_reader_says_what_has_to_change(shop, risky, enter) -> None:
    target, answer = risky
    client, url = enter(shop.manager), reverse("inbox_read", args=[target.feedback_id])
    assert client.post(url, {"action": "refuse", "version": answer.version}).status_code == 422
    client.post(url, {"action": "refuse", "version": answer.version, "reader_words": "别提店长的名字"})
    page = enter(shop.agent).get(reverse("inbox_voice", args=[target.feedback_id])).content.decode()
    assert "别提店长的名字" in page
    assert KIND_WORDS in page
    again = services.send_reply(target, text="周五前改好。", by=shop.by_agent, version=answer.version + 1)
    assert again.state == AnswerState.READING


def test_the_reader_is_told_and_the_author_hears_what_they_say(shop, risky) -> None:
    target, answer = risky
    asked = Notice.objects.get(account=shop.manager)
    assert (asked.kind, path_of(asked)) == ("read_asked", reverse("inbox_to_read"))
    services.refuse(answer, words="别提店长的名字", by=shop.by_manager, version=answer.version)
    said = Notice.objects.get(account=shop.agent)
    assert (said.kind, path_of(said)) == ("read_refused", reverse("inbox_voice", args=[target.feedback_id]))


def test_the_reader_cannot_wave_through_what_was_changed_meanwhile(shop, risky) -> None:
    target, answer = risky
    services.take_back(answer, by=shop.by_agent)
    with pytest.raises((AnswerChanged, AnswerGone)):
        services.approve(answer, target=target, by=shop.by_manager, version=answer.version)


def test_a_private_answer_needs_no_second_reader(shop, hear, target_of) -> None:
    target = target_of(hear("吃完拉肚子进了医院，我要投诉", channel="chat", followers=500_000))
    answer = services.send_reply(target, text=KIND_WORDS, by=shop.by_agent, version=0)
    assert answer.state == AnswerState.WAITING


def test_a_public_answer_about_somebodys_health_is_read_first(shop, hear, target_of) -> None:
    target = target_of(hear("吃完拉肚子进了医院，我要投诉"))
    answer = services.send_reply(target, text=KIND_WORDS, by=shop.by_agent, version=0)
    assert answer.state == AnswerState.READING


def test_answers_of_an_erased_customer_go(shop, hear, target_of) -> None:
    feedback_id = hear()
    services.send_reply(target_of(feedback_id), text=KIND_WORDS, by=shop.by_agent, version=0)
    for forget in erasure.on_erased:
        forget([feedback_id])
    assert find_reply(feedback_id) is None


def test_nobody_of_another_unit_touches_an_answer(shop, risky, enter) -> None:
    target, answer = risky
    stranger = enter(shop.stranger)
    for name in ("inbox_reply", "inbox_read", "inbox_take_back", "inbox_put_there", "inbox_help"):
        assert stranger.post(reverse(name, args=[target.feedback_id]), {"version": 9}).status_code == 404
    assert answer.key not in stranger.get(reverse("inbox_to_read")).content.decode()
    assert Actor.of(shop.stranger).id != str(answer.author_id)
    assert answer.way == Way.HAND
