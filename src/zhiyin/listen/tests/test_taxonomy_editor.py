"""The editor of the taxonomy and its history, as people use them: with and without script."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from zhiyin.listen.items import UnitIn
from zhiyin.listen.models import AnalysisSettings, BackgroundJob, TaxonomyDraft
from zhiyin.listen.pipeline.chosen import open_analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.services.taxonomy import choose_taxonomy, choose_taxonomy_text, get_taxonomy
from zhiyin.listen.services.taxonomy_versions import current_version, draft_of, save_version
from zhiyin.people.actors import SYSTEM
from zhiyin.people.models import Account, AuditEvent, RoleGrant
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import create_unit
from zhiyin.understand.taxonomy import load_taxonomy

pytestmark = pytest.mark.django_db(transaction=True)

EDIT = "/settings/taxonomy/edit/"
CHANGE = f"{EDIT}change/"
VERSIONS = "/settings/taxonomy/versions/"
TEA = """
name: tea
version: 1
aspects:
  - id: drink
    zh: 饮品
    en: Drinks
    group: quality
    children:
      - {id: sweet, zh: 甜度, en: Sweetness, terms: [甜度], negative: [齁甜], exclusions: [甜度计]}
      - {id: pearls, zh: 珍珠, en: Pearls, terms: [珍珠, 波霸], negative_with_term: [硬]}
  - {id: pickup, zh: 取餐, en: Pick-up, terms: [取餐], negative_with_term: [慢]}
