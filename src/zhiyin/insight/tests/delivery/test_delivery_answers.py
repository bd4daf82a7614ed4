"""What comes of each answer: retries, dead letters, a destination that is gone, a refused mail."""

import email
import email.policy
from datetime import timedelta

from zhiyin.insight.delivery.contract import Attachment
from zhiyin.insight.delivery.destinations import try_destination
from zhiyin.insight.delivery.letters import Address
from zhiyin.insight.delivery.recording import forget_old
from zhiyin.insight.delivery.sender import Sender, lease_is_enough
from zhiyin.insight.models import Delivery, Destination, MessageFile
from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import EVERYTHING

WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def states(destination):
    return sorted(Delivery.objects.filter(destination=destination).values_list("state", flat=True))


def only(destination):
    return Delivery.objects.get(destination=destination)


def test_webhooks_are_signed_anew_and_keep_their_id_over_the_schedule(post):
    post.robots.secrets["webhook"] = WEBHOOK_SECRET
    hook = post.make("webhook")
    post.queue(hook)
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
    post.queue(hook)
    for _one in range(10):
        post.robots.script((500, {}, {}))
        post.send()
        post.clock.now = max(only(hook).due_at, post.clock.now)
    assert (only(hook).state, only(hook).n_attempts, only(hook).answer) == ("dead", 10, "HTTP 500")


def test_a_webhook_that_is_gone_is_switched_off_with_all_that_waits(post):
    post.robots.secrets["webhook"] = WEBHOOK_SECRET
    hook = post.make("webhook")
    post.queue(hook, n=2)
    post.robots.script((410, {}, {}))
    post.send()
    hook.refresh_from_db()
    assert (hook.is_on, hook.off_reason) == (False, "gone")
    assert sorted(Delivery.objects.values_list("reason", flat=True)) == ["gone", "switched_off"]


def test_a_named_time_to_wait_is_obeyed(post):
    post.robots.secrets["webhook"] = WEBHOOK_SECRET
    hook = post.make("webhook")
    post.queue(hook, n=2)
    post.robots.script((429, {"Retry-After": "900"}, {}))
    post.send()
    post.clock.move(seconds=890)
    assert post.send() == 0
    post.clock.move(seconds=20)
    assert post.send() == 2


def test_redirects_are_not_followed(post):
    post.robots.secrets["webhook"] = WEBHOOK_SECRET
    hook = post.make("webhook")
    post.queue(hook)
    post.robots.script((302, {"Location": f"{post.robots.address}/receiver"}, {}))
    post.send()
    assert only(hook).reason == "redirect"
    assert post.robots.taken == []


def test_an_inner_address_is_refused_unless_the_installation_allows_it(post, settings):
    robot = post.make("wecom")
    settings.INNER_NETWORKS = ("10.0.0.0/8",)
    post.queue(robot)
    post.send()
    assert (only(robot).state, only(robot).reason) == ("dead", "inner")
    assert post.robots.taken == []


def test_mail_carries_text_picture_and_files_over_an_encrypted_signed_in_connection(post, mailbox):
    box = post.make("mail")
    post.say(
        box,
        markdown="**45** 条提到[上菜慢](https://voice.example.com/voices/)",
        picture=b"\x89PNG picture",
        attachments=(Attachment(name="日报.pdf", content_type="application/pdf", content=b"%PDF-1.7"),),
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
    post.queue(box)
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
    post.queue(robot)
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
    post.queue(robot)
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
    post.queue(dead, alive, n=3)
    assert post.send() == 4
    assert states(alive) == ["sent"] * 3
    assert states(dead) == ["waiting"] * 3


def test_a_batch_ends_before_its_lease():
    assert lease_is_enough()


def test_what_is_old_is_forgotten_but_files_that_may_be_sent_again_stay(post):
    robot, other = post.make("wecom"), post.make("dingtalk")
    picture = {"picture": b"\x89PNG picture"}
    post.say(robot, key="sent", **picture)
    post.robots.script((200, {}, {"errcode": 400101, "errmsg": "token is not exist"}))
    post.say(other, key="dead", **picture)
    Delivery.objects.filter(destination=robot).update(due_at=post.clock() + timedelta(seconds=1))
    post.send()
    post.clock.move(seconds=2)
    post.send()
    assert states(robot) + states(other) == ["sent", "dead"]
    forget_old(now=post.clock() + timedelta(days=8))
    assert list(MessageFile.objects.values_list("message__key", flat=True)) == ["dead"]
    assert forget_old(now=post.clock() + timedelta(days=91)) == 2
    assert Delivery.objects.count() == 0


def test_tls_is_checked_by_name_though_the_connection_goes_to_the_checked_address(
    post, sealed_robots, certificate, monkeypatch, settings
):
    settings.INNER_NETWORKS = ("127.0.0.0/8", "::1/128")
    port = sealed_robots.address.rpartition(":")[2]
    path = "cgi-bin/webhook/send?key=wecom-key"
    by_name = post.make("wecom", name="by name", address=Address(url=f"https://localhost:{port}/{path}"))
    by_number = post.make("wecom", name="by number", address=Address(url=f"https://127.0.0.1:{port}/{path}"))

    def attempt(one):
        return try_destination(one.pk, scope=EVERYTHING, by=SYSTEM, now=post.clock()).reason

    assert attempt(by_name) == "certificate"
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    assert attempt(by_name) == ""
    assert attempt(by_number) == "certificate"
    assert len(sealed_robots.taken) == 1
