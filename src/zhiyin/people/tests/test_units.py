"""The tree of org units."""

from __future__ import annotations

import pytest
from django.db import transaction
from tests.costs import costs_at_most

from zhiyin.errors import InvalidInput
from zhiyin.people.errors import UnitExists, UnitMoveImpossible, UnitNotFound
from zhiyin.people.models import OrgUnit
from zhiyin.people.queries import find_unit_by_code, get_named_unit, list_subtree_ids, list_units, unit_names
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.people.services.units import (
    UnitReference,
    create_unit,
    ensure_root,
    ensure_units,
    move_unit,
    rename_unit,
)


def test_a_path_names_every_unit_above(tree):
    assert tree.store_1.path == f"/{tree.company.pk}/{tree.north.pk}/{tree.store_1.pk}/"


def test_a_subtree_is_the_unit_and_all_below_it(tree):
    assert list_subtree_ids(tree.north.pk) == sorted([tree.north.pk, tree.store_1.pk, tree.store_2.pk])
    assert list_subtree_ids(tree.store_3.pk) == [tree.store_3.pk]
    assert list_subtree_ids(987_654) == []


def test_a_moved_unit_takes_its_subtree_along_in_one_update(tree, django_assert_max_num_queries):
    deep = create_unit("counter", name="柜台", parent=tree.store_1)
    with django_assert_max_num_queries(14):
        move_unit(tree.north, parent=tree.south)
    deep.refresh_from_db()
    assert deep.path == (f"/{tree.company.pk}/{tree.south.pk}/{tree.north.pk}/{tree.store_1.pk}/{deep.pk}/")
    assert deep.pk in list_subtree_ids(tree.south.pk)


def test_a_unit_cannot_be_moved_below_itself_nor_the_root_anywhere(tree):
    with pytest.raises(UnitMoveImpossible):
        move_unit(tree.north, parent=tree.store_1)
    with pytest.raises(UnitMoveImpossible):
        move_unit(tree.north, parent=tree.north)
    with pytest.raises(UnitMoveImpossible):
        move_unit(tree.company, parent=tree.north)


def test_a_code_belongs_to_one_unit(tree):
    with pytest.raises(UnitExists):
        create_unit("s1", name="又一店")


@pytest.mark.parametrize(("code", "name"), [("", "x"), ("x" * 65, "x"), ("x", "  "), ("x", "a\nb")])
def test_a_unit_without_usable_code_or_name_is_refused(db, code, name):
    with pytest.raises(InvalidInput):
        create_unit(code, name=name)


def test_there_is_only_one_root(tree):
    with pytest.raises(InvalidInput):
        create_unit("second", name="第二公司", kind="company")
    with pytest.raises(Exception, match=r"(?i)constraint"), transaction.atomic():
        OrgUnit.objects.create(code="second", name="第二公司", kind="company")


def test_units_are_listed_as_a_tree_within_the_scope(tree):
    assert [unit.code for unit in list_units(scope=EVERYTHING)] == [
        "company", "north", "s1", "s2", "south", "s3",
    ]  # fmt: skip
    narrow = Scope(unit_ids=frozenset({tree.store_2.pk}))
    assert [unit.code for unit in list_units(scope=narrow)] == ["s2"]
    assert unit_names(scope=narrow) == {tree.store_2.pk: "二店"}


def test_a_listing_without_a_scope_does_not_open():
    with pytest.raises(TypeError):
        list_units()
    with pytest.raises(TypeError):
        unit_names()


def test_known_units_are_found_by_code_or_name_and_unknown_ones_made_for_review(tree):
    ids = ensure_units(
        [
            UnitReference(code="s1"),
            UnitReference(name="二店"),
            UnitReference(code="s9", name="九店"),
            UnitReference(name="十店"),
            UnitReference(code="s9"),
        ]
    )
    assert ids[:2] == [tree.store_1.pk, tree.store_2.pk]
    assert ids[2] == ids[4]
    ninth, tenth = find_unit_by_code("s9"), OrgUnit.objects.get(name="十店")
    assert (ninth.name, ninth.needs_review, ninth.path) == ("九店", True, f"/{tree.company.pk}/{ninth.pk}/")
    assert (tenth.needs_review, tenth.pk) == (True, ids[3])
    assert ensure_units([UnitReference(name=" 十店　")]) == [tenth.pk]


