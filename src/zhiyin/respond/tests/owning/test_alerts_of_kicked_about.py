"""Whoever is named for the unit is told of every hand-over from the third on, once each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from zhiyin.errors import InvalidInput, NotFound
from zhiyin.insight.models import Delivery, Destination, Message
from zhiyin.people.actors import Actor
from zhiyin.people.models import AuditEvent
from zhiyin.people.roles import Role
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.respond import hooks
from zhiyin.respond.models import KickedAboutAlert, Notice, Step
from zhiyin.respond.owning.alerting import (
    alert_kicked_about,
    begin_alert,
    end_alert,
    list_leaders,
    resume_alert,
)
from zhiyin.respond.services import transfer_case
from zhiyin.respond.services.changes import Change

pytestmark = pytest.mark.django_db


def _destination(name: str, **fields) -> Destination:
    wanted = {"kind": "webhook", "sealed": b"", "created_at": timezone.now(), **fields}
    return Destination.objects.create(name=name, **wanted)


def _begin(one: Destination, shop, unit=None) -> None:
    begin_alert(one.pk, unit=unit, by=shop.by_manager, scope=EVERYTHING)


@pytest.fixture
def kick(shop, make_account):
    """Hands the case on so many times, to somebody else each time."""
    people = [shop.manager, shop.owner, make_account("second", role=Role.AGENT, unit=shop.store)]

    def hand_on(case, *, times: int):
        for n in range(times):
            case = transfer_case(case, to=people[n % 3], summary="电话 13800000000", by=shop.by_manager)
        return case

    return hand_on


def test_the_third_hand_over_is_told_to_those_of_the_unit_and_to_nobody_else(shop, make_case, kick) -> None:
    near, everywhere = _destination("华北"), _destination("总部", language="en")
    far, off = _destination("华南"), _destination("停用")
    _begin(near, shop, unit=shop.north)
    _begin(everywhere, shop)
    _begin(far, shop, unit=shop.south)
    _begin(off, shop)
    end_alert(off.pk, by=shop.by_manager, scope=EVERYTHING)
    case = kick(make_case(title="王先生的电话 13800000000"), times=2)
    assert not Message.objects.exists()
    case = kick(case, times=1)
    told = Delivery.objects.values_list("destination__name", flat=True)
    assert sorted(told) == ["华北", "总部"]
    said = " ".join(f"{one.title} {one.text}" for one in Message.objects.all())
    assert case.number in said
    assert "handed over 3 times" in said
    assert "已转派 3 次" in said
    assert "13800000000" not in said


def test_each_step_is_told_once_and_a_past_that_is_told_again_is_no_news(shop, make_case, kick) -> None:
    _begin(_destination("总部"), shop)
    case = kick(make_case(), times=4)
    assert Delivery.objects.count() == 2
    change = Change(case=case, at=timezone.now())
    alert_kicked_about(change, Step.TRANSFERRED, shop.by_manager)
    assert Delivery.objects.count() == 2
    old = Change(case=case, at=timezone.now() - timedelta(days=2))
    old.case.version += 1
    alert_kicked_about(old, Step.TRANSFERRED, shop.by_manager)
    alert_kicked_about(change, Step.NOTED, shop.by_manager)
    assert Delivery.objects.count() == 2
    assert hooks._after_telling.count(alert_kicked_about) == 1


def test_the_leaders_of_the_unit_get_a_notice_and_whoever_did_it_or_has_it_none(
    shop, make_case, kick, make_account
) -> None:
    second = make_account("second_manager", role=Role.MANAGER, unit=shop.north)
    assert list_leaders(shop.store) == [shop.manager, second]
    assert list_leaders(shop.south) == [shop.owner]
    case = kick(make_case(), times=3)
    told = Notice.objects.filter(kind="kicked_about")
    assert [one.account for one in told] == [second]  # the manager handed it on
    transfer_case(case, to=second, summary="请接", by=Actor.of(shop.owner))
    told = Notice.objects.filter(kind="kicked_about").order_by("pk")
    assert [one.account for one in told] == [second, shop.manager]


def test_who_is_told_is_chosen_within_the_scope_taken_back_and_the_trail_knows(shop) -> None:
    mine, foreign = _destination("华北", unit=shop.north), _destination("华南", unit=shop.south)
    scope = Scope(unit_ids=frozenset({shop.north.pk, shop.store.pk}))
    with pytest.raises(InvalidInput):
        begin_alert(foreign.pk, unit=shop.north, by=shop.by_manager, scope=scope)
    for unit in (None, shop.south):
        with pytest.raises(InvalidInput):
            begin_alert(mine.pk, unit=unit, by=shop.by_manager, scope=scope)
    begin_alert(mine.pk, unit=shop.store, by=shop.by_manager, scope=scope)
    end_alert(mine.pk, by=shop.by_manager, scope=scope)
    resume_alert(mine.pk, by=shop.by_manager, scope=scope)
    assert (KickedAboutAlert.objects.get().unit, KickedAboutAlert.objects.get().is_on) == (shop.store, True)
    with pytest.raises(NotFound):
        end_alert(foreign.pk, by=shop.by_manager, scope=scope)
    told = AuditEvent.objects.filter(action__startswith="kicked_about_alert").order_by("pk")
    assert [one.action.split(".")[1] for one in told] == ["on", "off", "on"]


def test_the_page_chooses_who_is_told(shop, enter) -> None:
    one, page = _destination("值班群"), reverse("cases_kicked_about")
    boss = enter(shop.owner)
    assert "No destination is told yet" in boss.get(page).content.decode()
    url = reverse("kicked_about_alert")
    boss.post(url, {"destination": "999", "unit": ""})
    boss.post(url, {"destination": one.pk, "unit": "nowhere"})
    assert not KickedAboutAlert.objects.exists()
    boss.post(url, {"destination": one.pk, "unit": shop.north.code})
    shown = boss.get(page).content.decode()
    assert "值班群" in shown
    assert "华北 and all below it" in shown
    end, again = (reverse(f"kicked_about_alert_{name}", args=[one.pk]) for name in ("end", "again"))
    boss.post(end)
    assert not KickedAboutAlert.objects.get().is_on
    boss.post(again)
    assert KickedAboutAlert.objects.get().is_on
    assert "Who is told at once" not in enter(shop.agent).get(page).content.decode()
    assert enter(shop.agent).post(end).status_code == 403
    assert enter(shop.owner).post(reverse("kicked_about_alert_end", args=[12345])).status_code == 404
