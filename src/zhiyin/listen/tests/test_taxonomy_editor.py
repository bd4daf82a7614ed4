"""The editor of the taxonomy as people use it: every form, with and without script."""

from __future__ import annotations

import re

import pytest

from zhiyin.listen.models import TaxonomyDraft
from zhiyin.listen.services.taxonomy import get_taxonomy
from zhiyin.listen.services.taxonomy_versions import draft_of
from zhiyin.people.models import Account

pytestmark = pytest.mark.django_db(transaction=True)

EDIT = "/settings/taxonomy/edit/"
CHANGE = f"{EDIT}change/"
VERSIONS = "/settings/taxonomy/versions/"
HTMX = {"HX-Request": "true", "HX-Target": "editor"}


def tree_of(name="owner"):
    return draft_of(Account.objects.get(username=name)).tree


def ids(tree):
    return [node.id for node in tree.walk()]


def add_words(client, *words, aspect="pickup", key="terms"):
    fields = {"kind": "add_phrases", "aspect": aspect, "key": key, "phrases": "，".join(words)}
    return client.post(CHANGE, fields)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_of_it_opens_in_both_languages(enter, language):
    client = enter(language=language)
    add_words(client, "出杯")
    for path in (EDIT, f"{EDIT}?aspect=pearls", f"{EDIT}?new=1&below=drink", VERSIONS, f"{VERSIONS}2/"):
        page = client.get(path)
        assert page.status_code == 200, path
        words = page.content.decode()
        assert ("历史版本" in words or "草稿" in words) == (language == "zh-hans")


def test_words_are_added_many_at_once_and_taken_away_by_their_button(enter):
    client = enter()
    pasted = {
        "kind": "add_phrases",
        "aspect": "pickup",
        "key": "terms",
        "phrases": "出杯、叫号\n 自提柜,pick up ；",
    }
    response = client.post(CHANGE, pasted)
    assert response["Location"] == f"{EDIT}?aspect=pickup"
    assert tree_of().find("pickup").phrases["terms"] == ("取餐", "出杯", "叫号", "自提柜", "pick up")
    page = client.get(f"{EDIT}?aspect=pickup").content.decode()
    assert re.search(r'name="phrase" value="自提柜"', page)
    client.post(CHANGE, {"kind": "remove_phrases", "aspect": "pickup", "key": "terms", "phrase": "自提柜"})
    assert "自提柜" not in tree_of().find("pickup").phrases["terms"]
    assert get_taxonomy().taxonomy.label == "tea@1"


def test_htmx_gets_the_editor_alone_with_the_address_and_the_message(enter):
    client = enter()
    fields = {"kind": "add_phrases", "aspect": "pickup", "key": "negative", "phrases": "没人理"}
    response = client.post(CHANGE, fields, headers=HTMX)
    assert response["HX-Push-Url"] == f"{EDIT}?aspect=pickup"
    assert response["HX-Trigger"] == "zhiyin:draft"
    part = response.content.decode()
    assert "<html" not in part
    assert 'action="/settings/taxonomy/edit/undo/"' in part
    assert "＋没人理" in part


def test_names_and_labels_stand_in_one_form(enter):
    client = enter()
    same = {"kind": "set", "aspect": "sweet", "zh": "甜度", "en": "Sweetness"}
    client.post(CHANGE, same)
    assert not TaxonomyDraft.objects.exists()
    client.post(CHANGE, {**same, "zh": "甜", "group": "service", "touchpoint": "in_store", "owner": "小李"})
    node = tree_of().find("sweet")
    assert (node.zh, node.labels) == ("甜", {"group": "service", "touchpoint": "in_store", "owner": "小李"})
    page = client.get(f"{EDIT}?aspect=sweet").content.decode()
    assert 'value="小李"' in page
    assert "Quality (from above)" in page


