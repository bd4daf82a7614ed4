"""Messages reach robots, webhooks and mailboxes, in the form and at the pace each of them asks for."""

import email
import email.policy
from datetime import time, timedelta

import pytest

from zhiyin.insight.delivery.contract import Attachment, OutMessage, queue_message
from zhiyin.insight.delivery.deliveries import send_again
from zhiyin.insight.delivery.destinations import switch_destination, try_destination
from zhiyin.insight.delivery.letters import Address
from zhiyin.insight.delivery.sender import Sender, lease_is_enough
from zhiyin.insight.models import Delivery, DeliveryAttempt, Destination
from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import EVERYTHING

WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def message(key="alert:1", **parts):
    given = {"title": "上菜变慢", "text": "北京一店 45 条提到上菜慢。", "path": "/alerts/1/"} | parts
    return OutMessage(key=key, **given)


def queue(post, *destinations, n=1, **parts):
    first = Delivery.objects.count()
    return sum(
        queue_message(
            message(key=f"alert:{first + i}", title=f"预警 {first + i}", **parts),
            destination_ids=[one.pk for one in destinations],
            now=post.clock(),
        )
        for i in range(n)
    )


def states(destination):
    return sorted(Delivery.objects.filter(destination=destination).values_list("state", flat=True))


def only(destination):
    return Delivery.objects.get(destination=destination)


def test_a_message_with_one_key_goes_to_a_destination_once(post):
    robot = post.make("wecom")
    assert queue_message(message(), destination_ids=[robot.pk], now=post.clock()) == 1
    assert queue_message(message(title="Again"), destination_ids=[robot.pk], now=post.clock()) == 0
    assert post.send() == 1
    assert post.send() == 0
    assert len(post.robots.taken) == 1


def test_a_destination_that_is_off_is_queued_nothing(post):
    robot = post.make("wecom")
    switch_destination(robot.pk, is_on=False, scope=EVERYTHING, by=SYSTEM, now=post.clock())
    assert queue(post, robot) == 0


def test_plain_words_reach_each_robot_with_the_link(post):
    post.robots.secrets |= {"dingtalk": "SECtest", "feishu": "demo"}
    robots = [post.make(kind) for kind in ("wecom", "dingtalk", "feishu")]
    queue_message(message(), destination_ids=[one.pk for one in robots], now=post.clock())
    assert post.send() == 3
    for taken in post.robots.taken:
        said = taken.get("text", taken.get("content"))
        words = said.get("content") or said.get("text")
        assert words.startswith("上菜变慢\n北京一店 45 条")
        assert words.endswith("\nhttps://voice.example.com/alerts/1/")


def test_markdown_reaches_each_robot_in_its_own_form(post):
    robots = [post.make(kind) for kind in ("wecom", "dingtalk", "feishu")]
    queue_message(
        message(markdown="**45** 条", level=3), destination_ids=[one.pk for one in robots], now=post.clock()
    )
    post.send()
    wecom = next(
        one
        for one in post.robots.taken
        if one.get("msgtype") == "markdown" and "title" not in one["markdown"]
    )
    dingtalk = next(one for one in post.robots.taken if "title" in one.get("markdown", {}))
    feishu = next(one for one in post.robots.taken if one.get("msg_type") == "interactive")
    assert "[查看详情](https://voice.example.com/alerts/1/)" in wecom["markdown"]["content"]
    assert dingtalk["markdown"]["title"] == "上菜变慢"
    assert feishu["card"]["header"]["template"] == "red"
    assert feishu["card"]["elements"][1]["actions"][0]["url"].endswith("/alerts/1/")


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu", "webhook"])
@pytest.mark.parametrize("markdown", ["", "很长。"])
def test_a_long_text_is_cut_to_what_the_product_takes(post, kind, markdown):
    post.robots.secrets["webhook"] = WEBHOOK_SECRET
    robot = post.make(kind)
    long = "“顾客”说\n上菜慢。" * 6_000
    queue_message(message(text=long, markdown=markdown * 9_000), destination_ids=[robot.pk], now=post.clock())
    post.send()
    assert only(robot).state == "sent", only(robot).answer
    assert len(str(post.robots.taken[0]).encode()) < 21_000