"""
HTMX = {"HX-Request": "true", "HX-Target": "editor"}


@pytest.fixture
def sign_in(engine, settings, pipeline, monkeypatch):
    settings.HOME = engine.home
    monkeypatch.delenv("ZHIYIN_TAXONOMY", raising=False)
    choose_taxonomy_text(TEA, file="tea.yaml")

    def make(role=Role.OWNER, *, unit=None, language="en", name=""):
        account = create_account(
            name or role.value, password="correct horse battery staple", language=language
        )
        grant_role(account, role=role, unit=unit)
        client = Client()
        client.force_login(account)
        client.cookies["django_language"] = language
        return client

    return make


def tree_of(name="owner"):
    return draft_of(Account.objects.get(username=name)).tree


def ids(tree):
    return [node.id for node in tree.walk()]


def add_words(client, *words, aspect="pickup", key="terms"):
    fields = {"kind": "add_phrases", "aspect": aspect, "key": key, "phrases": "，".join(words)}
    return client.post(CHANGE, fields)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_of_it_opens_in_both_languages(sign_in, language):
    client = sign_in(language=language)
    add_words(client, "出杯")
    for path in (EDIT, f"{EDIT}?aspect=pearls", f"{EDIT}?new=1&below=drink", VERSIONS, f"{VERSIONS}2/"):
        page = client.get(path)
        assert page.status_code == 200, path
        words = page.content.decode()
        assert ("历史版本" in words or "草稿" in words) == (language == "zh-hans")


def test_words_are_added_many_at_once_and_taken_away_by_their_button(sign_in):
    client = sign_in()
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


def test_htmx_gets_the_editor_alone_with_the_address_and_the_message(sign_in):
    client = sign_in()
    fields = {"kind": "add_phrases", "aspect": "pickup", "key": "negative", "phrases": "没人理"}
    response = client.post(CHANGE, fields, headers=HTMX)
    assert response["HX-Push-Url"] == f"{EDIT}?aspect=pickup"
    assert response["HX-Trigger"] == "zhiyin:draft"
    part = response.content.decode()
    assert "<html" not in part
    assert 'action="/settings/taxonomy/edit/undo/"' in part
    assert "＋没人理" in part


def test_names_and_labels_stand_in_one_form(sign_in):
    client = sign_in()
    same = {"kind": "set", "aspect": "sweet", "zh": "甜度", "en": "Sweetness"}
    client.post(CHANGE, same)
    assert not TaxonomyDraft.objects.exists()
    client.post(CHANGE, {**same, "zh": "甜", "group": "service", "touchpoint": "in_store", "owner": "小李"})
    node = tree_of().find("sweet")
    assert (node.zh, node.labels) == ("甜", {"group": "service", "touchpoint": "in_store", "owner": "小李"})
    page = client.get(f"{EDIT}?aspect=sweet").content.decode()
    assert 'value="小李"' in page
    assert "Quality (from above)" in page


def test_an_aspect_is_added_moved_shifted_split_merged_and_removed(sign_in):
    client = sign_in()
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
def test_what_does_not_fit_is_told_and_the_words_stay_in_the_form(sign_in, fields, words):
    client = sign_in()
    response = client.post(CHANGE, fields)
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "<b>" not in page
    if fields.get("phrases", "").strip() and fields["key"] != "zh":
        assert f">{fields['phrases']}</textarea>" in page
    assert not TaxonomyDraft.objects.exists()


def test_every_message_of_the_editor_is_told_in_chinese(sign_in):
    client = sign_in(language="zh-hans")
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


def test_the_tree_is_searched_by_name_and_by_word(sign_in):
    client = sign_in()
    headers = {"HX-Request": "true", "HX-Target": "nodes"}
    page = client.get(f"{EDIT}?q=波霸", headers=headers)
    assert [node.id for node in page.context["nodes"]] == ["pearls"]
    assert client.get(f"{EDIT}?q=PICK").context["nodes"][0].id == "pickup"
    assert client.get(f"{EDIT}?q=没有").context["nodes"] == []


def test_a_change_is_taken_back_and_a_draft_thrown_away_comes_back(sign_in):
    client = sign_in()
    add_words(client, "出杯")
    add_words(client, "叫号")
    client.post(f"{EDIT}undo/")
    assert tree_of().find("pickup").phrases["terms"] == ("取餐", "出杯")
    page = client.post(f"{EDIT}discard/", follow=True).content.decode()
    assert f'action="{EDIT}restore/"' in page
    assert not TaxonomyDraft.objects.exists()
    client.post(f"{EDIT}restore/")
    assert tree_of().find("pickup").phrases["terms"] == ("取餐", "出杯")


def test_a_draft_is_saved_as_a_version_in_use_with_its_note(sign_in):
    client = sign_in()
    add_words(client, "出杯")
    page = client.post(f"{EDIT}save/", {"note": "按杯叫号"}, follow=True).content.decode()
    assert "Saved as version 3 (tea@1.1)" in page
    assert "按杯叫号" in page
    assert "＋出杯" in page
    assert f'action="{VERSIONS}2/back/"' in page
    assert get_taxonomy().taxonomy.label == "tea@1.1"
    assert not BackgroundJob.objects.filter(kind="retagging").exists()
    assert json.loads(AuditEvent.objects.get(action="taxonomy.saved").details)["number"] == "3"


def test_saving_can_have_the_stored_voices_understood_anew(sign_in):
    client = sign_in()
    add_words(client, "出杯")
    client.post(f"{EDIT}save/", {"retag": "1"})
    assert BackgroundJob.objects.filter(kind="retagging").count() == 1


def test_nothing_changed_is_nothing_to_save(sign_in):
    response = sign_in().post(f"{EDIT}save/", {})
    assert response.status_code == 422
    assert "Nothing was changed" in response.content.decode()
    assert current_version().number == 2


def test_whoever_was_overtaken_is_told_and_redoes_the_changes(sign_in):
    ann, bob = sign_in(), sign_in(Role.ANALYST)
    add_words(ann, "出杯")
    ann.post(CHANGE, {"kind": "set", "aspect": "sweet", "zh": "甜", "en": "Sweet"})
    bob.post(CHANGE, {"kind": "remove", "aspect": "sweet"})
    bob.post(f"{EDIT}save/", {})
    page = ann.get(EDIT).content.decode()
    assert "Version 3 was saved meanwhile (analyst)" in page
    assert ann.post(f"{EDIT}save/", {}).status_code == 409
    told = ann.post(f"{EDIT}redo/", follow=True).content.decode()
    assert "no longer fit it: 1" in told
    ann.post(f"{EDIT}save/", {})
    chosen = get_taxonomy().taxonomy
    assert (chosen.label, [one.id for one in chosen.aspects]) == ("tea@1.2", ["drink", "pearls", "pickup"])


def test_a_preview_shows_counts_and_voices_within_the_scope(engine, receive, said, sign_in):
    client = sign_in()
    store = create_unit("s1", name="一店")
    receive(said("a", "出杯太慢了，电话13812345678", unit=UnitIn(code="s1")), said("b", "出杯很慢，没人管"))
    Pipeline(engine, open_analysis()).drain()
    add_words(client, "出杯")
    page = client.post(f"{EDIT}preview/", follow=True).content.decode()
    assert "Of the last 2 voices, <strong>2</strong> would be understood otherwise" in page
    assert "0 → 2" in page
    assert '<mark class="opinion opinion-negative">出杯太慢</mark>' in page
    assert "13812345678" not in page
    part = client.get(f"{EDIT}preview/", headers={"HX-Request": "true", "HX-Target": "preview"})
    assert "<html" not in part.content.decode()
    # A voice that left the scope since is counted and not shown.
    RoleGrant.objects.update(unit=store, role=Role.MANAGER.value)
    assert "没人管" not in client.get(EDIT).content.decode()


def test_a_sentence_is_tried_with_draft_and_version_in_use_side_by_side(sign_in):
    client = sign_in()
    sentence = {"text": "出杯太慢，甜度计坏了，电话13812345678"}
    alone = client.post(f"{EDIT}try/", sentence).context["tried"]
    assert (alone.draft, alone.in_use.reasons) == (None, [])
    assert [(one.phrase, one.name) for one in alone.in_use.exclusions] == [("甜度计", "Sweetness")]
    add_words(client, "出杯")
    headers = {"HX-Request": "true", "HX-Target": "reasons"}
    page = client.post(f"{EDIT}try/", sentence, headers=headers)
    tried = page.context["tried"]
    (reason,) = tried.draft.reasons
    assert (reason.name, reason.opinion.polarity, reason.term_key) == ("Pick-up", "negative", "terms")
    assert reason.word_key == "negative_with_term"
    first = reason.weights[0]
    assert (first.kind, first.words, first.log_odds < 0) == ("word", "慢", True)
    assert not tried.is_same
    assert "13812345678" not in page.content.decode()
    assert client.post(f"{EDIT}try/", {"text": " "}).status_code == 422


def test_the_history_tells_who_changed_what_and_leads_back(sign_in):
    client = sign_in()
    add_words(client, "出杯")
    client.post(f"{EDIT}save/", {"note": "加词"})
    page = client.get(VERSIONS).content.decode()
    assert page.index("Version 3") < page.index("Version 2") < page.index("Version 1")
    compared = client.get(f"{VERSIONS}3/").content.decode()
    assert "＋出杯" in compared
    assert "－出杯" in client.get(f"{VERSIONS}2/?with=3").content.decode()
    assert client.get(f"{VERSIONS}2/file/").content.decode() == TEA
    assert client.get(f"{VERSIONS}9/").status_code == client.get(f"{VERSIONS}9/file/").status_code == 404
    told = client.post(f"{VERSIONS}2/back/", follow=True).content.decode()
    assert "Version 4 (tea@1) is in use again" in told or "(tea@1) is in use again" in told
    assert get_taxonomy().taxonomy.label == "tea@1"
    assert client.post(f"{VERSIONS}99/back/").status_code == 404


def test_a_long_history_is_paged(sign_in):
    client = sign_in()
    for number in range(32):
        save_version(TEA.replace("[取餐]", f"[取餐, 词{number}]"), note="", by=SYSTEM)
    page = client.get(VERSIONS)
    assert len(page.context["rows"]) == 30
    older = client.get(f"{VERSIONS}?before={page.context['next_before']}")
    assert [row.version.number for row in older.context["rows"]] == [4, 3, 2, 1]


def test_only_those_who_may_edit_get_in(sign_in):
    auditor = sign_in(Role.AUDITOR)
    assert auditor.get(EDIT).status_code == 403
    assert auditor.post(f"{VERSIONS}1/back/").status_code == 403
    page = auditor.get(VERSIONS)
    assert page.status_code == 200
    assert "Go back to it" not in page.content.decode()


def test_the_servers_setting_closes_the_editor_with_a_word(sign_in, monkeypatch):
    client = sign_in()
    monkeypatch.setenv("ZHIYIN_TAXONOMY", "cars")
    page = client.get(EDIT, follow=True).content.decode()
    assert "ZHIYIN_TAXONOMY" in page
    assert add_words(client, "出杯")["Location"] == "/settings/taxonomy/"
    assert client.post(f"{VERSIONS}1/back/")["Location"] == VERSIONS
    assert not TaxonomyDraft.objects.exists()


def test_a_big_built_in_tree_is_edited_as_well(sign_in):
    client = sign_in()
    choose_taxonomy("restaurant")
    page = client.get(f"{EDIT}?aspect=service_waiters_attitude").content.decode()
    assert "冷漠" in page
    client.post(
        CHANGE, {"kind": "add_phrases", "aspect": "dish_taste", "key": "positive", "phrases": "鲜掉眉毛"}
    )
    client.post(f"{EDIT}save/", {})
    assert AnalysisSettings.objects.get().taxonomy_file
    changed = get_taxonomy().taxonomy
    shipped = load_taxonomy("restaurant")
    assert [one.id for one in changed.aspects] == [one.id for one in shipped.aspects]
    assert changed.version != shipped.version
