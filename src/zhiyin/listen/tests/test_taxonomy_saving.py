"""A draft of the taxonomy is tried, saved, overtaken; the history leads back."""

from __future__ import annotations

import json

import pytest

from zhiyin.listen.items import UnitIn
from zhiyin.listen.models import AnalysisSettings, BackgroundJob, TaxonomyDraft
from zhiyin.listen.pipeline.chosen import open_analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.services.taxonomy import choose_taxonomy, get_taxonomy
from zhiyin.listen.services.taxonomy_versions import current_version, save_version
from zhiyin.people.actors import SYSTEM
from zhiyin.people.models import AuditEvent, RoleGrant
from zhiyin.people.roles import Role
from zhiyin.people.services.units import create_unit
from zhiyin.understand.taxonomy import load_taxonomy

pytestmark = pytest.mark.django_db(transaction=True)

EDIT = "/settings/taxonomy/edit/"
CHANGE = f"{EDIT}change/"
VERSIONS = "/settings/taxonomy/versions/"


def add_words(client, *words, aspect="pickup", key="terms"):
    fields = {"kind": "add_phrases", "aspect": aspect, "key": key, "phrases": "，".join(words)}
    return client.post(CHANGE, fields)


def test_a_draft_is_saved_as_a_version_in_use_with_its_note(enter):
    client = enter()
    add_words(client, "出杯")
    page = client.post(f"{EDIT}save/", {"note": "按杯叫号"}, follow=True).content.decode()
    assert "Saved as version 3 (tea@1.1)" in page
    assert "按杯叫号" in page
    assert "＋出杯" in page
    assert f'action="{VERSIONS}2/back/"' in page
    assert get_taxonomy().taxonomy.label == "tea@1.1"
    assert not BackgroundJob.objects.filter(kind="retagging").exists()
    assert json.loads(AuditEvent.objects.get(action="taxonomy.saved").details)["number"] == "3"


def test_saving_can_have_the_stored_voices_understood_anew(enter):
    client = enter()
    add_words(client, "出杯")
    client.post(f"{EDIT}save/", {"retag": "1"})
    assert BackgroundJob.objects.filter(kind="retagging").count() == 1


def test_nothing_changed_is_nothing_to_save(enter):
    response = enter().post(f"{EDIT}save/", {})
    assert response.status_code == 422
    assert "Nothing was changed" in response.content.decode()
    assert current_version().number == 2


def test_whoever_was_overtaken_is_told_and_redoes_the_changes(enter):
    ann, bob = enter(), enter(Role.ANALYST)
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


def test_a_preview_shows_counts_and_voices_within_the_scope(engine, receive, said, enter):
    client = enter()
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


def test_a_sentence_is_tried_with_draft_and_version_in_use_side_by_side(enter):
    client = enter()
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


def test_the_history_tells_who_changed_what_and_leads_back(enter, tea):
    client = enter()
    add_words(client, "出杯")
    client.post(f"{EDIT}save/", {"note": "加词"})
    page = client.get(VERSIONS).content.decode()
    assert page.index("Version 3") < page.index("Version 2") < page.index("Version 1")
    compared = client.get(f"{VERSIONS}3/").content.decode()
    assert "＋出杯" in compared
    assert "－出杯" in client.get(f"{VERSIONS}2/?with=3").content.decode()
    assert client.get(f"{VERSIONS}2/file/").content.decode() == tea
    assert client.get(f"{VERSIONS}9/").status_code == client.get(f"{VERSIONS}9/file/").status_code == 404
    told = client.post(f"{VERSIONS}2/back/", follow=True).content.decode()
    assert "Version 4 (tea@1) is in use again" in told or "(tea@1) is in use again" in told
    assert get_taxonomy().taxonomy.label == "tea@1"
    assert client.post(f"{VERSIONS}99/back/").status_code == 404


def test_a_long_history_is_paged(enter, tea):
    client = enter()
    for number in range(32):
        save_version(tea.replace("[取餐]", f"[取餐, 词{number}]"), note="", by=SYSTEM)
    page = client.get(VERSIONS)
    assert len(page.context["rows"]) == 30
    older = client.get(f"{VERSIONS}?before={page.context['next_before']}")
    assert [row.version.number for row in older.context["rows"]] == [4, 3, 2, 1]


def test_only_those_who_may_edit_get_in(enter):
    auditor = enter(Role.AUDITOR)
    assert auditor.get(EDIT).status_code == 403
    assert auditor.post(f"{VERSIONS}1/back/").status_code == 403
    page = auditor.get(VERSIONS)
    assert page.status_code == 200
    assert "Go back to it" not in page.content.decode()


def test_the_servers_setting_closes_the_editor_with_a_word(enter, monkeypatch):
    client = enter()
    monkeypatch.setenv("ZHIYIN_TAXONOMY", "cars")
    page = client.get(EDIT, follow=True).content.decode()
    assert "ZHIYIN_TAXONOMY" in page
    assert add_words(client, "出杯")["Location"] == "/settings/taxonomy/"
    assert client.post(f"{VERSIONS}1/back/")["Location"] == VERSIONS
    assert not TaxonomyDraft.objects.exists()


def test_a_big_built_in_tree_is_edited_as_well(enter):
    client = enter()
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