def test_a_wecom_robot_gets_the_picture_after_the_words_and_both_count(post):
    robot = post.make("wecom")
    queue_message(message(picture=b"\x89PNG picture"), destination_ids=[robot.pk], now=post.clock())
    assert post.send() == 2
    assert [one["msgtype"] for one in post.robots.taken] == ["text", "image"]
    assert DeliveryAttempt.objects.filter(destination=robot).count() == 2


def test_a_wrong_secret_is_a_dead_letter_that_says_so_and_can_be_sent_again(post):
    post.robots.secrets["feishu"] = "demo"
    robot = post.make("feishu", address=Address(url=post.address("feishu").url, secret="other"))
    queue(post, robot)
    post.send()
    dead = only(robot)
    assert (dead.state, dead.reason) == ("dead", "signature")
    assert dead.answer.startswith("19021 ")
    post.robots.secrets["feishu"] = "other"
    send_again(dead.pk, scope=EVERYTHING, by=SYSTEM, now=post.clock())
    post.send()
    assert only(robot).state == "sent"
    assert only(robot).reference == dead.reference


def test_a_keyword_that_the_robot_wants_is_put_in_front(post):
    post.robots.keywords["dingtalk"] = "知音"
    without = post.make("dingtalk", name="without")
    with_it = post.make("dingtalk", name="with", address=post.address("dingtalk", keyword="知音"))
    queue_message(message(), destination_ids=[without.pk, with_it.pk], now=post.clock())
    post.send()
    assert only(without).reason == "keyword"
    assert only(with_it).state == "sent"


def test_an_overflow_becomes_one_digest_and_the_limit_is_never_broken(post):
    post.robots.limits["wecom"] = 20
    robot = post.make("wecom")
    queue(post, robot, n=15)
    assert post.send() == 15
    queue(post, robot, n=30, level=2)
    queue(post, robot, n=1, level=3)
    assert post.send() == 2
    assert states(robot) == ["digested"] * 30 + ["sent"] * 17
    assert "预警 45" in str(post.robots.taken[-2])  # level 3 alone and before the digest
    assert "30 条消息" in str(post.robots.taken[-1])
    assert not Delivery.objects.filter(reason="rate").exists()


def test_what_fits_into_no_limit_waits_until_the_minute_is_over(post):
    robot = post.make("wecom")
    queue(post, robot, n=20)
    post.send()
    queue(post, robot)
    assert post.send() == 0
    post.clock.move(seconds=61)
    assert post.send() == 1


def test_a_robot_that_says_too_fast_is_left_alone_as_long_as_it_asks(post):
    post.robots.limits["dingtalk"] = 0
    robot = post.make("dingtalk")
    queue(post, robot, n=3)
    assert post.send() == 1
    post.clock.move(minutes=9)
    assert post.send() == 0
    post.robots.limits["dingtalk"] = 20
    post.clock.move(minutes=4)
    assert post.send() == 3
    assert states(robot) == ["sent"] * 3


def test_feishu_is_not_written_to_at_the_half_hours_unless_it_cannot_wait(post):
    post.clock.now = post.clock.now.replace(minute=30)
    robot = post.make("feishu")
    queue(post, robot, n=2)
    queue(post, robot, level=3)
    assert post.send() == 1
    post.clock.move(minutes=2)
    assert post.send() == 2


def test_feishu_gets_five_a_second_at_most(post):
    robot = post.make("feishu")
    queue(post, robot, n=5)
    assert post.send() == 5
    queue(post, robot)
    assert post.send() == 0
    post.clock.move(seconds=2)
    assert post.send() == 1


