"""The page of ladders: rungs added, removed and put back; who may, and what the case shows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.actors import SYSTEM
from zhiyin.people.models import AuditEvent
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.respond.ladders.climbing import climb
from zhiyin.respond.ladders.services import add_usual, remove_rung, restore_rung
from zhiyin.respond.models import LadderRung

TEN = datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Wednesday

_TYPED = {"kind": "", "minutes": "30", "side": "before", "whom": "owner", "deed": "tell", "unit": ""}


def test_a_rung_is_added_removed_and_put_back(shop: Any, enter: Any) -> None:
    browser = enter(shop.owner)
    page = browser.post(reverse("manage_ladders"), _TYPED, follow=True)
    assert "30 min before it is due" in page.content.decode()
    rung = LadderRung.objects.get()
    assert (rung.minutes, rung.unit, rung.made_by) == (-30, None, shop.owner)
    gone = browser.post(reverse("ladder_remove", args=[rung.pk]), follow=True).content.decode()
    assert "No ladders yet" in gone
    assert reverse("ladder_restore", args=[rung.pk]) in gone
    browser.post(reverse("ladder_restore", args=[rung.pk]))
    assert LadderRung.objects.get().removed_at is None
    actions = AuditEvent.objects.filter(action__startswith="ladder.").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        "ladder.added",
        "ladder.removed",
        "ladder.restored",
    ]


def test_what_cannot_be_is_refused_in_place(shop: Any, enter: Any, make_rung: Any) -> None:
    make_rung(-30, whom="owner")
    browser = enter(shop.owner)
    twice = browser.post(reverse("manage_ladders"), _TYPED)
    assert twice.status_code == 422
    assert "stands on the ladder already" in twice.content.decode()
    to_owner = browser.post(reverse("manage_ladders"), {**_TYPED, "deed": "hand_over"})
    assert "Choose somebody above" in to_owner.content.decode()


def test_the_usual_rungs_come_once_and_only_for_the_whole_company(shop: Any) -> None:
    assert add_usual(by=SYSTEM, scope=EVERYTHING) == 6
    assert add_usual(by=SYSTEM, scope=EVERYTHING) == 0
    with pytest.raises(NotFound):
        add_usual(by=SYSTEM, scope=Scope(unit_ids=frozenset({shop.store.pk})))


def test_a_rung_of_another_unit_is_not_there(shop: Any, make_rung: Any) -> None:
    rung = make_rung(5, unit_id=shop.south.pk)
    with pytest.raises(NotFound):
        remove_rung(rung.pk, by=SYSTEM, scope=Scope(unit_ids=frozenset({shop.store.pk})))


def test_agents_do_not_manage_ladders(shop: Any, enter: Any) -> None:
    assert enter(shop.agent).get(reverse("manage_ladders")).status_code == 403


def test_a_ladder_has_an_end(make_rung: Any) -> None:
    for minutes in range(20):
        make_rung(minutes)
    with pytest.raises(InvalidInput):
        make_rung(20)


def test_put_back_too_late_it_stays_away(at: Any, make_rung: Any) -> None:
    rung = make_rung(0)
    remove_rung(rung.pk, by=SYSTEM, scope=EVERYTHING)
    at(TEN + timedelta(hours=2))
    with pytest.raises(Conflict):
        restore_rung(rung.pk, by=SYSTEM, scope=EVERYTHING)


def test_the_case_shows_what_happened_and_what_will(
    at: Any, make_rung: Any, timed: Any, shop: Any, enter: Any
) -> None:
    make_rung(0, whom="above")
    make_rung(60, whom="above", deed="hand_over")
    case = timed()
    climb(now=at(TEN + timedelta(minutes=60)))
    page = enter(shop.agent).get(reverse("case", args=[case.number])).content.decode()
    assert "What happens by itself" in page
    assert "manager was told." in page
    assert "who stands above the owner has the case from then on" in page
