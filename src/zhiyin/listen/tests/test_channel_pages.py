"""Channels on their page: counted within the asker's scope, named, switched off and on again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from zhiyin.listen.items import RatingIn, UnitIn
from zhiyin.listen.models import Channel, SetAsideItem
from zhiyin.listen.queries.arrivals import N_DAYS, read_arrivals
from zhiyin.people.models import AuditEvent
from zhiyin.people.roles import Role
from zhiyin.people.scope import EVERYTHING, NOTHING, Scope
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import create_unit

pytestmark = pytest.mark.django_db(transaction=True)
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def units(db):
    return create_unit("s1", name="一店", kind="store"), create_unit("s2", name="二店", kind="store")


@pytest.fixture
def heard(receive, said, pipeline, units):
    """Voices of two stores: three of store 1 now, one of store 2 ten days ago, one long ago."""
    now = timezone.now()
    review = {"channel": "review_site", "unit": UnitIn(code="s1")}
    receive(
        said("a", occurred_at=now, rating=RatingIn(value=4), **review),
        said("b", "另一句话", occurred_at=now - timedelta(seconds=5), **review),
        said("c", "第三句", occurred_at=now, channel="chat", unit=UnitIn(code="s1"), source="qiyu"),
        said(
            "d", "第四句", occurred_at=now - timedelta(days=10), channel="review_site", unit=UnitIn(code="s2")
        ),
        said("e", "第五句", occurred_at=now - timedelta(days=300), channel="review_site"),
    )
    pipeline.drain()


@pytest.fixture
def sign_in(engine, settings):
    settings.HOME = engine.home

    def make(role, *, unit=None, language="en"):
        account = create_account(
            f"{role.value}-{unit}", password="correct horse battery staple", language=language
        )
        grant_role(account, role=role, unit=unit)
        client = Client()
        client.force_login(account)
        client.cookies["django_language"] = language
        return client

    return make


def test_arrivals_are_counted_by_local_day_and_by_source(engine, heard):
    found = read_arrivals(engine.lake, scope=EVERYTHING, now=timezone.now(), zone=ZONE)
    review = found["review_site"]
    assert (review.n_week, review.n_month, review.n_ever, review.n_rated) == (2, 3, 4, 1)
    assert review.n_today + review.daily[-2] == 2  # this may run at midnight
    assert (len(review.daily), sum(review.daily)) == (N_DAYS, 3)
    assert review.share_rated == pytest.approx(1 / 3)
    assert [(source.source, source.n_month) for source in found["chat"].sources] == [("qiyu", 1)]
    assert timezone.now() - review.last_received_at < timedelta(minutes=5)


def test_a_day_begins_at_midnight_of_the_zone(engine, receive, said, pipeline):
    late = datetime(2026, 3, 1, 15, 59, tzinfo=UTC)
    receive(said("a", occurred_at=late), said("b", "另一句", occurred_at=late + timedelta(minutes=2)))
    pipeline.drain()
    now = late + timedelta(hours=1)
    found = read_arrivals(engine.lake, scope=EVERYTHING, now=now, zone=ZONE)["other"]
    assert found.daily[-2:] == [1, 1]
    found = read_arrivals(engine.lake, scope=EVERYTHING, now=now, zone=ZoneInfo("UTC"))["other"]
    assert found.daily[-2:] == [0, 2]


def test_a_store_sees_its_own_voices_and_nobody_else_sees_any(engine, heard, units):
    own = Scope(unit_ids=frozenset({units[1].pk}))
    found = read_arrivals(engine.lake, scope=own, now=timezone.now(), zone=ZONE)
    assert {code: one.n_ever for code, one in found.items()} == {"review_site": 1}
    assert read_arrivals(engine.lake, scope=NOTHING, now=timezone.now(), zone=ZONE) == {}
    with pytest.raises(TypeError):
        read_arrivals(engine.lake, scope=None, now=timezone.now(), zone=ZONE)


def test_the_page_shows_a_manager_the_own_store_without_the_state_of_the_whole(heard, units, sign_in):
    SetAsideItem.objects.create(sequence=1, payload=b"x", reason="analysis failed")
    owner, manager = sign_in(Role.OWNER), sign_in(Role.MANAGER, unit=units[0])
    page = owner.get("/channels/")
    rows = {row.code: row.arrivals.n_ever for group in page.context["groups"] for row in group.rows}
    assert rows == {"review_site": 4, "chat": 1}
    assert "waits, encrypted: 1." in page.content.decode()
    page = manager.get("/channels/")
    rows = {row.code: row.arrivals.n_ever for group in page.context["groups"] for row in group.rows}
    assert rows == {"review_site": 2, "chat": 1}
    words = page.content.decode()
    assert "encrypted" not in words
    assert "Switch off" not in words


def test_a_new_channel_is_named_and_needs_no_review_any_more(receive, said, pipeline, sign_in):
    receive(said("a", channel="mini_program"))
    pipeline.drain()
    owner = sign_in(Role.OWNER)
    assert "New: name it" in owner.get("/channels/").content.decode()
    assert owner.get("/channels/mini_program/").status_code == 200
    names = {"name_zh": "小程序", "name_en": "Mini program"}
    for wrong in ({"name_zh": ""}, {"kind": "x"}, {"name_en": "a" * 101}):
        response = owner.post("/channels/mini_program/", {**names, "kind": "own", **wrong})
        assert response.status_code == 422
    assert owner.post("/channels/mini_program/", {**names, "kind": "own"})["Location"] == "/channels/"
    channel = Channel.objects.get(code="mini_program")
    assert (channel.name_zh, channel.name_en, channel.kind, channel.needs_review) == (
        "小程序",
        "Mini program",
        "own",
        False,
    )
    assert AuditEvent.objects.filter(action="channel.changed", target_id="mini_program").count() == 1


def test_switching_off_hides_and_is_undone_by_the_message(receive, said, pipeline, units, sign_in):
    receive(said("a", channel="chat", unit=UnitIn(code="s1")))
    pipeline.drain()
    owner, manager = sign_in(Role.OWNER), sign_in(Role.MANAGER, unit=units[0])
    page = owner.post("/channels/chat/switch/", follow=True).content.decode()
    assert 'action="/channels/chat/switch/"' in page
    assert not Channel.objects.get(code="chat").is_active
    assert manager.get("/channels/").context["groups"] == []
    owner.post("/channels/chat/switch/")
    assert Channel.objects.get(code="chat").is_active
    assert AuditEvent.objects.filter(action__startswith="channel.switched").count() == 2
    assert manager.post("/channels/chat/switch/").status_code == 403
    assert owner.post("/channels/nothing/switch/").status_code == 404


def test_an_empty_house_is_told_how_to_begin_in_both_languages(pipeline, sign_in):
    pipeline.process_batch()
    assert "Connect the first channel" in sign_in(Role.OWNER).get("/channels/").content.decode()
    assert (
        "请在下面接入第一个渠道"
        in sign_in(Role.ANALYST, language="zh-hans").get("/channels/").content.decode()
    )
