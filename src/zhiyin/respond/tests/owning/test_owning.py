"""One owner, chosen by what they can do; every hand-over has a reason, and none goes straight back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from zhiyin.errors import Conflict
from zhiyin.people.actors import Actor
from zhiyin.people.roles import Role
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.models import Case, OwnerChoice, StaffAbility, Transfer
from zhiyin.respond.owning.choosing import choose_owner
from zhiyin.respond.owning.errors import PingPong
from zhiyin.respond.owning.queries import count_edges, list_transfers, select_kicked_about
from zhiyin.respond.owning.reasons import TransferReason
from zhiyin.respond.owning.services import (
    AbilityWords,
    hand_all_over,
    save_ability,
    undo_ability,
    undo_batch,
)
from zhiyin.respond.services import CUSTOMER, send_answer, start_work, transfer_case, undo

pytestmark = pytest.mark.django_db


def _able(account, shop, **fields) -> StaffAbility:
    wanted = {"skills": (), "languages": ("zh",), "capacity": 3, "follows_hours": False, **fields}
    return save_ability(account, AbilityWords(**wanted), by=shop.by_manager)


@pytest.fixture
def colleague(shop, make_account):
    return make_account("colleague", role=Role.AGENT, unit=shop.store)


def test_without_abilities_a_case_goes_to_the_nearest_and_nothing_is_said(shop, make_case) -> None:
    case = make_case(by=CUSTOMER)
    assert case.owner == shop.agent
    assert not OwnerChoice.objects.exists()


def test_a_case_goes_to_who_speaks_the_language_and_can_do_it(shop, make_case, colleague) -> None:
    _able(shop.agent, shop)
    _able(colleague, shop, languages=("zh", "en"), skills=("broadband",))
    case = make_case(by=CUSTOMER, customer_words="My internet is down since Friday")
    assert (case.owner, case.language) == (colleague, "en")
    assert make_case(by=CUSTOMER, skill=" Broadband ").owner == colleague
    choice = OwnerChoice.objects.filter(case=case).get()
    assert (choice.is_fallback, choice.n_open, choice.capacity) == (False, 0, 3)


def test_the_least_share_of_the_room_counts_and_a_full_one_gets_none(shop, make_case, colleague) -> None:
    _able(shop.agent, shop, capacity=1)
    _able(colleague, shop, capacity=4)
    owners = [make_case(by=CUSTOMER).owner for _ in range(6)]
    assert owners[:5].count(shop.agent) == 1
    assert owners[:5].count(colleague) == 4
    # Nobody has room any more: the unit's own have it, and the page says why.
    assert owners[-1] == shop.agent
    assert OwnerChoice.objects.filter(is_fallback=True).count() == 1


def test_who_is_away_or_off_shift_gets_none(shop, colleague) -> None:
    now = timezone.now().replace(year=2026, month=11, day=22, hour=4)  # a Sunday, noon in Shanghai
    _able(shop.agent, shop, away_until=now + timedelta(days=1))
    _able(colleague, shop, follows_hours=True)
    assert choose_owner(shop.store, now=now).is_fallback
    monday = choose_owner(shop.store, now=now + timedelta(hours=23))
    assert (monday.account, monday.is_fallback, monday.is_on_shift) == (colleague, False, True)


def test_nobody_of_another_unit_is_chosen(shop) -> None:
    _able(shop.stranger, shop)
    assert choose_owner(shop.store, now=timezone.now()).account == shop.agent


def test_a_change_of_abilities_is_taken_back_step_by_step(shop) -> None:
    _able(shop.agent, shop, skills=("one",))
    _able(shop.agent, shop, skills=("two",))
    undo_ability(shop.agent, by=shop.by_manager)
    assert StaffAbility.objects.get(account=shop.agent).skills == ["one"]
    undo_ability(shop.agent, by=shop.by_manager)
    with pytest.raises(Conflict):
        undo_ability(shop.agent, by=shop.by_manager)


def test_a_hand_over_is_told_with_reason_edge_and_place(shop, make_case) -> None:
    case = transfer_case(
        make_case(), to=shop.manager, summary="要退款", reason=TransferReason.NEEDS_POWER, by=shop.by_agent
    )
    (told,) = list_transfers(case)
    assert (told.reason, told.edge, told.event.note.text) == ("needs_power", "store>region", "要退款")
    assert (told.from_place, told.to_place) == (shop.store, shop.north)
    (edge,) = count_edges(scope=EVERYTHING, since=timezone.now() - timedelta(days=1))
    assert (edge.edge, edge.n) == ("store>region", 1)
    undo(case, by=shop.by_agent)
    assert list_transfers(case) == []
    assert count_edges(scope=EVERYTHING, since=timezone.now() - timedelta(days=1)) == []


def test_a_hand_over_may_move_the_case_to_a_unit_above_and_back(shop, make_case) -> None:
    case = transfer_case(make_case(), to=None, summary="总部的事", unit=shop.north, by=shop.by_agent)
    assert (case.owner, case.unit) == (shop.manager, shop.north)
    case = undo(case, by=shop.by_agent)
    assert (case.owner, case.unit) == (shop.agent, shop.store)


def test_ping_pong_is_refused_unless_a_manager_does_it_or_something_was_done(
    shop, make_case, colleague
) -> None:
    there = transfer_case(make_case(), to=colleague, summary="请接", by=shop.by_agent)
    by_colleague = Actor.of(colleague)
    there = start_work(there, by=by_colleague)
    with pytest.raises(PingPong, match=there.number):
        transfer_case(there, to=shop.agent, summary="还你", by=by_colleague)
    assert Case.objects.get(pk=there.pk).owner == colleague
    back = transfer_case(there, to=shop.agent, summary="你先做", by=shop.by_manager)
    assert back.owner == shop.agent
    done = send_answer(
        transfer_case(make_case(), to=colleague, summary="请接", by=shop.by_agent),
        text="已查",
        by=by_colleague,
    )
    assert transfer_case(done, to=shop.agent, summary="已查，请跟进", by=by_colleague).owner == shop.agent


def test_more_than_two_hand_overs_are_kicked_about(shop, make_case, colleague, enter) -> None:
    case = make_case()
    for to in (colleague, shop.manager, shop.owner):
        assert not select_kicked_about(scope=EVERYTHING).exists()
        case = transfer_case(case, to=to, summary="请接", by=shop.by_manager)
    assert list(select_kicked_about(scope=EVERYTHING)) == [case]
    client = enter(shop.manager)
    assert case.number in client.get(reverse("cases_kicked_about")).content.decode()
    assert "handed over 3 times" in client.get(reverse("case", args=[case.number])).content.decode()
    assert case.number not in enter(shop.stranger).get(reverse("cases_kicked_about")).content.decode()


def test_whoever_leaves_hands_everything_over_at_once_and_it_is_taken_back(
    shop, make_case, colleague
) -> None:
    _able(colleague, shop, capacity=2)
    cases = [make_case() for _ in range(3)]
    done = hand_all_over(shop.agent, to=None, summary="我离职", by=shop.by_manager, scope=EVERYTHING)
    assert (done.n_done, done.refused) == (3, {})
    assert {Case.objects.get(pk=case.pk).owner for case in cases} == {colleague}
    assert OwnerChoice.objects.filter(is_fallback=True).count() == 1
    assert Transfer.objects.filter(reason="leaving", batch=done.batch).count() == 3
    assert undo_batch(done.batch, by=shop.by_manager, scope=EVERYTHING) == 3
    assert set(Case.objects.values_list("owner", flat=True)) == {shop.agent.pk}


def test_the_page_hands_over_by_reason_to_whoever_fits(shop, make_case, enter) -> None:
    case, client = make_case(), enter(shop.agent)
    url = reverse("case_transfer", args=[case.number])
    without = client.post(url, {"version": 1, "owner": "best", "summary": "kept words"})
    assert without.status_code == 422
    assert "kept words" in without.content.decode()
    fields = {"version": 1, "owner": "best", "summary": "x", "transfer_reason": "needs_power"}
    assert client.post(url, {**fields, "unit": shop.far_store.pk}).status_code == 422
    # At the region the agent sees no cases: the way leads to where it went.
    response = client.post(url, {**fields, "unit": shop.north.pk})
    assert response.url == reverse("case_handed_on", args=[case.number])
    assert (Case.objects.get(pk=case.pk).unit, Transfer.objects.get().reason) == (shop.north, "needs_power")


def test_the_pages_of_staff_and_of_leaving(shop, make_case, enter) -> None:
    case, client = make_case(), enter(shop.owner)
    assert "agent" in client.get(reverse("case_staff")).content.decode()
    one = reverse("case_staff_one", args=[shop.agent.pk])
    assert client.get(one).status_code == 200
    assert client.post(one, {"skills": "a", "languages": "zh", "capacity": -1}).status_code == 422
    assert client.post(one, {"skills": "A, b", "languages": "zh", "capacity": 5}).status_code == 302
    assert StaffAbility.objects.get().skills == ["a", "b"]
    client.post(reverse("case_staff_undo", args=[shop.agent.pk]))
    assert not StaffAbility.objects.exists()
    assert enter(shop.agent).get(reverse("case_staff")).status_code == 403
    leaving = reverse("case_hand_over_all", args=[shop.agent.pk])
    assert enter(shop.stranger).get(leaving).status_code == 404
    client = enter(shop.manager)
    assert case.title in client.get(leaving).content.decode()
    assert client.post(leaving, {"owner": "best", "summary": ""}).status_code == 422
    assert client.post(leaving, {"owner": "best", "summary": "bye"}).status_code == 302
    assert Case.objects.get().owner == shop.manager
