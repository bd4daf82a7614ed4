"""Merging, splitting, copying, grouping: no voice is lost or doubled, and what was done can be undone."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from zhiyin.errors import InvalidInput
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.respond.errors import CaseChanged, NothingToUndo
from zhiyin.respond.flow import services as flow
from zhiyin.respond.flow.errors import CannotGroup, CannotMerge, CannotSplit, MergedAway
from zhiyin.respond.flow.grouping import list_children, measure_exposure
from zhiyin.respond.flow.joining import Matter, find_same_matter
from zhiyin.respond.models import Case, CaseStatus, CaseVoice, Clock
from zhiyin.respond.queries import list_feedback_ids, read_contact
from zhiyin.respond.services import (
    CUSTOMER,
    Contact,
    add_voice,
    close_case,
    reopen_case,
    save_answer_draft,
    send_answer,
    start_work,
    undo,
)

pytestmark = pytest.mark.django_db


def _again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_merging_moves_voices_and_followers_closes_one_and_leads_on(
    shop: Any, make_case: Any, new_id: Any
) -> None:
    one, other = make_case(urgency=3), make_case()
    more = new_id()
    add_voice(one, feedback_id=more, by=shop.by_agent)
    flow.follow_case(one, account=shop.manager)
    target = flow.merge_case(one, into=other, by=shop.by_agent)
    source = _again(one)
    assert (source.status, source.merged_into_id) == ("closed", other.pk)
    assert set(list_feedback_ids(target)) == {other.feedback_id, one.feedback_id, more}
    assert list_feedback_ids(source) == []
    assert (target.urgency, target.follows.count()) == (3, 1)
    assert flow.find_heir(source).pk == other.pk


def test_a_merge_taken_back_leaves_both_as_they_were(shop: Any, make_case: Any, new_id: Any) -> None:
    one, other = start_work(make_case(urgency=3), by=shop.by_agent), make_case()
    flow.follow_case(one, account=shop.manager)
    running = Clock.objects.filter(case=one, stopped_at=None).count()
    flow.merge_case(one, into=other, by=shop.by_agent)
    later = new_id()
    add_voice(other, feedback_id=later, by=shop.by_agent)
    back = flow.undo_merge(_again(one), by=shop.by_manager)
    assert (back.status, back.merged_into_id, back.closed_at) == ("working", None, None)
    assert list_feedback_ids(back) == [one.feedback_id]
    assert set(list_feedback_ids(other)) == {other.feedback_id, later}
    assert (_again(other).urgency, other.follows.count(), back.follows.count()) == (0, 0, 1)
    assert Clock.objects.filter(case=one, stopped_at=None).count() == running
    with pytest.raises(NothingToUndo):
        flow.undo_merge(back, by=shop.by_agent)


def test_what_was_merged_is_not_opened_beside_the_other(shop: Any, make_case: Any) -> None:
    one, other = make_case(), make_case()
    flow.merge_case(one, into=other, by=shop.by_agent)
    with pytest.raises(MergedAway):
        reopen_case(_again(one))
    with pytest.raises(MergedAway):
        undo(_again(one), by=shop.by_agent)
    assert _again(one).stands is CaseStatus.CLOSED


def test_a_chain_of_merges_comes_apart_from_its_end_alone(shop: Any, make_case: Any) -> None:
    one, two, three = make_case(), make_case(), make_case()
    flow.merge_case(one, into=two, by=shop.by_agent)
    flow.merge_case(_again(two), into=three, by=shop.by_agent)
    assert flow.find_heir(_again(one)).pk == three.pk
    with pytest.raises(NothingToUndo):
        flow.undo_merge(_again(one), by=shop.by_agent)
    flow.undo_merge(_again(two), by=shop.by_agent)
    flow.undo_merge(_again(one), by=shop.by_agent)
    for case in (one, two, three):
        assert list_feedback_ids(case) == [case.feedback_id]


def test_no_case_is_merged_into_itself_or_what_is_over_or_by_a_stale_page(shop: Any, make_case: Any) -> None:
    one, other = make_case(), make_case()
    with pytest.raises(InvalidInput):
        flow.merge_case(one, into=one, by=shop.by_agent)
    start_work(one, by=shop.by_agent)
    with pytest.raises(CaseChanged):
        flow.merge_case(one, into=other, by=shop.by_agent, version=1)
    close_case(other, by=shop.by_agent, reason="重复")
    with pytest.raises(CannotMerge):
        flow.merge_case(_again(one), into=_again(other), by=shop.by_agent)


def test_split_voices_become_a_case_of_the_same_customer_and_come_back(
    shop: Any, make_case: Any, new_id: Any
) -> None:
    contact, customer = Contact(name="王先生", phone="13800005678"), uuid4()
    case, other = make_case(contact=contact, customer=customer), new_id()
    add_voice(case, feedback_id=other, by=shop.by_agent)
    new = flow.split_case(case, feedback_ids=[other], title="另一件事", by=shop.by_agent)
    assert (list_feedback_ids(case), list_feedback_ids(new)) == ([case.feedback_id], [other])
    assert (new.customer, read_contact(new)) == (customer, contact)
    source = flow.undo_split(_again(new), by=shop.by_agent)
    assert set(list_feedback_ids(source)) == {case.feedback_id, other}
    assert (_again(new).status, _again(new).merged_into_id) == ("closed", case.pk)
    with pytest.raises(NothingToUndo):
        flow.undo_split(_again(new), by=shop.by_agent)


def test_a_case_keeps_the_voice_that_it_began_with(shop: Any, make_case: Any, new_id: Any) -> None:
    case, stranger = make_case(), make_case()
    for wrong in ([case.feedback_id], [stranger.feedback_id], []):
        with pytest.raises(CannotSplit):
            flow.split_case(case, feedback_ids=wrong, title="x", by=shop.by_agent)
    assert Case.objects.count() == 2


def test_a_copy_has_the_customer_but_not_the_voice(shop: Any, make_case: Any) -> None:
    contact = Contact(name="王先生", phone="13800005678")
    case = make_case(contact=contact)
    new = flow.clone_case(case, by=shop.by_agent)
    assert (new.unit_id, new.title, read_contact(new)) == (case.unit_id, case.title, contact)
    assert list_feedback_ids(new) == []
    assert CaseVoice.objects.filter(feedback_id=case.feedback_id).count() == 1
    assert new.number != case.number
    assert new.token_hash != case.token_hash


def test_one_update_reaches_every_open_case_of_the_group_and_spares_drafts(shop: Any, make_case: Any) -> None:
    cases = [make_case() for _ in range(3)]
    parent = flow.open_group(cases, title="停水投诉", by=shop.by_agent, scope=EVERYTHING)
    for case in cases:
        flow.group_case(case, under=parent, by=shop.by_agent)
    save_answer_draft(cases[0], text="我的草稿", by=shop.by_agent)
    close_case(_again(cases[2]), by=shop.by_agent, reason="重复")
    done = flow.answer_group(parent, text="今晚恢复供水", by=shop.by_agent, scope=EVERYTHING)
    assert sorted(done.sent) == sorted(case.number for case in cases[:2])
    first = _again(cases[0])
    assert first.stands is CaseStatus.ANSWERED
    assert set(first.answers.values_list("text", flat=True)) == {"我的草稿", "今晚恢复供水"}
    assert _again(cases[2]).stands is CaseStatus.CLOSED


def test_a_group_counts_cases_voices_and_people(shop: Any, make_case: Any, new_id: Any) -> None:
    same = uuid4()
    cases = [make_case(customer=same), make_case(customer=same), make_case()]
    add_voice(cases[2], feedback_id=new_id(), by=shop.by_agent)
    parent = flow.open_group(cases, title="停水投诉", by=shop.by_agent, scope=EVERYTHING)
    for case in cases:
        flow.group_case(case, under=parent, by=shop.by_agent)
    found = measure_exposure(parent)
    assert (found.n_cases, found.n_open, found.n_voices, found.n_people) == (3, 3, 4, 2)
    flow.ungroup_case(_again(cases[0]), by=shop.by_agent)
    assert measure_exposure(parent).n_cases == 2


def test_a_group_has_one_level_and_its_update_stays_within_the_scope(shop: Any, make_case: Any) -> None:
    near, far = make_case(), make_case(unit_id=shop.far_store.pk, owner=shop.stranger)
    parent = flow.open_group([near, far], title="停水投诉", by=shop.by_agent, scope=EVERYTHING)
    assert parent.unit_id == shop.company.pk
    flow.group_case(near, under=parent, by=shop.by_agent)
    flow.group_case(far, under=parent, by=shop.by_agent)
    with pytest.raises(CannotGroup):
        flow.group_case(_again(near), under=parent, by=shop.by_agent)
    with pytest.raises(CannotGroup):
        flow.group_case(make_case(), under=_again(near), by=shop.by_agent)
    store = Scope(unit_ids=frozenset({shop.store.pk}))
    assert [case.pk for case in list_children(parent, scope=store)] == [near.pk]
    done = flow.answer_group(parent, text="今晚恢复", by=shop.by_agent, scope=store)
    assert done.sent == [near.number]


def test_the_next_voice_about_the_same_matter_joins(shop: Any, new_id: Any) -> None:
    matter = Matter(customer=uuid4(), unit_id=shop.store.pk, aspect="")

    def hear() -> Any:
        return flow.open_or_join_case(
            feedback_id=new_id(), matter=matter, title="面是冷的", by=CUSTOMER, scope=EVERYTHING
        )

    first, second = hear(), hear()
    assert (first.has_joined, second.has_joined, second.case.pk) == (False, True, first.case.pk)
    assert len(list_feedback_ids(first.case)) == 2
    answered = send_answer(_again(first.case), text="已退款", by=shop.by_agent)
    assert hear().case.stands is CaseStatus.REOPENED
    assert _again(answered).n_reopened == 1


def test_another_customer_unit_or_none_at_all_is_another_matter(shop: Any, make_case: Any) -> None:
    customer = uuid4()
    case = make_case(customer=customer, aspect="food/taste")
    here = {"customer": customer, "unit_id": shop.store.pk}
    assert find_same_matter(Matter(**here, aspect="food/taste"), scope=EVERYTHING) == case
    assert find_same_matter(Matter(**here, aspect="service"), scope=EVERYTHING) is None
    assert find_same_matter(Matter(**{**here, "customer": uuid4()}), scope=EVERYTHING) is None
    assert find_same_matter(Matter(**{**here, "customer": None}), scope=EVERYTHING) is None
    assert find_same_matter(Matter(**{**here, "unit_id": shop.far_store.pk}), scope=EVERYTHING) is None
    none = Scope(unit_ids=frozenset())
    assert find_same_matter(Matter(**here), scope=none) is None
