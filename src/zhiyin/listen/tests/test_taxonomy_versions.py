"""Versions and drafts of the taxonomy: every change is kept, named once for ever, and can be taken back."""

from __future__ import annotations

import pytest

from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.listen.models import AnalysisSettings, TaxonomyDraft, TaxonomyVersion
from zhiyin.listen.services.taxonomy import (
    TaxonomyWatch,
    choose_taxonomy,
    choose_taxonomy_text,
    get_taxonomy,
    has_chosen_taxonomy,
    read_taxonomy_text,
)
from zhiyin.listen.services.taxonomy_versions import (
    DraftOutdated,
    change_draft,
    compare_versions,
    current_version,
    discard_draft,
    draft_of,
    get_version,
    go_back_to,
    list_versions,
    on_version_saved,
    redo_draft,
    restore_draft,
    save_draft,
    save_version,
    undo_edit,
)
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.models import AuditEvent
from zhiyin.people.services.accounts import create_account
from zhiyin.understand.taxonomy_edits import AddAspect, AddPhrases, RemoveAspect, RenameAspect

pytestmark = pytest.mark.django_db

OWN = """# Ours.
name: own
version: 3
aspects:
  - {id: pickup, zh: 取餐, en: Pick-up, terms: [取餐], negative: [叫号没人应]}
  - {id: sweet, zh: 甜度, en: Sweetness, terms: [甜度]}
"""
MORE = AddPhrases(aspect="pickup", key="terms", phrases=("叫号",))


@pytest.fixture(autouse=True)
def no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZHIYIN_TAXONOMY", raising=False)


@pytest.fixture
def account():
    return create_account("ann", password="correct horse battery staple")


@pytest.fixture
def other():
    return create_account("bob", password="correct horse battery staple")


def test_what_is_used_from_the_first_day_is_version_one_and_no_choice():
    assert current_version() == (1, "general@1")
    assert current_version() == (1, "general@1")
    assert not has_chosen_taxonomy()


def test_every_choice_is_a_version_and_the_one_before_can_be_gone_back_to():
    choose_taxonomy("telecom")
    assert [one.label for one in list_versions()] == ["telecom@1", "general@1"]
    back = go_back_to(1, by=SYSTEM)
    assert (back.number, back.label) == (3, "general@1")
    assert get_taxonomy().taxonomy.name == "general"
    # It follows updates of Zhiyin again, as the built-in one that it is.
    assert AnalysisSettings.objects.get().taxonomy_file == ""


def test_choosing_what_is_used_already_makes_no_version():
    choose_taxonomy("telecom")
    choose_taxonomy("telecom")
    assert current_version().number == 2


def test_a_saved_text_is_used_audited_and_noticed_by_a_running_pipeline():
    choose_taxonomy_text(OWN, file="own.yaml")
    watch = TaxonomyWatch()
    account = create_account("cy", password="correct horse battery staple")
    version = save_version(OWN.replace("甜度", "糖度"), note=" 改名 ", by=Actor.of(account))
    assert (version.number, version.label, version.note) == (3, "own@3.1", "改名")
    assert version.made_by == account
    found = watch.find_new()
    assert found is not None
    assert found.label == "own@3.1"
    assert AnalysisSettings.objects.get().version == version
    assert AuditEvent.objects.filter(action="taxonomy.saved").count() == 1


def test_a_label_names_one_text_for_ever():
    choose_taxonomy_text(OWN, file="own.yaml")
    labels = [
        save_version(OWN.replace("terms: [取餐]", f"terms: [取餐, 词{n}]"), note="", by=SYSTEM).label
        for n in range(11)
    ]
    assert labels[0] == "own@3.1"
    assert labels[-1] == "own@3.11"
    assert len(set(labels)) == 11
    assert read_taxonomy_text().startswith('# Ours.\nname: own\nversion: "3.11"')
    assert go_back_to(2, by=SYSTEM).label == "own@3"
    assert read_taxonomy_text() == OWN


def test_a_changed_built_in_one_does_not_bear_its_label(account):
    choose_taxonomy("restaurant")
    change_draft(account, AddPhrases(aspect="dish_taste", key="positive", phrases=("鲜掉眉毛",)))
    version = save_draft(account, note="", by=Actor.of(account))
    assert version.label == "restaurant@1.1"
    assert get_taxonomy().taxonomy.label == "restaurant@1.1"


