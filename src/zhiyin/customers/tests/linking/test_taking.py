"""Appearances become identities and customers."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import msgspec
import pytest

from zhiyin.customers.identifiers.sealing import open_identity, open_traits
from zhiyin.customers.linking.contract import Appearance, Proposal
from zhiyin.customers.linking.queries import (
    customer_of_key,
    find_by_identifier,
    find_customer,
    keys_of,
    list_link_changes,
    visible_customers,
)
from zhiyin.customers.linking.recomputing import use_rules
from zhiyin.customers.linking.rules import get_rules
from zhiyin.customers.linking.services import (
    accept_link,
    erase_customer,
    link_identities,
    propose_links,
    take_appearances,
    undo_link,
)
from zhiyin.customers.models import Identity, Link, LinkState, Sighting
from zhiyin.engine import Engine
from zhiyin.errors import Conflict
from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import EVERYTHING, NOTHING, Scope

Take = Callable[..., UUID | None]


def test_identifiers_named_together_are_one_customer(take: Take) -> None:
    first = take("phone:13811112222")
    second = take("member:M1", "phone:+86 138-1111-2222")
    third = take("member:m1 ")

    assert first is not None
    assert first == second == third


def test_two_ways_of_writing_an_identifier_in_one_record_are_one(take: Take) -> None:
    assert take("member:M1", "member:m1 ") == take("member:m1") is not None
    assert not Sighting.objects.exists()


def test_an_order_brings_a_review_and_a_purchase_together(take: Take) -> None:
    buyer = take("phone:13811112222", "order:A-77", source="till")

    assert take("platform_user:u9", "order:A-77", source="dianping") == buyer
    assert take("order:a-77", source="survey") == buyer


def test_an_order_by_itself_is_nobody(take: Take) -> None:
    assert take("order:A-77") is None
    assert not Identity.objects.exists()


@pytest.mark.parametrize(
    "value", ["", "无", "n/a", "13800138000", "🌸", "0000000", "9" * 10_000, "138****2222"]
)
def test_what_says_nothing_links_nobody(take: Take, value: str) -> None:
    one = take("member:M1", f"phone:{value}")
    other = take("member:M2", f"phone:{value}")

    assert one != other
    assert take(f"phone:{value}") is None
    assert not Sighting.objects.exists()


def test_a_phone_that_many_give_joins_nobody(take: Take, identity: Callable[..., Identity]) -> None:
    customers = {take(f"platform_user:u{number}", "phone:13811112222") for number in range(4)}
    assert len(customers) == 1

    for number in range(4, 9):
        take(f"platform_user:u{number}", "phone:13811112222")

    assert identity("phone:13811112222").is_shared
    everybody = Identity.objects.filter(type="platform_user").values_list("customer", flat=True)
    assert len(set(everybody)) == 9
    assert set(Link.objects.values_list("state", "guard")) == {(LinkState.QUARANTINED, "shared")}


def test_two_verified_members_never_become_one_by_themselves(take: Take) -> None:
    one = take("member:M1!", "phone:13811112222!")
    other = take("member:M2!", "phone:13811112222!")

    assert one != other
    held = Link.objects.get(state=LinkState.QUARANTINED)
    assert held.guard == "two_verified"

    accept_link(held.pk, by=SYSTEM)
    assert find_by_identifier("member", "M2") == one


def test_where_the_owner_allows_it_an_account_has_two_checked_numbers_but_not_three(take: Take) -> None:
    rules = get_rules()
    phone = msgspec.structs.replace(rules.of("phone"), most_verified=2)
    use_rules(msgspec.structs.replace(rules, types={**rules.types, "phone": phone}), by=None)
    one = take("member:M1!", "phone:13811112222!")

    assert take("member:M1!", "phone:13833334444!") == one
    assert take("member:M1!", "phone:13855556666!") == one
    assert find_by_identifier("phone", "13833334444") == one
    assert find_by_identifier("phone", "13855556666") != one
    assert Link.objects.get(state=LinkState.QUARANTINED).guard == "two_verified"


@pytest.mark.parametrize("thing", ["device:D1", "anonymous:a1", "order:A1"])
def test_a_thing_that_a_household_shares_does_not_make_two_numbers_one_person(take: Take, thing: str) -> None:
    one = take("phone:13811112222!", thing)
    other = take("phone:13833334444!", thing, minutes=5)

    assert one != other
    assert Link.objects.get(state=LinkState.QUARANTINED).guard == "two_verified"


def test_what_nobody_checked_in_a_form_joins_nobody(take: Take) -> None:
    member = take("member:M1!", "email:a.person@mail.example")

    assert take("phone:13811112222", "member:M1", source="portal") == member
    assert find_by_identifier("phone", "13811112222") != member


def test_undoing_a_merge_gives_each_their_own_back(take: Take, identity: Callable[..., Identity]) -> None:
    one, other = take("phone:13811112222"), take("member:M1")
    link = link_identities(
        identity("phone:13811112222").pk, identity("member:M1").pk, by=SYSTEM, reason="same voice"
    )
    assert find_customer(other) == find_customer(one) == one
    take("member:M1", "email:a.person@mail.example")

    undo_link(link.pk, by=SYSTEM, reason="another person")

    assert find_by_identifier("member", "M1") == find_by_identifier("email", "a.person@mail.example") == other
    assert find_by_identifier("phone", "13811112222") == one
    assert [change.became for change in list_link_changes(one)] == ["undone", "active"]


def test_what_was_taken_apart_is_not_joined_again(take: Take) -> None:
    one = take("phone:13811112222", "member:M1")
    undo_link(Link.objects.get().pk, by=SYSTEM, reason="a child's card")

    take("phone:13811112222", "member:M1", minutes=5)
    take("phone:13811112222", "email:a.person@mail.example")
    take("member:M1", "email:a.person@mail.example")

    assert find_by_identifier("phone", "13811112222") != find_by_identifier("member", "M1")
    assert one in {find_by_identifier("phone", "13811112222"), find_by_identifier("member", "M1")}
    assert Link.objects.get(state=LinkState.QUARANTINED).guard == "kept_apart"


def test_a_match_that_loses_its_weight_joins_no_longer(take: Take, identity: Callable[..., Identity]) -> None:
    member, phone = "member:M1", "phone:13811110001"
    take(member)
    take(phone)
    use_rules(msgspec.structs.replace(get_rules(), match_from=0.9), by=None)
    propose_links([Proposal(left_id=identity(member).pk, right_id=identity(phone).pk, probability=0.99)])
    assert identity(member).customer == identity(phone).customer
    propose_links([Proposal(left_id=identity(member).pk, right_id=identity(phone).pk, probability=0.3)])
    assert identity(member).customer != identity(phone).customer
    assert Link.objects.get().state == LinkState.PROPOSED


def test_one_customer_cannot_be_linked_with_itself(take: Take, identity: Callable[..., Identity]) -> None:
    take("phone:13811112222", "member:M1")

    with pytest.raises(Conflict):
        link_identities(identity("phone:13811112222").pk, identity("member:M1").pk, by=SYSTEM, reason="x")


def test_erasing_leaves_nothing_and_frees_the_others(take: Take) -> None:
    gone = take("member:M1!", "phone:13811112222!")
    other = take("member:M2!", "phone:13811112222!")
    assert gone is not None
    assert other is not None

    keys = erase_customer(gone)

    assert len(keys) == 2
    assert [customer_of_key(key) for key in keys] == [None, None]
    assert find_customer(gone) is None
    assert keys_of(other) == list(Identity.objects.values_list("key", flat=True))
    assert not Link.objects.exists()
    assert not Sighting.objects.exists()


def test_the_same_batch_again_changes_nothing(engine: Engine, seen: Callable[..., Appearance]) -> None:
    batch = [
        seen("phone:13811112222", "member:M1", name="陈思远"),
        seen("member:M1", "email:a.person@mail.example", minutes=3),
        seen("order:77"),
    ]
    first = take_appearances(batch, vault=engine.vault)
    links = list(Link.objects.values_list("left_id", "right_id", "state"))

    assert take_appearances(batch, vault=engine.vault) == first
    assert first[0] == first[1] is not None
    assert first[2] is None
    assert list(Link.objects.values_list("left_id", "right_id", "state")) == links
    assert Identity.objects.count() == 3


def test_values_are_sealed(take: Take, engine: Engine, identity: Callable[..., Identity]) -> None:
    take("phone:138 1111 2222", name="陈思远", address="深圳市科技路1号")

    row = identity("phone:13811112222")
    assert b"1381111" not in bytes(row.sealed)
    assert open_identity(row, vault=engine.vault) == "+8613811112222"
    assert open_traits(row, vault=engine.vault) == {"name": "陈思远", "address": "深圳市科技路1号"}


def test_a_customer_is_seen_by_the_units_that_it_was_at(take: Take) -> None:
    one, other = take("phone:13811112222", unit_id=3), take("phone:13811113333")
    assert one is not None
    assert other is not None

    assert visible_customers([one, other], scope=Scope(unit_ids=frozenset({3}))) == {one}
    assert visible_customers([one, other], scope=EVERYTHING) == {one, other}
    assert visible_customers([one, other], scope=NOTHING) == set()
