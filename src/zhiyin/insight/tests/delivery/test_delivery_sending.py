"""Messages reach robots in the form and at the pace that each of them asks for."""

from datetime import time

import pytest

from zhiyin.insight.delivery.deliveries import send_again
from zhiyin.insight.delivery.destinations import switch_destination
from zhiyin.insight.delivery.letters import Address
from zhiyin.insight.models import Delivery, DeliveryAttempt
from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import EVERYTHING

WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def states(destination):
    return sorted(Delivery.objects.filter(destination=destination).values_list("state", flat=True))


def only(destination):
    return Delivery.objects.get(destination=destination)


def test_a_message_with_one_key_goes_to_a_destination_once(post):
    robot = post.make("wecom")
    assert post.say(robot) == 1
    assert post.say(robot, title="Again") == 0
    assert post.send() == 1
    assert post.send() == 0
    assert len(post.robots.taken) == 1


def test_a_destination_that_is_off_is_queued_nothing(post):
    robot = post.make("wecom")
    switch_destination(robot.pk, is_on=False, scope=EVERYTHING, by=SYSTEM, now=post.clock())
    assert post.queue(robot) == 0


def test_plain_words_reach_each_robot_with_the_link(post):
    post.robots.secrets |= {"dingtalk": "SECtest", "feishu": "demo"}
    robots = [post.make(kind) for kind in ("wecom", "dingtalk", "feishu")]
    post.say(
        *robots,
    )
    assert post.send() == 3
    for taken in post.robots.taken:
        said = taken.get("text", taken.get("content"))
        words = said.get("content") or said.get("text")
        assert words.startswith("上菜变慢\n北京一店 45 条")
        assert words.endswith("\nhttps://voice.example.com/alerts/1/")


def test_markdown_reaches_each_robot_in_its_own_form(post):
    robots = [post.make(kind) for kind in ("wecom", "dingtalk", "feishu")]
    post.say(*robots, markdown="**45** 条", level=3)
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
    post.say(robot, text=long, markdown=markdown * 9_000)
    post.send()
    assert only(robot).state == "sent", only(robot).answer
    assert len(str(post.robots.taken[0]).encode()) < 21_000


def test_a_wecom_robot_gets_the_picture_after_the_words_and_both_count(post):
    robot = post.make("wecom")
    post.say(robot, picture=b"\x89PNG picture")
    assert post.send() == 2
    assert [one["msgtype"] for one in post.robots.taken] == ["text", "image"]
    assert DeliveryAttempt.objects.filter(destination=robot).count() == 2


def test_a_wrong_secret_is_a_dead_letter_that_says_so_and_can_be_sent_again(post):
    post.robots.secrets["feishu"] = "demo"
    robot = post.make("feishu", address=Address(url=post.address("feishu").url, secret="other"))
    post.queue(robot)
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
    post.say(without, with_it)
    post.send()
    assert only(without).reason == "keyword"
    assert only(with_it).state == "sent"


def test_an_overflow_becomes_one_digest_and_the_limit_is_never_broken(post):
    post.robots.limits["wecom"] = 20
    robot = post.make("wecom")
    post.queue(robot, n=15)
    assert post.send() == 15
    post.queue(robot, n=30, level=2)
    post.queue(robot, n=1, level=3)
    assert post.send() == 2
    assert states(robot) == ["digested"] * 30 + ["sent"] * 17
    assert "预警 45" in str(post.robots.taken[-2])  # level 3 alone and before the digest
    assert "30 条消息" in str(post.robots.taken[-1])
    assert not Delivery.objects.filter(reason="rate").exists()


def test_what_fits_into_no_limit_waits_until_the_minute_is_over(post):
    robot = post.make("wecom")
    post.queue(robot, n=20)
    post.send()
    post.queue(robot)
    assert post.send() == 0
    post.clock.move(seconds=61)
    assert post.send() == 1


def test_a_robot_that_says_too_fast_is_left_alone_as_long_as_it_asks(post):
    post.robots.limits["dingtalk"] = 0
    robot = post.make("dingtalk")
    post.queue(robot, n=3)
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
    post.queue(robot, n=2)
    post.queue(robot, level=3)
    assert post.send() == 1
    post.clock.move(minutes=2)
    assert post.send() == 2


def test_feishu_gets_five_a_second_at_most(post):
    robot = post.make("feishu")
    post.queue(robot, n=5)
    assert post.send() == 5
    post.queue(robot)
    assert post.send() == 0
    post.clock.move(seconds=2)
    assert post.send() == 1


def test_quiet_hours_hold_all_but_level_three_and_end_with_one_digest(post):
    post.clock.now = post.clock.now.replace(hour=15)  # 23:10 in Shanghai
    robot = post.make("wecom", quiet_from=time(22), quiet_until=time(8))
    post.queue(robot, n=4, level=2)
    post.queue(robot, level=3)
    assert post.send() == 1
    post.clock.move(hours=8)  # 07:10
    assert post.send() == 0
    post.clock.move(hours=1)
    assert post.send() == 1
    assert states(robot) == ["digested"] * 4 + ["sent"] * 2