def test_a_version_tells_what_it_changed():
    choose_taxonomy_text(OWN, file="own.yaml")
    version = get_version(save_version(OWN.replace("[取餐]", "[取餐, 叫号]"), note="", by=SYSTEM).number)
    assert [(one["kind"], one["aspect"], one["gained"]) for one in version.changes] == [
        ("phrases", "pickup", ["叫号"])
    ]
    (difference,) = compare_versions(get_version(2), version)
    assert difference.gained == ("叫号",)
    with pytest.raises(NotFound):
        get_version(99)


def test_an_unusable_text_is_not_saved():
    with pytest.raises(InvalidInput, match="unknown key"):
        save_version(OWN + "more: 1\n", note="", by=SYSTEM)
    assert not TaxonomyVersion.objects.filter(label__startswith="own").exists()


def test_who_asked_to_be_told_is_told_once():
    told: list[str] = []

    def listen(version: TaxonomyVersion) -> None:
        told.append(version.label)

    on_version_saved(listen)
    on_version_saved(listen)
    choose_taxonomy("cars")
    assert told == ["cars@1"]


def test_a_draft_gathers_changes_and_leaves_the_taxonomy_in_use_alone(account, other):
    choose_taxonomy_text(OWN, file="own.yaml")
    assert draft_of(account).edits == ()
    change_draft(account, MORE)
    draft = change_draft(account, RenameAspect(aspect="sweet", zh="甜", en="Sweet"))
    assert len(draft.edits) == 2
    assert draft_of(account).taxonomy.names("zh") == {"pickup": "取餐", "sweet": "甜"}
    assert draft_of(other).edits == ()
    assert get_taxonomy().taxonomy.names("zh")["sweet"] == "甜度"


def test_a_change_that_does_not_fit_leaves_the_draft_as_it_was(account):
    choose_taxonomy_text(OWN, file="own.yaml")
    change_draft(account, MORE)
    with pytest.raises(InvalidInput):
        change_draft(account, AddPhrases(aspect="sweet", key="terms", phrases=("叫号",)))
    assert draft_of(account).edits == (MORE,)


def test_a_draft_is_saved_once_and_gone(account):
    choose_taxonomy_text(OWN, file="own.yaml")
    change_draft(account, MORE)
    version = save_draft(account, note="叫号也算", by=Actor.of(account))
    assert (version.label, version.note) == ("own@3.1", "叫号也算")
    assert not TaxonomyDraft.objects.exists()
    with pytest.raises(InvalidInput, match="Nothing was changed"):
        save_draft(account, note="", by=Actor.of(account))


def test_the_last_change_and_the_whole_draft_can_be_taken_back(account):
    choose_taxonomy_text(OWN, file="own.yaml")
    change_draft(account, MORE)
    change_draft(account, RemoveAspect(aspect="sweet"))
    assert undo_edit(account).edits == (MORE,)
    gone = discard_draft(account)
    assert draft_of(account).edits == ()
    assert restore_draft(account, gone) == ()
    assert draft_of(account).edits == (MORE,)


def test_of_two_who_save_the_second_is_told_and_can_redo(account, other):
    choose_taxonomy_text(OWN, file="own.yaml")
    rename = RenameAspect(aspect="sweet", zh="甜", en="Sweet")
    change_draft(account, MORE)
    change_draft(account, rename)
    change_draft(other, RemoveAspect(aspect="sweet"))
    save_draft(other, note="", by=Actor.of(other))
    assert draft_of(account).is_outdated
    with pytest.raises(DraftOutdated, match="Redo"):
        save_draft(account, note="", by=Actor.of(account))
    assert redo_draft(account) == (rename,)
    assert save_draft(account, note="", by=Actor.of(account)).label == "own@3.2"
    assert [one.id for one in get_taxonomy().taxonomy.aspects] == ["pickup"]


def test_the_servers_setting_cannot_be_changed_here(account, monkeypatch):
    monkeypatch.setenv("ZHIYIN_TAXONOMY", "cars")
    assert current_version() == (0, "cars@1")
    with pytest.raises(Conflict, match="ZHIYIN_TAXONOMY"):
        change_draft(account, AddAspect(aspect="x", zh="一", en="X"))
    with pytest.raises(Conflict, match="ZHIYIN_TAXONOMY"):
        save_version(OWN, note="", by=SYSTEM)
    assert not TaxonomyVersion.objects.exists()


def test_a_change_of_another_release_is_left_out_and_the_others_stay(account):
    choose_taxonomy_text(OWN, file="own.yaml")
    change_draft(account, MORE)
    row = TaxonomyDraft.objects.get()
    row.edits = [{"kind": "of_tomorrow", "aspect": "sweet"}, *row.edits]
    row.save()
    assert draft_of(account).edits == (MORE,)
