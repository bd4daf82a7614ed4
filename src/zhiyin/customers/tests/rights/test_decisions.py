"""A person is told which groups they fall into, and by which rule."""

from __future__ import annotations

import pytest
from django.utils import timezone

from zhiyin.customers.models import InvitationList, Invited, Segment
from zhiyin.customers.rights.erasing import person_of
from zhiyin.customers.rights.explaining import explain
from zhiyin.customers.rollup.making import make_rollup
from zhiyin.customers.segments.definition import Figure, Group, write_definition

pytestmark = pytest.mark.django_db(transaction=True)


def make_segment(name: str, *, least: float) -> Segment:
    definition = Group(op="all", parts=[Figure(column="n_voices", compare="at_least", value=least)])
    return Segment.objects.create(
        name=name, definition=write_definition(definition), changed_at=timezone.now()
    )


def test_groups_and_lists_are_explained_with_their_rule(home, wang, say) -> None:
    say(
        [("1", "等了四十分钟", "phone", "13812345678"), ("2", "又等了很久", "email", "wang.fang@example.com")]
    )
    make_rollup(home)
    make_segment("常说话的", least=2)
    make_segment("话很多的", least=50)
    made = InvitationList.objects.create(
        name="回访", kind="overdue", least=1.5, purpose="survey", channel="sms", held_out_share=0.1, seed=1,
        made_at=timezone.now(),
    )  # fmt: skip
    Invited.objects.create(of_list=made, customer=wang.customer, is_held_out=False, overdue=2.4, risk=0.61)
    told = explain(person_of(home, keys=wang.keys))
    found = {one.title: one for _kind, decisions in told for one in decisions}
    assert "常说话的" in found
    assert "话很多的" not in found
    assert "2" in found["常说话的"].why
    ((invited,),) = [decisions for _kind, decisions in told if any("2.4" in one.why for one in decisions)]
    assert "61" in invited.why


def test_nobody_is_explained_to_nobody(home, db) -> None:
    make_segment("常说话的", least=1)
    assert explain(person_of(home, keys=[])) == []
