"""Changes of a taxonomy: each does what it says, refuses what would be unusable, and can be told."""

from __future__ import annotations

from importlib import resources

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhiyin.errors import InvalidInput, NotFound
from zhiyin.understand import Analyser
from zhiyin.understand.taxonomy import BUILT_IN, load_taxonomy, parse_taxonomy
from zhiyin.understand.taxonomy_differences import compare_trees
from zhiyin.understand.taxonomy_editing import clean_phrases, edit_tree, replay_edits
from zhiyin.understand.taxonomy_edits import (
    AddAspect,
    AddPhrases,
    Edit,
    MergeAspect,
    MoveAspect,
    NameTaxonomy,
    RemoveAspect,
    RemovePhrases,
    RenameAspect,
    SetLabels,
    SplitAspect,
)
from zhiyin.understand.taxonomy_tree import read_tree, to_taxonomy, write_tree

TEA = """
name: tea
version: 1
aspects:
  - id: drink
    zh: 饮品
    en: Drinks
    group: quality
    touchpoint: in_store
    owner: 王店长
    children:
      - {id: sweet, zh: 甜度, en: Sweetness, terms: [甜度, 糖度], negative: [齁甜], exclusions: [甜品站]}
      - {id: pearls, zh: 珍珠, en: Pearls, terms: [珍珠, 波霸], weak_terms: [颗粒], negative_with_term: [硬]}
  - {id: pickup, zh: 取餐, en: Pick-up, group: service, terms: [取餐, 叫号], takes_the_rest: true}
"""


@pytest.fixture
def tea():
    return read_tree(TEA, file="tea.yaml")


def ids(tree):
    return [node.id for node in tree.walk()]


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_built_in_tree_comes_back_from_its_own_text(name):
    text = resources.files("zhiyin.understand").joinpath(f"taxonomies/{name}.yaml").read_text("utf-8")
    written = write_tree(read_tree(text, file=name))
    assert parse_taxonomy(written, file=name) == load_taxonomy(name)
    assert write_tree(read_tree(written, file=name)) == written


def test_touchpoint_and_owner_pass_on_to_the_children(tea):
    aspects = {one.id: one for one in to_taxonomy(tea).aspects}
    assert (aspects["sweet"].touchpoint, aspects["sweet"].owner) == ("in_store", "王店长")
    assert aspects["pickup"].owner is None


def test_an_added_aspect_stands_last_and_its_terms_act(tea):
    grown = edit_tree(
        tea, AddAspect(aspect="milk", zh="奶", en="Milk", parent="drink", terms=("牛奶", "奶底"))
    )
    assert ids(grown) == ["drink", "sweet", "pearls", "milk", "pickup"]
    found = Analyser(taxonomy=to_taxonomy(grown)).analyse("奶底很好喝").opinions
    assert [(one.aspect, one.polarity) for one in found] == [("milk", "positive")]
    assert ids(tea) == ["drink", "sweet", "pearls", "pickup"]


def test_an_id_that_is_there_or_was_there_is_refused(tea):
    merged = edit_tree(tea, MergeAspect(aspect="pearls", into="sweet"))
    for tree, taken in ((tea, "sweet"), (merged, "pearls")):
        with pytest.raises(InvalidInput, match=taken):
            edit_tree(tree, AddAspect(aspect=taken, zh="新", en="New"))


def test_phrases_come_and_go(tea):
    grown = edit_tree(tea, AddPhrases(aspect="pearls", key="negative", phrases=(" 夹生 ", "夹生", "")))
    assert grown.find("pearls").phrases["negative"] == ("夹生",)
    less = edit_tree(grown, RemovePhrases(aspect="pearls", key="negative", phrases=("夹生",)))
    assert less == tea


def test_a_term_of_another_aspect_is_refused_by_its_name(tea):
    with pytest.raises(InvalidInput, match="“叫号” is a term of “取餐”"):
        edit_tree(tea, AddPhrases(aspect="sweet", key="weak_terms", phrases=("叫号",)))
    edit_tree(tea, AddPhrases(aspect="sweet", key="negative", phrases=("叫号",)))


