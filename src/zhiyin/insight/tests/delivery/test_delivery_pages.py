"""The pages of destinations: made, changed, tried, switched, deleted; secrets are never shown again."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from zhiyin.insight.delivery.contract import OutMessage, list_destinations, queue_message
from zhiyin.insight.delivery.sealing import unseal
from zhiyin.insight.models import Delivery, Destination
from zhiyin.people.models import AuditEvent
from zhiyin.people.roles import Role
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import create_unit

COMMON = {"language": "en", "time_zone": "Asia/Shanghai", "unit": "", "quiet_from": "", "quiet_until": ""}


@pytest.fixture
def staff(post):
    def visit(role, *, unit=None):
        account = create_account(f"{role}-{unit}", password="correct horse battery staple")
        grant_role(account, role=Role(role), unit=unit)
        client = Client(headers={"accept-language": "en"})
        client.force_login(account)
        client.cookies["django_language"] = "en"
        return client

    return visit


@pytest.fixture
def owner(staff):
    return staff("owner")


def test_a_robot_is_added_and_its_key_is_not_shown_again(owner, post):
    url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"
    page = owner.post(
        reverse("new_destination", args=["wecom"]), COMMON | {"name": "Night shift", "url": url}
    )
    made = Destination.objects.get()
    assert page.url == reverse("destination", args=[made.pk])
    shown = owner.get(page.url).content.decode() + owner.get(reverse("destinations")).content.decode()
    assert "693axxx6" not in shown
    assert "••••5aaa" in shown
    assert unseal(bytes(made.sealed)).url == url
    assert url.encode() not in bytes(made.sealed)
    trail = AuditEvent.objects.get(action="destination.created")
    assert "693axxx6" not in str(trail.details)


def test_an_address_of_another_product_is_refused_and_the_input_stays(owner):
    url = "https://oapi.dingtalk.com/robot/send?access_token=1234"
    page = owner.post(
        reverse("new_destination", args=["wecom"]), COMMON | {"name": "Night shift", "url": url}
    )
    assert page.status_code == 422
    assert "not the address of such a destination" in page.content.decode()
    assert "Night shift" in page.content.decode()


@pytest.mark.parametrize(
    "url",
    [
        "http://receiver.example.com/hook",
        "ftp://receiver.example.com/hook",
        "https://user:secret@receiver.example.com/",
        "https:///hook",
    ],
)
def test_an_address_that_gives_the_message_away_is_refused(owner, url):
    page = owner.post(reverse("new_destination", args=["webhook"]), COMMON | {"name": "Data", "url": url})
    assert page.status_code == 422


def test_a_made_webhook_secret_is_shown_once(owner):
    given = COMMON | {"name": "Data", "url": "https://receiver.example.com/hook", "secret": ""}
    page = owner.post(reverse("new_destination", args=["webhook"]), given)
    secret = re.search(r"whsec_[\w+/=]+", page.content.decode())[0]
    made = Destination.objects.get()
    assert unseal(bytes(made.sealed)).secret == secret
    assert "no-store" in page["Cache-Control"]
    assert secret not in owner.get(reverse("destination", args=[made.pk])).content.decode()


def test_changing_keeps_the_secret_only_while_the_address_stays(owner, post):
    post.robots.secrets["dingtalk"] = "SECtest"
    robot = post.make("dingtalk")
    page = reverse("destination", args=[robot.pk])
    owner.post(page, COMMON | {"name": "Other name", "url": "", "secret": "", "keyword": ""})
    robot.refresh_from_db()
    assert (robot.name, unseal(bytes(robot.sealed)).secret) == ("Other name", "SECtest")
    url = "https://oapi.dingtalk.com/robot/send?access_token=other"
    owner.post(page, COMMON | {"name": "Other name", "url": url, "secret": "", "keyword": ""})
    robot.refresh_from_db()
    assert unseal(bytes(robot.sealed)).secret == ""


def test_a_test_message_shows_what_the_other_side_answered(owner, post):
    robot = post.make("wecom")
    page = owner.post(reverse("try_destination", args=[robot.pk])).content.decode()
    assert "The other side took the message" in page
    assert "0 ok" in page
    post.robots.script((200, {}, {"errcode": 93000, "errmsg": "invalid webhook url"}))
    page = owner.post(reverse("try_destination", args=[robot.pk])).content.decode()
    assert "did not arrive" in page
    assert "93000 invalid webhook url" in page


def test_a_dead_letter_shows_its_reason_and_is_sent_again(owner, post):
    robot = post.make("wecom")
    message = OutMessage(key="k", title="Slow service", text="t")
    queue_message(message, destination_ids=[robot.pk], now=post.clock())
    post.robots.script((200, {}, {"errcode": 93000, "errmsg": "invalid webhook url"}))
    post.send()
    page = owner.get(reverse("deliveries"), {"state": "dead"}).content.decode()
    assert "Slow service" in page
    assert "Copy the address again" in page
    assert "Slow service" not in owner.get(reverse("deliveries"), {"state": "sent"}).content.decode()
    owner.post(reverse("repeat_delivery", args=[Delivery.objects.get().pk]))
    assert Delivery.objects.get().state == "waiting"


def test_a_deleted_destination_comes_back_with_what_waited(owner, post):
    robot = post.make("wecom")
    queue_message(OutMessage(key="k", title="t", text="t"), destination_ids=[robot.pk], now=post.clock())
    away = reverse("delete_destination", args=[robot.pk])
    owner.post(away)
    assert list_destinations(scope=EVERYTHING) == []
    assert post.send() == 0
    owner.post(f"{away}?restore")
    assert [one.name for one in list_destinations(scope=EVERYTHING)] == ["wecom"]
    assert post.send() == 1


def test_switching_off_leaves_dead_letters_that_say_so(owner, post):
    robot = post.make("wecom")
    queue_message(OutMessage(key="k", title="t", text="t"), destination_ids=[robot.pk], now=post.clock())
    owner.post(reverse("switch_destination", args=[robot.pk]), {"to": "off"})
    assert Delivery.objects.get().reason == "switched_off"
    assert "The destination was switched off" in owner.get(reverse("deliveries")).content.decode()


def test_somebody_of_a_unit_sees_its_destinations_alone(post, staff):
    north, south = (
        create_unit("n1", name="North", kind="store"),
        create_unit("s1", name="South", kind="store"),
    )
    post.make("wecom", name="Company group")
    mine = post.make("wecom", name="North group", unit=north)
    other = post.make("wecom", name="South group", unit=south)
    analyst = staff("analyst", unit=north)
    page = analyst.get(reverse("destinations")).content.decode()
    assert "North group" in page
    assert "Company group" not in page
    assert "South group" not in page
    for name in ("destination", "try_destination", "switch_destination"):
        assert analyst.post(reverse(name, args=[other.pk])).status_code == 404
    scope = Scope(unit_ids=frozenset({north.pk}))
    assert [one.id for one in list_destinations(scope=scope)] == [mine.pk]


@pytest.mark.parametrize("role", ["manager", "agent", "frontline", "auditor"])
def test_other_roles_do_not_see_the_page(staff, role):
    store = create_unit("n1", name="North", kind="store")
    unit = None if role == "auditor" else store
    assert staff(role, unit=unit).get(reverse("destinations")).status_code == 403
