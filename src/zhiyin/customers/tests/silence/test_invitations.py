"""Lists to invite: drawn by chance, repeatable, permitted, and compared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from zhiyin.customers.models import Consent, Identity, InvitationList, Invited, SilenceFit
from zhiyin.customers.rights.holders import Person, list_holders
from zhiyin.customers.silence.fitting import fit_silence
from zhiyin.customers.silence.invitations import (
    NewList,
    delete_list,
    draw_held_out,
    get_list,
    list_invited,
    make_list,
    measure_effect,
)
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import EVERYTHING, Scope

CUSTOMERS = [UUID(int=number) for number in range(1, 1001)]
WANTED = NewList(
    name="回来看看",
    kind="overdue",
    least=1.5,
    n_most=1_000,
    held_out_share=0.2,
    purpose="service",
    channel="mail",
)


@pytest.fixture
def draw(engine, regulars, now):
    fit_silence(engine, now=now)

    def run(wanted=WANTED, *, scope=EVERYTHING):
        return make_list(wanted, engine=engine, scope=scope, account=None, by=SYSTEM)

    return run


def test_the_draw_is_repeatable_and_of_the_right_size():
    drawn = draw_held_out(CUSTOMERS, share=0.2, seed=5)
    assert len(drawn) == 200
    assert draw_held_out([*reversed(CUSTOMERS)], share=0.2, seed=5) == drawn
    assert draw_held_out(CUSTOMERS, share=0.2, seed=6) != drawn
    assert draw_held_out(CUSTOMERS, share=0.0, seed=5) == frozenset()


def test_a_list_holds_both_groups_and_its_seed_draws_them_again(draw):
    made = draw()
    members = {one.customer: one.is_held_out for one in made.members.all()}
    held_out = draw_held_out([*members], share=0.2, seed=made.seed)
    assert {customer for customer, is_so in members.items() if is_so} == held_out
    assert len(list_invited(made)) == len(members) - len(held_out)


def test_who_may_not_be_contacted_is_in_neither_group(draw, now):
    someone = draw().members.first().customer
    Consent.objects.create(
        key=_key_of(someone),
        purpose="service",
        channel="",
        is_given=False,
        method="staff",
        by_kind="account",
        at=datetime.now(UTC) - timedelta(days=1),
        recorded_at=datetime.now(UTC),
    )
    made = draw()
    assert made.n_not_allowed == 1
    assert not made.members.filter(customer=someone).exists()


def test_a_purpose_that_nobody_agreed_to_makes_no_list(draw):
    with pytest.raises(InvalidInput) as caught:
        draw(NewList(**{**_fields(WANTED), "purpose": "marketing"}))
    assert caught.value.field == "purpose"


@pytest.mark.parametrize(
    "change", [{"name": " "}, {"held_out_share": 0.7}, {"n_most": 0}, {"kind": "x"}, {"least": 0.0}]
)
def test_a_wish_out_of_range_is_refused(draw, change):
    with pytest.raises(InvalidInput) as caught:
        draw(NewList(**{**_fields(WANTED), **change}))
    assert caught.value.field == next(iter(change))


def test_who_came_back_is_counted_in_both_groups(draw, engine, people, stores, now):
    made = draw()
    InvitationList.objects.filter(pk=made.pk).update(made_at=now - timedelta(days=120))
    made.refresh_from_db()
    effect = measure_effect(made, engine=engine, now=now)
    n = made.members.count()
    assert effect.invited.n + effect.held_out.n == n
    assert 0 < effect.invited.value < 1
    InvitationList.objects.filter(pk=made.pk).update(made_at=now)
    made.refresh_from_db()
    assert measure_effect(made, engine=engine, now=now).invited.value == 0


def test_a_list_of_the_company_is_not_one_of_a_store(draw, stores):
    made, own = draw(), draw(scope=Scope(unit_ids=frozenset({stores[0]})))
    scope = Scope(unit_ids=frozenset({stores[0]}))
    with pytest.raises(NotFound):
        get_list(made.pk, scope=scope)
    assert get_list(own.pk, scope=scope) == own


def test_who_is_forgotten_is_in_no_list_any_more(draw):
    made = draw()
    someone = made.members.first().customer
    holder = next(one for one in list_holders() if one.name == "silence")
    person = Person(keys=(), customers=(someone,))
    assert holder.read(person)
    holder.erase(person)
    assert not Invited.objects.filter(customer=someone).exists()
    assert holder.read(person) == []


def test_a_deleted_list_leaves_no_members(draw):
    delete_list(draw(), by=SYSTEM)
    assert Invited.objects.count() == 0


def test_the_pages_show_the_silent_and_the_list(draw, visit, stores, now):
    made = draw()
    browser = visit("owner")
    for kind in ("overdue", "complained", "never_spoke", "at_risk"):
        assert browser.get(f"/customers/silent/?kind={kind}&least=1").status_code == 200
    assert b"C-" in browser.get("/customers/silent/").content
    for path in ("speaking/", "model/", f"lists/{made.pk}/", "export/", f"lists/{made.pk}/export/"):
        assert browser.get(f"/customers/silent/{path}").status_code == 200, path
    answer = browser.post(
        "/customers/silent/lists/?kind=overdue",
        {"name": "二", "n_most": 50, "held_out_percent": 20, "purpose": "service", "channel": "mail"},
    )
    assert answer.status_code == 302
    assert InvitationList.objects.latest("pk").members.count() <= 50


def test_a_store_sees_no_list_of_the_company(draw, visit, stores):
    made = draw()
    browser = visit("manager", unit=stores[0])
    assert browser.get(f"/customers/silent/lists/{made.pk}/").status_code == 404
    assert browser.get("/customers/silent/").status_code == 200


def test_the_page_says_what_it_needs_where_nothing_is_known(engine, visit):
    assert b"Nothing can be said yet" in visit("owner").get("/customers/silent/").content
    assert SilenceFit.objects.count() == 0


def _fields(wanted):
    return {name: getattr(wanted, name) for name in wanted.__dataclass_fields__}


def _key_of(customer):
    return Identity.objects.get(customer=customer).key
