"""Who speaks of an order did not always place it: the number alone makes nobody one with another."""

from __future__ import annotations

from zhiyin.customers.linking.judging import CLAIMED_ORDER
from zhiyin.customers.linking.recomputing import recompute
from zhiyin.customers.linking.services import accept_link
from zhiyin.customers.models import Identity, Link, LinkState
from zhiyin.people.actors import SYSTEM


def test_an_order_ties_a_reviewer_to_the_member_who_placed_it(take):
    member = take("member:M1!", "phone:13811112222!", "order:A1")

    assert take("platform_user:r1", "order:A1", source="reviews", minutes=5) == member


def test_a_friends_card_does_not_make_two_accounts_one(take):
    friend = take("member:M1!", "wechat_openid:w1", "order:A1")
    speaker = take("wechat_openid:w2", "order:A1", minutes=5)

    assert speaker != friend
    held = Link.objects.get(state=LinkState.QUARANTINED)
    assert held.guard == CLAIMED_ORDER


def test_the_voice_may_come_before_the_order(take, identity):
    speaker = take("phone:13811112222", "order:A1")
    buyer = take("phone:13833334444", "order:A1", source="till", minutes=5)

    assert speaker != buyer
    assert identity("order:A1").customer == speaker


def test_accounts_of_two_platforms_that_one_export_names_are_no_contradiction(take):
    member = take("member:M1!", "order:A1")
    take("member:M1!", "order:A2")
    take("platform_user@reviews:r1", "order:A1", source="export", minutes=5)

    assert take("platform_user@social:s1", "order:A2", source="export", minutes=6) == member


def test_two_accounts_of_one_platform_wait_for_a_person(take):
    member = take("member:M1!", "order:A1")
    take("member:M1!", "order:A2")
    take("platform_user:r1", "order:A1", source="reviews", minutes=5)

    assert take("platform_user:r2", "order:A2", source="reviews", minutes=6) != member
    assert Link.objects.get(state=LinkState.QUARANTINED).guard == CLAIMED_ORDER


def test_what_is_held_back_joins_once_somebody_says_so_and_judging_again_keeps_it(take):
    friend = take("member:M1!", "wechat_openid:w1", "order:A1")
    take("wechat_openid:w2", "order:A1", minutes=5)
    held = Link.objects.get(state=LinkState.QUARANTINED)
    recompute()
    assert Link.objects.get(pk=held.pk).guard == CLAIMED_ORDER

    accept_link(held.pk, by=SYSTEM, reason="asked")

    assert set(Identity.objects.values_list("customer", flat=True)) == {friend}