def test_quiet_hours_hold_all_but_level_three_and_end_with_one_digest(post):
    post.clock.now = post.clock.now.replace(hour=15)  # 23:10 in Shanghai
    robot = post.make("wecom", quiet_from=time(22), quiet_until=time(8))
    queue(post, robot, n=4, level=2)
    queue(post, robot, level=3)
    assert post.send() == 1
    post.clock.move(hours=8)  # 07:10
    assert post.send() == 0
    post.clock.move(hours=1)
    assert post.send() == 1
    assert states(robot) == ["digested"] * 4 + ["sent"] * 2


def test_webhooks_are_signed_anew_and_keep_their_id_over_the_schedule(post):
    post.robots.secrets["webhook"] = WEBHOOK_SECRET
    hook = post.make("webhook")
    queue(post, hook)
    fault = (503, {}, {})
    waits = [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    for wait in waits:
        post.robots.script(fault)
        assert post.send() == 1
        left = only(hook).due_at - post.clock()
        assert timedelta(seconds=wait) <= left <= timedelta(seconds=wait * 1.2)
        post.clock.now = only(hook).due_at
    assert post.send() == 1
    assert post.robots.taken[0]["id"] == only(hook).reference
    assert (only(hook).state, only(hook).n_attempts) == ("sent", 10)


def test_a_webhook_that_never_answers_is_dead_after_ten_attempts(post):
    post.robots.secrets["webhook"] = WEBHOOK_SECRET
    hook = post.make("webhook")
    queue(post, hook)
    for _one in range(10):
        post.robots.script((500, {}, {}))
        post.send()
        post.clock.now = max(only(hook).due_at, post.clock.now)
    assert (only(hook).state, only(hook).n_attempts, only(hook).answer) == ("dead", 10, "HTTP 500")


def test_a_webhook_that_is_gone_is_switched_off_with_all_that_waits(post):
    post.robots.secrets["webhook"] = WEBHOOK_SECRET
    hook = post.make("webhook")
    queue(post, hook, n=2)
    post.robots.script((410, {}, {}))
    post.send()
    hook.refresh_from_db()
    assert (hook.is_on, hook.off_reason) == (False, "gone")
    assert sorted(Delivery.objects.values_list("reason", flat=True)) == ["gone", "switched_off"]


def test_a_named_time_to_wait_is_obeyed(post):
    post.robots.secrets["webhook"] = WEBHOOK_SECRET
    hook = post.make("webhook")
    queue(post, hook, n=2)
    post.robots.script((429, {"Retry-After": "900"}, {}))
    post.send()
    post.clock.move(seconds=890)
    assert post.send() == 0
    post.clock.move(seconds=20)
    assert post.send() == 2


def test_redirects_are_not_followed(post):
    post.robots.secrets["webhook"] = WEBHOOK_SECRET
    hook = post.make("webhook")
    queue(post, hook)
    post.robots.script((302, {"Location": f"{post.robots.address}/receiver"}, {}))
    post.send()
    assert only(hook).reason == "redirect"
    assert post.robots.taken == []


def test_an_inner_address_is_refused_unless_the_installation_allows_it(post, settings):
    robot = post.make("wecom")
    settings.INNER_NETWORKS = ("10.0.0.0/8",)
    queue(post, robot)
    post.send()
    assert (only(robot).state, only(robot).reason) == ("dead", "inner")
    assert post.robots.taken == []


def test_mail_carries_text_picture_and_files_over_an_encrypted_signed_in_connection(post, mailbox):
    box = post.make("mail")
    queue_message(
        message(
            markdown="**45** 条提到[上菜慢](https://voice.example.com/voices/)",
            picture=b"\x89PNG picture",
            attachments=(Attachment(name="日报.pdf", content_type="application/pdf", content=b"%PDF-1.7"),),
        ),
        destination_ids=[box.pk],
        now=post.clock(),
    )
    assert post.send() == 1
    user, recipients, content = mailbox.messages[0]
    assert user == "voice"
    assert recipients == ["lin@example.com", "wang@example.com"]
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert mail["Subject"] == "上菜变慢"
    assert mail["Message-ID"] == f"<{only(box).reference}@example.com>"
    assert "北京一店 45 条提到上菜慢。" in mail.get_body(("plain",)).get_content()
    page = mail.get_body(("html",)).get_content()
    assert '<strong>45</strong> 条提到<a href="https://voice.example.com/voices/">上菜慢</a>' in page
    assert 'src="cid:picture"' in page
    files = {part.get_filename(): part.get_content() for part in mail.walk() if part.get_filename()}
    assert files == {"picture.png": b"\x89PNG picture", "日报.pdf": b"%PDF-1.7"}


def test_a_mail_server_that_refuses_is_quoted(post, mailbox, settings):
    box = post.make("mail")
    mailbox.refused = {"lin@example.com", "wang@example.com"}
    answer = try_destination(box.pk, scope=EVERYTHING, by=SYSTEM, now=post.clock())
    assert (answer.reason, answer.text) == ("mail_refused", "550 5.1.1 no such mailbox")
    mailbox.refused = {"wang@example.com"}
    answer = try_destination(box.pk, scope=EVERYTHING, by=SYSTEM, now=post.clock())
    assert answer.is_taken
    assert answer.text.startswith("1 of 2 refused: 550")
    settings.SMTP_PASSWORD = "wrong"
    answer = try_destination(box.pk, scope=EVERYTHING, by=SYSTEM, now=post.clock())
    assert answer.reason == "mail_login"
    settings.SMTP_HOST = ""
    answer = try_destination(box.pk, scope=EVERYTHING, by=SYSTEM, now=post.clock())
    assert answer.reason == "mail_unset"


def test_a_full_mailbox_is_tried_again(post, mailbox):
    box = post.make("mail")
    mailbox.answer = "452 4.2.2 mailbox full"
    queue(post, box)
    post.send()
    assert (only(box).state, only(box).reason) == ("waiting", "busy")
    mailbox.answer = "250 OK"
    post.clock.move(minutes=1)
    post.send()
    assert only(box).state == "sent"


def test_a_mail_server_with_another_certificate_is_given_nothing(post, mailbox, monkeypatch):
    box = post.make("mail")
    monkeypatch.delenv("SSL_CERT_FILE")
    answer = try_destination(box.pk, scope=EVERYTHING, by=SYSTEM, now=post.clock())
    assert answer.reason == "certificate"
    assert mailbox.messages == []


def test_a_test_message_tells_the_honest_answer(post):
    robot = post.make("wecom", address=Address(url=f"{post.robots.address}/cgi-bin/webhook/send?key=old"))
    answer = try_destination(robot.pk, scope=EVERYTHING, by=SYSTEM, now=post.clock())
    assert (answer.reason, answer.text) == ("address", "93000 invalid webhook url")
    robot.refresh_from_db()
    assert robot.n_failures == 1


def test_of_two_senders_one_sends(post):
    robot = post.make("wecom")
    queue(post, robot)
    Destination.objects.filter(pk=robot.pk).update(
        held_by="other", held_until=post.clock() + timedelta(seconds=60)
    )
    assert Sender(clock=post.clock).send_due() == 0
    post.clock.move(seconds=61)  # whoever held it is dead
    assert Sender(clock=post.clock).send_due() == 1
    robot.refresh_from_db()
    assert robot.held_until is None


def test_no_secret_stands_in_the_log(post, caplog):
    caplog.set_level("DEBUG")
    robot = post.make("dingtalk", address=post.address("dingtalk", keyword="知音"))
    queue(post, robot)
    post.robots.script((500, {}, {}))
    post.send()
    post.clock.move(minutes=1)
    post.send()
    assert only(robot).state == "sent"
    assert "token-1234" not in caplog.text


def test_a_destination_that_cannot_be_reached_does_not_hold_up_the_others(post):
    dead = post.make(
        "wecom", name="dead", address=Address(url="http://127.0.0.1:9/cgi-bin/webhook/send?key=k")
    )
    alive = post.make("dingtalk")
    queue(post, dead, alive, n=3)
    assert post.send() == 4
    assert states(alive) == ["sent"] * 3
    assert states(dead) == ["waiting"] * 3


def test_a_batch_ends_before_its_lease():
    assert lease_is_enough()
