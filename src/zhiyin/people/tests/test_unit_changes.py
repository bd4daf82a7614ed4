"""Changing, merging and taking back, at the doors."""

from __future__ import annotations

import json

import pytest

from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.actors import Actor
from zhiyin.people.errors import UnitExists, UnitMoveImpossible
from zhiyin.people.models import AuditEvent, OrgUnit
from zhiyin.people.queries import get_named_unit, list_subtree_ids, verify_audit_chain
from zhiyin.people.services.undo import undo_unit_changes
from zhiyin.people.services.units import (
    UnitReference,
    change_unit,
    create_unit,
    ensure_units,
    merge_units,
    move_unit,
    move_units,
    set_units_active,
)

ME = Actor(kind="account", id="7")


def _state(unit: OrgUnit) -> tuple[object, ...]:
    unit.refresh_from_db()
    return (
        unit.code, unit.name, unit.folded_name, unit.kind, unit.time_zone, unit.path, unit.parent_id,
        unit.is_active, unit.needs_review, unit.merged_into_id,
    )  # fmt: skip


def test_a_change_is_audited_with_what_was_before(tree):
    change_unit(tree.store_1, name="一号店", code="S-1", kind="counter", time_zone="Asia/Tokyo", by=ME)
    event = AuditEvent.objects.get(action="unit.changed")
    assert json.loads(event.details) == {
        "code": "S-1", "code_before": "s1", "kind": "counter", "kind_before": "store",
        "name": "一号店", "name_before": "一店",
        "time_zone": "Asia/Tokyo", "time_zone_before": "Asia/Shanghai",
    }  # fmt: skip
    assert get_named_unit("一号店") == tree.store_1


def test_what_changes_nothing_leaves_no_event(tree):
    assert change_unit(tree.store_1, name="一店", by=ME).n_units == 0
    assert not AuditEvent.objects.filter(action="unit.changed").exists()


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"code": "s2"}, UnitExists),
        ({"code": ""}, InvalidInput),
        ({"name": "a\nb"}, InvalidInput),
        ({"kind": "company"}, InvalidInput),
        ({"time_zone": "Mars/Olympus"}, InvalidInput),
    ],
)
def test_an_unusable_change_changes_nothing(tree, fields, error):
    before = _state(tree.store_1)
    with pytest.raises(error):
        change_unit(tree.store_1, **fields, by=ME)
    assert _state(tree.store_1) == before
    assert not AuditEvent.objects.filter(action="unit.changed").exists()


def test_the_root_may_be_renamed_but_neither_closed_nor_merged(tree):
    change_unit(tree.company, name="好茶", code="HQ", time_zone="Asia/Tokyo")
    with pytest.raises(UnitMoveImpossible):
        set_units_active([tree.company], is_active=False)
    with pytest.raises(UnitMoveImpossible):
        merge_units([tree.company], into=tree.north)
    with pytest.raises(InvalidInput):
        change_unit(tree.company, kind="region")


def test_every_change_can_be_taken_back(tree):
    units = [tree.store_1, tree.north, tree.store_3]
    before = [_state(unit) for unit in units]
    done = [
        change_unit(tree.store_1, name="一号店", code="S-1", by=ME),
        move_unit(tree.north, parent=tree.south, by=ME),
        set_units_active([tree.store_1, tree.store_2], is_active=False, by=ME),
        merge_units([tree.store_3], into=tree.store_2, by=ME),
    ]
    assert [_state(unit) for unit in units] != before
    for changed in reversed(done):
        undo_unit_changes(changed.first, last=changed.last, by=ME)
    assert [_state(unit) for unit in units] == before
    assert verify_audit_chain().is_intact


def test_only_who_did_it_takes_it_back_and_only_once(tree):
    changed = move_unit(tree.store_1, parent=tree.south, by=ME)
    with pytest.raises(NotFound):
        undo_unit_changes(changed.first, last=changed.last, by=Actor(kind="account", id="8"))
    undo_unit_changes(changed.first, last=changed.last, by=ME)
    with pytest.raises(Conflict):
        undo_unit_changes(changed.first, last=changed.last, by=ME)


def test_what_was_changed_again_is_not_taken_back(tree):
    changed = change_unit(tree.store_1, name="甲", by=ME)
    change_unit(tree.store_1, name="乙", by=ME)
    with pytest.raises(Conflict):
        undo_unit_changes(changed.first, last=changed.last, by=ME)
    assert OrgUnit.objects.get(pk=tree.store_1.pk).name == "乙"


def test_what_is_no_change_of_a_unit_cannot_be_taken_back(tree):
    created = AuditEvent.objects.filter(action="unit.created").first()
    with pytest.raises(NotFound):
        undo_unit_changes(created.sequence, last=created.sequence, by=Actor(kind="system"))


def test_many_move_at_once_or_none(tree):
    changed = move_units([tree.store_1, tree.store_2], parent=tree.south, by=ME)
    assert (changed.n_units, changed.last - changed.first) == (2, 1)
    with pytest.raises(UnitMoveImpossible):
        move_units([tree.store_1, tree.south], parent=tree.store_2, by=ME)
    tree.store_1.refresh_from_db()
    assert tree.store_1.parent_id == tree.south.pk


def test_a_merged_unit_counts_for_the_other_and_its_code_means_the_other(tree):
    (stray_id,) = ensure_units([UnitReference(name="三店（分店）")])
    stray = OrgUnit.objects.get(pk=stray_id)
    merge_units([stray], into=tree.store_3, by=ME)
    assert stray_id in list_subtree_ids(tree.store_3.pk)
    assert ensure_units([UnitReference(name="三店（分店）")]) == [tree.store_3.pk]
    assert ensure_units([UnitReference(code=stray.code)]) == [tree.store_3.pk]
    assert get_named_unit(stray.code) == tree.store_3
    assert get_named_unit("三店") == tree.store_3


def test_what_was_merged_into_a_merged_unit_follows_it(tree):
    merge_units([tree.store_1], into=tree.store_2, by=ME)
    changed = merge_units([tree.store_2], into=tree.store_3, by=ME)
    assert ensure_units([UnitReference(code="s1")]) == [tree.store_3.pk]
    undo_unit_changes(changed.first, last=changed.last, by=ME)
    assert ensure_units([UnitReference(code="s1")]) == [tree.store_2.pk]
    with pytest.raises(UnitMoveImpossible):
        merge_units([tree.store_3], into=OrgUnit.objects.get(pk=tree.store_1.pk), by=ME)


def test_a_merged_unit_opened_again_stands_for_itself(tree):
    merge_units([tree.store_1], into=tree.store_2, by=ME)
    set_units_active([tree.store_1], is_active=True, by=ME)
    assert ensure_units([UnitReference(code="s1")]) == [tree.store_1.pk]


def test_a_new_unit_takes_the_zone_of_the_one_above(tree):
    change_unit(tree.north, time_zone="Asia/Urumqi")
    assert create_unit("s9", name="九店", parent=tree.north).time_zone == "Asia/Urumqi"
    with pytest.raises(InvalidInput):
        create_unit("s10", name="十店", time_zone="nowhere")