def test_a_sentence_is_no_phrase():
    with pytest.raises(InvalidInput, match="longer than 60"):
        clean_phrases(["长" * 61])
    with pytest.raises(InvalidInput, match="More than 2000"):
        clean_phrases([str(n) for n in range(2001)])


def test_labels_are_set_and_inherited_again(tea):
    edit = SetLabels(aspect="sweet", group="service", need="tailored", owner="小李")
    changed = {one.id: one for one in to_taxonomy(edit_tree(tea, edit)).aspects}
    assert (changed["sweet"].group, changed["sweet"].need, changed["sweet"].owner) == (
        "service",
        "tailored",
        "小李",
    )
    again = edit_tree(edit_tree(tea, edit), SetLabels(aspect="sweet"))
    assert to_taxonomy(again) == to_taxonomy(tea)
    with pytest.raises(InvalidInput, match="none of"):
        edit_tree(tea, SetLabels(aspect="sweet", group="taste"))


def test_a_move_changes_parent_and_order(tea):
    moved = edit_tree(tea, MoveAspect(aspect="pickup", parent="drink", before="pearls"))
    assert ids(moved) == ["drink", "sweet", "pickup", "pearls"]
    assert moved.parent_of("pickup").id == "drink"
    top = edit_tree(moved, MoveAspect(aspect="pearls", before="drink"))
    assert ids(top) == ["pearls", "drink", "sweet", "pickup"]
    assert edit_tree(tea, MoveAspect(aspect="sweet", parent="drink", before="sweet")).find("sweet")


@pytest.mark.parametrize(
    "edit", [MoveAspect(aspect="drink", parent="sweet"), MergeAspect(aspect="drink", into="sweet")]
)
def test_nothing_goes_below_or_into_what_is_below_it(tea, edit):
    with pytest.raises(InvalidInput, match="itself or what is below"):
        edit_tree(tea, edit)


def test_more_than_five_levels_are_refused(tea):
    deep, parent = tea, "sweet"
    for level in range(3, 6):
        deep = edit_tree(deep, AddAspect(aspect=f"l{level}", zh="层", en="Level", parent=parent))
        parent = f"l{level}"
    with pytest.raises(InvalidInput, match="at most 5 levels"):
        edit_tree(deep, AddAspect(aspect="l6", zh="层", en="Level", parent=parent))
    with pytest.raises(InvalidInput, match="at most 5 levels"):
        edit_tree(deep, MoveAspect(aspect="drink", parent="pickup"))


def test_a_merged_aspect_lives_on_in_the_other_one(tea):
    merged = edit_tree(tea, MergeAspect(aspect="pearls", into="sweet"))
    node = merged.find("sweet")
    assert node.phrases["terms"] == ("甜度", "糖度", "珍珠", "波霸")
    assert node.phrases["negative_with_term"] == ("硬",)
    assert node.was == ("pearls",)
    assert to_taxonomy(merged).heirs() == {"pearls": "sweet"}
    twice = edit_tree(merged, MergeAspect(aspect="sweet", into="pickup"))
    assert twice.find("pickup").was == ("sweet", "pearls")
    assert parse_taxonomy(write_tree(twice), file="tea").heirs() == {"sweet": "pickup", "pearls": "pickup"}


def test_a_child_may_be_merged_into_what_is_above_it(tea):
    merged = edit_tree(tea, MergeAspect(aspect="sweet", into="drink"))
    assert ids(merged) == ["drink", "pearls", "pickup"]
    assert "甜度" in merged.find("drink").phrases["terms"]


def test_a_split_takes_the_chosen_phrases_along(tea):
    split = edit_tree(
        tea, SplitAspect(aspect="pearls", id="boba", zh="波霸", en="Boba", phrases=("波霸", "硬"))
    )
    assert ids(split) == ["drink", "sweet", "pearls", "boba", "pickup"]
    assert split.find("pearls").phrases == {"terms": ("珍珠",), "weak_terms": ("颗粒",)}
    assert split.find("boba").phrases == {"terms": ("波霸",), "negative_with_term": ("硬",)}
    with pytest.raises(InvalidInput, match="None of these phrases"):
        edit_tree(tea, SplitAspect(aspect="pearls", id="b", zh="波", en="B", phrases=("没有",)))