def test_an_aspect_is_added_moved_shifted_split_merged_and_removed(enter):
    client = enter()
    new = {"kind": "add", "zh": "杯子", "en": "Paper cup", "parent": "drink", "phrases": "杯子, 杯盖"}
    assert client.post(CHANGE, new)["Location"] == f"{EDIT}?aspect=drink_paper_cup"
    client.post(CHANGE, {"kind": "move", "aspect": "drink_paper_cup", "parent": "-"})
    assert ids(tree_of()) == ["drink", "sweet", "pearls", "pickup", "drink_paper_cup"]
    client.post(CHANGE, {"kind": "shift", "aspect": "drink_paper_cup", "way": "up"})
    client.post(CHANGE, {"kind": "shift", "aspect": "drink", "way": "down"})
    assert ids(tree_of()) == ["drink_paper_cup", "drink", "sweet", "pearls", "pickup"]
    split = {"kind": "split", "aspect": "pearls", "zh": "波霸", "en": "Boba", "phrase": ["波霸"]}
    assert client.post(CHANGE, split)["Location"] == f"{EDIT}?aspect=drink_boba"
    merge = {"kind": "merge", "aspect": "sweet", "into": "pickup"}
    assert client.post(CHANGE, merge)["Location"] == f"{EDIT}?aspect=pickup"
    client.post(CHANGE, {"kind": "remove", "aspect": "drink_paper_cup"})
    assert ids(tree_of()) == ["drink", "pearls", "drink_boba", "pickup"]
    words = client.get(EDIT).content.decode()
    for told in ("Merged “Sweetness” into “Pick-up”", "Added “Boba”"):
        assert told in words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"kind": "add_phrases", "aspect": "sweet", "key": "terms", "phrases": "取餐"},
            "is a term of “取餐” already",
        ),
        ({"kind": "add_phrases", "aspect": "sweet", "key": "terms", "phrases": " "}, "Type a word first"),
        ({"kind": "add_phrases", "aspect": "sweet", "key": "zh", "phrases": "甜"}, "none of"),
        (
            {"kind": "add", "zh": "甜", "en": "Sweet", "id": "sweet", "parent": "-"},
            "is that of “甜度” already",
        ),
        ({"kind": "add", "zh": "甜", "en": "Sweet", "id": "<b>", "parent": "-"}, "small Latin letters"),
        ({"kind": "move", "aspect": "drink", "parent": "sweet"}, "itself or what is below it"),
        ({"kind": "set", "aspect": "sweet", "zh": "甜", "en": ""}, "both languages"),
        ({"kind": "remove", "aspect": "gone"}, "not in your draft"),
        ({"kind": "nothing"}, "no such change"),
    ],
)
def test_what_does_not_fit_is_told_and_the_words_stay_in_the_form(enter, fields, words):
    client = enter()
    response = client.post(CHANGE, fields)
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "<b>" not in page
    if fields.get("phrases", "").strip() and fields["key"] != "zh":
        assert f">{fields['phrases']}</textarea>" in page
    assert not TaxonomyDraft.objects.exists()


def test_every_message_of_the_editor_is_told_in_chinese(enter):
    client = enter(language="zh-hans")
    for fields in (
        {"kind": "add_phrases", "aspect": "sweet", "key": "terms", "phrases": "取餐"},
        {"kind": "add_phrases", "aspect": "sweet", "key": "terms", "phrases": ""},
        {"kind": "add_phrases", "aspect": "sweet", "key": "terms", "phrases": "长" * 61},
        {"kind": "add_phrases", "aspect": "sweet", "key": "zh", "phrases": "甜"},
        {"kind": "add", "zh": "甜", "en": "Sweet", "id": "sweet", "parent": "-"},
        {"kind": "add", "zh": "甜", "en": "Sweet", "id": "甜", "parent": "-"},
        {"kind": "add", "zh": "甜", "en": "", "parent": "-"},
        {"kind": "add", "zh": "甜", "en": "S", "parent": "gone"},
        {"kind": "move", "aspect": "drink", "parent": "sweet"},
        {"kind": "merge", "aspect": "drink", "into": "sweet"},
        {"kind": "split", "aspect": "sweet", "zh": "一", "en": "One"},
        {"kind": "set", "aspect": "sweet", "zh": "甜", "en": "S", "group": "x"},
        {"kind": "remove", "aspect": "gone"},
        {"kind": "name", "name": "a@b"},
        {"kind": "nothing"},
    ):
        problem = client.post(CHANGE, fields).context["problem"]
        assert not re.search(r"[A-Za-z]{3,} [A-Za-z]{2,}", problem), problem


def test_the_tree_is_searched_by_name_and_by_word(enter):
    client = enter()
    headers = {"HX-Request": "true", "HX-Target": "nodes"}
    page = client.get(f"{EDIT}?q=波霸", headers=headers)
    assert [node.id for node in page.context["nodes"]] == ["pearls"]
    assert client.get(f"{EDIT}?q=PICK").context["nodes"][0].id == "pickup"
    assert client.get(f"{EDIT}?q=没有").context["nodes"] == []


def test_a_change_is_taken_back_and_a_draft_thrown_away_comes_back(enter):
    client = enter()
    add_words(client, "出杯")
    add_words(client, "叫号")
    assert client.post(f"{EDIT}undo/?aspect=pickup")["Location"] == f"{EDIT}?aspect=pickup"
    assert tree_of().find("pickup").phrases["terms"] == ("取餐", "出杯")
    page = client.post(f"{EDIT}discard/", follow=True).content.decode()
    assert f'action="{EDIT}restore/"' in page
    assert not TaxonomyDraft.objects.exists()
    client.post(f"{EDIT}restore/")
    assert tree_of().find("pickup").phrases["terms"] == ("取餐", "出杯")
