"""A case goes from a store to the head and on to another store: whoever has it then sees its whole story."""

from __future__ import annotations

import pytest
from django.urls import reverse

from zhiyin.people.access import Visitor
from zhiyin.people.queries import list_permissions
from zhiyin.people.roles import Role
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.respond.models import Case, Transfer
from zhiyin.respond.owning.queries import units_before
from zhiyin.respond.owning.services import AbilityWords, save_ability
from zhiyin.respond.owning.transfer_view import list_choices
from zhiyin.respond.services import transfer_case

pytestmark = pytest.mark.django_db


def _visitor(account) -> Visitor:
    return Visitor(account=account, permissions=list_permissions(account))


def test_a_case_may_go_up_to_its_neighbours_and_wherever_the_asker_works(shop, make_case) -> None:
    case = make_case()
    near = list_choices(case, scope=Scope(unit_ids=frozenset({shop.store.pk})))
    assert near.above == [shop.north, shop.company]
    assert near.others == [shop.south]
    everywhere = list_choices(case, scope=EVERYTHING)
    assert set(everywhere.others) == {shop.south, shop.far_store}


def test_the_head_gives_a_case_to_another_store_whose_people_then_have_it(shop, make_case, enter) -> None:
    case, client = make_case(), enter(shop.owner)
    url = reverse("case_transfer", args=[case.number])
    options = client.get(reverse("case_transfer_owners", args=[case.number]), {"unit": shop.far_store.pk})
    assert "stranger" in options.content.decode()
    assert "agent" not in options.content.decode()
    fields = {"version": 1, "owner": shop.stranger.pk, "summary": "x", "transfer_reason": "needs_power"}
    assert client.post(url, fields).status_code == 422  # nobody of there works here
    assert client.post(url, {**fields, "unit": shop.far_store.pk}).status_code == 302
    moved = Case.objects.get(pk=case.pk)
    assert (moved.owner, moved.unit) == (shop.stranger, shop.far_store)
    assert Transfer.objects.get().edge == "store>store"
    page = reverse("case", args=[case.number])
    assert enter(shop.stranger).get(page).status_code == 200
    assert enter(shop.agent).get(page).status_code == 404


def test_who_gets_a_case_reads_what_was_said_where_it_came_from(shop, make_case) -> None:
    case = make_case()
    assert units_before(case, visitor=_visitor(shop.agent)) == frozenset()
    moved = transfer_case(case, to=None, summary="x", unit=shop.far_store, by=shop.by_agent)
    assert units_before(moved, visitor=_visitor(shop.stranger)) == {shop.store.pk}
    for other in (shop.agent, shop.auditor, shop.owner):
        assert units_before(moved, visitor=_visitor(other)) == frozenset()


def test_a_hand_over_names_the_skill_that_it_needs(shop, make_case, make_account, enter) -> None:
    colleague = make_account("colleague", role=Role.AGENT, unit=shop.store)
    for account, skills in ((shop.agent, ()), (colleague, ("refunds",)), (shop.manager, ())):
        can = AbilityWords(skills=skills, languages=("zh",), capacity=9, follows_hours=False)
        save_ability(account, can, by=shop.by_manager)
    case, client = make_case(), enter(shop.agent)
    assert 'value="refunds"' in client.get(reverse("case", args=[case.number])).content.decode()
    fields = {"version": 1, "owner": "best", "summary": "x", "transfer_reason": "needs_skill"}
    client.post(reverse("case_transfer", args=[case.number]), {**fields, "skill": " Refunds "})
    moved = Case.objects.get()
    assert (moved.owner, moved.skill) == (colleague, "refunds")


def test_whoever_fits_best_may_get_a_new_case_instead_of_who_opens_it(shop, make_case, make_account) -> None:
    colleague = make_account("colleague", role=Role.AGENT, unit=shop.store)
    can = AbilityWords(skills=("refunds",), languages=("zh",), capacity=9, follows_hours=False)
    save_ability(colleague, can, by=shop.by_manager)
    assert make_case(skill="refunds").owner == shop.agent
    assert make_case(skill="refunds", by_fit=True).owner == colleague