def test_a_name_that_two_units_share_is_not_guessed(tree):
    create_unit("s4", name="一店", parent=tree.south)
    (unit_id,) = ensure_units([UnitReference(name="一店")])
    unit = OrgUnit.objects.get(pk=unit_id)
    assert unit.needs_review
    assert unit.code not in ("s1", "s4")
    assert ensure_units([UnitReference(name="一店")]) == [unit_id]


def test_a_reference_to_nothing_names_its_row(tree):
    with pytest.raises(InvalidInput) as caught:
        ensure_units([UnitReference(code="s1"), UnitReference(code=" ", name="\0")])
    assert caught.value.row == 1


@pytest.mark.parametrize("text", ["x" * 100_000, "\ud800", "\u202e店", "a\0b", "-" * 65])
def test_hostile_codes_and_names_become_units(db, text):
    by_code = ensure_units([UnitReference(code=f"c{text}")])
    assert by_code == ensure_units([UnitReference(code=f"c{text}")])
    by_name = ensure_units([UnitReference(name=f"n{text}")])
    assert by_name == ensure_units([UnitReference(name=f"n{text}")])
    assert by_code != by_name


def test_a_person_who_names_a_unit_has_reviewed_it(tree):
    (unit_id,) = ensure_units([UnitReference(code="s9")])
    unit = OrgUnit.objects.get(pk=unit_id)
    rename_unit(unit, name="九店")
    unit.refresh_from_db()
    assert (unit.name, unit.needs_review) == ("九店", False)


def test_many_references_cost_few_queries(tree, django_assert_max_num_queries):
    references = [UnitReference(code=f"u{n % 300}", name=f"店{n % 300}") for n in range(10_000)]
    with django_assert_max_num_queries(12):
        ids = ensure_units(references)
    assert len(set(ids)) == 300


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_is_remembered_without_a_query(django_assert_num_queries):
    references = [UnitReference(code=f"u{n % 300}", name=f"店{n % 300}") for n in range(10_000)]
    first = ensure_units(references)
    with django_assert_num_queries(0):
        assert ensure_units(references) == first
        assert costs_at_most(0.5, lambda: ensure_units(references))


@pytest.mark.django_db(transaction=True)
def test_a_unit_that_was_rolled_back_is_not_remembered():
    with transaction.atomic():
        ensure_units([UnitReference(code="gone")])
        transaction.set_rollback(True)
    (unit_id,) = ensure_units([UnitReference(code="gone")])
    assert OrgUnit.objects.get(pk=unit_id).code == "gone"


@pytest.mark.django_db(transaction=True)
def test_threads_that_meet_the_same_new_units_agree(run_in_threads):
    def work(results: list[list[int]]) -> None:
        results.append(ensure_units([UnitReference(code=f"n{n}") for n in range(50)]))

    results = run_in_threads(work, n=6)
    assert len(results) == 6
    assert all(ids == results[0] for ids in results)
    assert OrgUnit.objects.filter(needs_review=True).count() == 50
    assert OrgUnit.objects.filter(path="").count() == 0
    assert OrgUnit.objects.filter(parent__isnull=True).count() == 1
    assert ensure_root().path


@pytest.mark.django_db
def test_a_name_is_known_whatever_the_width_of_its_brackets_and_letters():
    store = create_unit("S1", name="听穗茶（南京 A 店）", kind="store")
    found = ensure_units(
        [UnitReference(name="听穗茶(南京 A 店)"), UnitReference(name="听穗茶（南京　ａ 店）")]
    )
    assert found == [store.pk, store.pk]
    [made] = ensure_units([UnitReference(name="听穗茶（北京店）")])
    assert OrgUnit.objects.get(pk=made).name == "听穗茶（北京店）"


@pytest.mark.django_db
def test_a_unit_is_named_by_its_code_or_by_a_name_that_no_other_has():
    north = create_unit("north", name="望京店")
    create_unit("s1", name="一店")
    create_unit("s2", name="一店")
    assert get_named_unit("north") == north
    assert get_named_unit(" 望京店 ") == north
    for name, message in [("一店", "Several"), ("二店", "No org unit")]:
        with pytest.raises(UnitNotFound, match=message):
            get_named_unit(name)
