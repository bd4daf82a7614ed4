"""Versions: drafts, going live only with test cases, going back, and what another would have granted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.errors import InvalidInput, NotFound
from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.respond.models import Policy, PolicyVersion
from zhiyin.respond.policies.errors import NoTests, TableHasFaults, VersionChanged, WrongAnswers
from zhiyin.respond.policies.granting import decide_case
from zhiyin.respond.policies.replaying import replay
from zhiyin.respond.policies.sample import forget_shipped
from zhiyin.respond.policies.shipped import use_shipped
from zhiyin.respond.policies.testing import add_test
from zhiyin.respond.policies.versions import (
    find_draft,
    find_live,
    get_policy,
    go_back,
    go_live,
    list_for_case,
    make_policy,
    save_draft,
)


def test_a_draft_changes_nothing_before_it_is_in_force(make_live: Any, make_table: Any) -> None:
    first = make_live("50")
    draft = save_draft(first.policy, make_table("70"), by=SYSTEM)
    assert (draft.n, find_live(first.policy)) == (2, first)
    go_live(first.policy, by=SYSTEM)
    assert (find_live(first.policy), find_draft(first.policy)) == (draft, None)
    old = PolicyVersion.objects.get(pk=first.pk)
    assert old.valid_to is not None


def test_nothing_goes_live_without_test_cases_or_against_them(db: None, make_table: Any) -> None:
    policy = make_policy(name="退费", unit_id=None, by=SYSTEM, scope=EVERYTHING)
    with pytest.raises(NotFound):
        go_live(policy, by=SYSTEM)
    save_draft(policy, make_table("50"), by=SYSTEM)
    with pytest.raises(NoTests):
        go_live(policy, by=SYSTEM)
    add_test(policy, name="大额", given={"fee": 20}, answer="yes", amount_cents=4000, by=SYSTEM)
    with pytest.raises(WrongAnswers) as refused:
        go_live(policy, by=SYSTEM)
    assert refused.value.names == ("大额",)
    save_draft(policy, make_table("40"), by=SYSTEM)
    assert go_live(policy, by=SYSTEM).n == 1


def test_a_table_with_faults_is_no_draft(make_live: Any, make_table: Any) -> None:
    version = make_live()
    with pytest.raises(TableHasFaults):
        save_draft(version.policy, make_table(answer="instead", kind="", amount=""), by=SYSTEM)
    assert find_draft(version.policy) is None


def test_of_two_who_edit_at_once_the_second_is_told(make_live: Any, make_table: Any) -> None:
    policy = make_live().policy
    save_draft(policy, make_table("60"), by=SYSTEM, revision=0)
    with pytest.raises(VersionChanged):
        save_draft(policy, make_table("70"), by=SYSTEM, revision=0)
    with pytest.raises(VersionChanged):
        go_live(policy, by=SYSTEM, revision=7)


def test_going_back_is_a_new_version_with_the_old_table(make_live: Any, make_table: Any) -> None:
    first = make_live("50")
    save_draft(first.policy, make_table("70"), by=SYSTEM)
    go_live(first.policy, by=SYSTEM)
    back = go_back(first.policy, n=1, by=SYSTEM)
    assert (back.n, back.jdm, find_live(first.policy)) == (3, first.jdm, back)
    with pytest.raises(NotFound):
        go_back(first.policy, n=9, by=SYSTEM)


def test_a_version_from_a_day_to_come_waits_for_it(make_live: Any, make_table: Any) -> None:
    first = make_live("50")
    tomorrow = timezone.now() + timedelta(days=1)
    save_draft(first.policy, make_table("70"), by=SYSTEM)
    with pytest.raises(InvalidInput):
        go_live(first.policy, by=SYSTEM, from_=timezone.now() - timedelta(days=1))
    planned = go_live(first.policy, by=SYSTEM, from_=tomorrow)
    assert find_live(first.policy) == first
    assert find_live(first.policy, now=tomorrow) == planned
    save_draft(first.policy, make_table("80"), by=SYSTEM)
    sooner = go_live(first.policy, by=SYSTEM)
    assert find_live(first.policy, now=tomorrow + timedelta(days=9)) == sooner


def test_the_shipped_ones_are_added_once_and_changed_ones_stay(db: None) -> None:
    assert use_shipped(language="zh", by=SYSTEM, scope=EVERYTHING) == 6
    Policy.objects.filter(code="refund").update(name="我们的退款")
    assert use_shipped(language="zh", by=SYSTEM, scope=EVERYTHING) == 0
    assert Policy.objects.get(code="refund").name == "我们的退款"


def test_what_the_sample_brought_goes_with_it_where_nobody_touched_it(
    shop: Any, make_case: Any, shipped: Any, make_table: Any
) -> None:
    save_draft(shipped("refund").policy, make_table(), by=SYSTEM)
    decide_case(make_case(), shipped("vip-queue"), given={}, sources={}, by=shop.by_agent)
    own = make_policy(name="自建", unit_id=None, by=shop.by_agent, scope=EVERYTHING)
    for _ in range(2):
        forget_shipped([])
    assert {one.code for one in Policy.objects.all()} == {"refund", "vip-queue", own.code}


def test_a_case_is_offered_the_policies_of_its_units_the_suggested_first(
    shop: Any, make_case: Any, make_live: Any
) -> None:
    far, here, all_ = make_live(unit_id=shop.far_store.pk), make_live(unit_id=shop.north.pk), make_live()
    Policy.objects.filter(pk=all_.policy_id).update(aspects="delivery")
    case = make_case()
    case.aspect = "delivery_speed"
    assert list_for_case(case) == [all_, here]
    assert far not in list_for_case(case)
    Policy.objects.filter(pk=all_.policy_id).update(is_on=False)
    assert list_for_case(case) == [here]


def test_policies_of_other_units_are_out_of_reach(shop: Any, make_live: Any) -> None:
    whole, own = make_live(), make_live(unit_id=shop.store.pk)
    only = Scope(unit_ids=frozenset({shop.store.pk}))
    assert get_policy(own.policy.code, scope=only) == own.policy
    with pytest.raises(NotFound):
        get_policy(whole.policy.code, scope=only)
    with pytest.raises(NotFound):
        make_policy(name="x", unit_id=shop.far_store.pk, by=SYSTEM, scope=only)


def test_a_trial_tells_what_another_version_would_have_granted(
    shop: Any, make_case: Any, make_live: Any, make_table: Any
) -> None:
    live = make_live("50")
    for fee in (5, 20, 30):
        decide_case(make_case(), live, given={"fee": fee}, sources={}, by=shop.by_agent)
    draft = save_draft(live.policy, make_table("70", cells=("> 25",)), by=SYSTEM)
    done = replay(live.policy, jdm=draft.jdm, against=live.jdm)
    assert (done.n, done.n_changed) == (3, 2)
    assert (done.before.cost_cents, done.after.cost_cents, done.more_cents) == (10_000, 7_000, -3_000)
    assert (done.before.answers["yes"], done.after.answers["yes"]) == (2, 1)
    assert [one.decision.input["fee"] for one in done.examples] == [30, 20]
    same = replay(live.policy, jdm=live.jdm, against=live.jdm)
    assert (same.n_changed, same.more_cents) == (0, 0)