def test_what_is_below_goes_along_and_the_last_one_stays(tea):
    assert ids(edit_tree(tea, RemoveAspect(aspect="drink"))) == ["pickup"]
    with pytest.raises(InvalidInput, match="last aspect"):
        edit_tree(edit_tree(tea, RemoveAspect(aspect="drink")), RemoveAspect(aspect="pickup"))


@pytest.mark.parametrize(
    "edit",
    [
        RenameAspect(aspect="gone", zh="无", en="None"),
        AddAspect(aspect="x", zh="无", en="None", parent="gone"),
        MergeAspect(aspect="sweet", into="gone"),
    ],
)
def test_what_is_not_there_is_said_so(tea, edit):
    with pytest.raises(NotFound, match="gone"):
        edit_tree(tea, edit)


def test_names_in_both_languages_are_needed(tea):
    assert edit_tree(tea, RenameAspect(aspect="sweet", zh="甜", en="Sweet")).find("sweet").en == "Sweet"
    with pytest.raises(InvalidInput, match="both languages"):
        edit_tree(tea, RenameAspect(aspect="sweet", zh="甜", en=" "))


def test_an_old_id_that_is_there_again_is_refused():
    with pytest.raises(InvalidInput, match="an aspect that is there"):
        read_tree(TEA.replace("id: pickup,", "id: pickup, was: [sweet],"), file="tea")


def test_edits_survive_being_written_down(tea):
    edits: list[Edit] = [
        AddAspect(aspect="milk", zh="奶", en="Milk", parent="drink", terms=("奶底",)),
        SplitAspect(aspect="pearls", id="boba", zh="波霸", en="Boba", phrases=("波霸",)),
        NameTaxonomy(name="my_tea"),
    ]
    kept = msgspec.json.decode(msgspec.json.encode(edits), type=list[Edit])
    assert replay_edits(tea, kept) == replay_edits(tea, edits)


def test_differences_name_what_changed(tea):
    edits = [
        MergeAspect(aspect="pearls", into="sweet"),
        AddAspect(aspect="milk", zh="奶", en="Milk", parent="drink", terms=("奶底",)),
        RenameAspect(aspect="pickup", zh="取茶", en="Pick-up"),
        SetLabels(aspect="pickup", group="quality"),
        MoveAspect(aspect="pickup", before="drink"),
    ]
    found = compare_trees(tea, replay_edits(tea, edits))
    kinds = {(one.kind, one.aspect) for one in found}
    assert {("merged", "pearls"), ("added", "milk"), ("renamed", "pickup"), ("label", "pickup")} <= kinds
    assert ("ordered", "pickup") in kinds
    gained = next(one for one in found if one.kind == "phrases" and one.key == "terms")
    assert gained.gained == ("珍珠", "波霸")
    assert compare_trees(tea, tea) == ()
    other = read_tree("name: x\nversion: 1\naspects: [{id: y, zh: 一, en: Y}]", file="x")
    assert [one.kind for one in compare_trees(tea, other)] == ["replaced"]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_is_done_the_tree_stays_fit_to_be_used(data):
    tree = read_tree(TEA, file="tea")
    for _ in range(data.draw(st.integers(1, 8))):
        known = ids(tree)
        one, other = (data.draw(st.sampled_from(known)) for _ in range(2))
        edit = data.draw(
            st.sampled_from(
                [
                    MoveAspect(aspect=one, parent=other),
                    MoveAspect(aspect=one, before=other),
                    MergeAspect(aspect=one, into=other),
                    RemoveAspect(aspect=one),
                    SplitAspect(
                        aspect=one, id=f"{one}_2", zh="二", en="Two", phrases=("珍珠", "糖度", "叫号")
                    ),
                    AddPhrases(aspect=one, key="terms", phrases=("珍珠", "新词")),
                ]
            )
        )
        try:
            tree = edit_tree(tree, edit)
        except InvalidInput:
            continue
        assert parse_taxonomy(write_tree(tree), file="tea") == to_taxonomy(tree)
