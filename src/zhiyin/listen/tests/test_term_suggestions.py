"""Suggested terms on their page: searched for, taken into a draft, turned down, shown with real words."""

from __future__ import annotations

import pytest
from django.test import Client

from zhiyin.listen.items import UnitIn
from zhiyin.listen.models import BackgroundJob, DismissedTerm, TermSearch
from zhiyin.listen.services.jobs import cancel_job
from zhiyin.listen.services.taxonomy import choose_taxonomy
from zhiyin.listen.services.taxonomy_versions import draft_of
from zhiyin.listen.services.term_suggestions import (
    KIND,
    SUGGESTIONS_KIND,
    ask_for_terms,
    dismiss_terms,
    find_terms,
)
from zhiyin.people.actors import SYSTEM
from zhiyin.people.models import Account, AuditEvent
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import create_unit

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/settings/taxonomy/suggestions/"
SAID = ("榴莲很不错", "这里的榴莲太差了", "不错的榴莲，环境也好", "榴莲真的糟糕", "榴莲不太行", "上菜很慢")


@pytest.fixture
def owner(engine, settings):
    settings.HOME = engine.home
    account = create_account("owner", password="correct horse battery staple", language="en")
    grant_role(account, role=Role.OWNER)
    return account


def sign_in(account: Account, language: str = "en") -> Client:
    client = Client()
    client.force_login(account)
    client.cookies["django_language"] = language
    return client


@pytest.fixture
def page(owner):
    return sign_in(owner)


@pytest.fixture
def voices(receive, said, pipeline, owner):
    choose_taxonomy("telecom")
    receive(*[said(str(n), text, unit=UnitIn(code=f"S{n % 2}")) for n, text in enumerate(SAID)])
    pipeline.drain()


def words(response) -> str:
    return response.content.decode()


def test_before_the_first_search_the_page_says_what_it_would_do(page):
    assert "Search the last 20,000 voices" in words(page.get(PAGE))


def test_a_search_finds_the_term_with_its_figures_and_what_was_said(page, voices):
    assert page.post(PAGE).status_code == 302
    body = words(page.get(PAGE))
    assert 'value="榴莲"' in body
    assert "5 voices" in body
    assert '<mark class="opinion opinion-negative">榴莲</mark>太差了' in body
    assert "/voices/" in body
    assert "optgroup" in body


def test_nothing_to_find_is_said(page):
    page.post(PAGE)
    assert "Nothing is missing" in words(page.get(PAGE))


def test_a_term_is_taken_into_the_draft_and_back(page, voices, owner):
    page.post(PAGE)
    page.post(f"{PAGE}choose/", {"add": "榴莲", "aspect:榴莲": "network_speed"})
    [edit] = draft_of(owner).edits
    assert (edit.aspect, edit.key, edit.phrases) == ("network_speed", "terms", ("榴莲",))
    body = words(page.get(PAGE))
    assert 'value="榴莲"' not in body
    assert "Your draft: 1 change" in body
    assert AuditEvent.objects.filter(action="taxonomy.terms_added").count() == 1
    page.post("/settings/taxonomy/edit/undo/")
    assert 'value="榴莲"' in words(page.get(PAGE))


def test_several_are_taken_at_once_and_a_wrong_aspect_changes_nothing(page, voices, owner):
    page.post(PAGE)
    chosen = {
        "term": ["榴莲", "锅盔"],
        "aspect:榴莲": "network_speed",
        "aspect:锅盔": "nonsense",
        "add_all": "1",
    }
    page.post(f"{PAGE}choose/", chosen)
    assert draft_of(owner).edits == ()
    page.post(f"{PAGE}choose/", chosen | {"aspect:锅盔": "network_speed"})
    assert [edit.phrases for edit in draft_of(owner).edits] == [("榴莲", "锅盔")]
    page.post(f"{PAGE}choose/", {"add_all": "1"})
    assert len(draft_of(owner).edits) == 1


def test_a_term_turned_down_stays_away_until_it_is_wanted_again(page, voices):
    page.post(PAGE)
    page.post(f"{PAGE}choose/", {"dismiss": "榴莲"})
    assert [*DismissedTerm.objects.values_list("term", flat=True)] == ["榴莲"]
    assert 'value="榴莲"' not in words(page.get(PAGE))
    page.post(PAGE)
    assert 'value="榴莲"' not in words(page.get(PAGE))
    page.post(f"{PAGE}undo/")
    page.post(PAGE)
    assert 'value="榴莲"' in words(page.get(PAGE))
    told = AuditEvent.objects.filter(action__startswith="taxonomy.terms").order_by("pk")
    assert [one.action for one in told] == ["taxonomy.terms_dismissed", "taxonomy.terms_restored"]
    assert "榴莲" not in str([one.details for one in told])
    assert dismiss_terms(["x" * 30], account=Account.objects.get(), by=SYSTEM) == []


def test_nobody_reads_voices_of_others_there(voices, engine, owner):
    account = create_account("narrow", password="correct horse battery staple", language="en")
    grant_role(account, role=Role.ANALYST, unit=create_unit("elsewhere", name="Elsewhere"))
    client = sign_in(account)
    assert client.post(PAGE).status_code == 302
    assert "榴莲" not in words(client.get(PAGE))


def test_a_long_search_is_a_job_that_may_be_cancelled(voices, engine, owner, page):
    ask_for_terms(owner, lake=engine.lake, most_at_once=0)
    assert "The search begins" in words(page.get(PAGE))
    job = BackgroundJob.objects.get(kind=KIND)
    SUGGESTIONS_KIND.run(job.pk, engine.home)
    assert [one.term for one in find_terms(owner).suggestions] == ["榴莲"]
    assert TermSearch.objects.get().wanted_at is None
    ask_for_terms(owner, lake=engine.lake, most_at_once=0)
    cancel_job(KIND, BackgroundJob.objects.latest("pk").pk)
    assert find_terms(owner).job is None


def test_the_kept_search_holds_no_words_but_the_terms(voices, page):
    page.post(PAGE)
    assert "不错" not in str(TermSearch.objects.get().found)


def test_who_may_not_edit_the_taxonomy_sees_none_of_it(owner):
    account = create_account("auditor", password="correct horse battery staple")
    grant_role(account, role=Role.AUDITOR)
    client = sign_in(account)
    assert {client.get(PAGE).status_code, client.post(f"{PAGE}choose/").status_code} == {403}
    assert client.post("/settings/taxonomy/retag/").status_code == 403


def test_the_page_starts_a_retagging_and_says_how_far_it_is(voices, page, engine):
    choose_taxonomy("restaurant")
    assert "6 stored voices were understood by an earlier version" in words(page.get("/settings/taxonomy/"))
    response = page.post("/settings/taxonomy/retag/")
    job = BackgroundJob.objects.get(kind="retagging")
    assert response.url == f"/jobs/retagging/{job.pk}/"
    BackgroundJob.objects.update(n_done=3, n_total=6)
    told = (
        "Stored voices are being understood by restaurant@1: 50% done. Until all of them are, every figure is"
    )
    assert f"{told} of general@1." in words(page.get("/settings/taxonomy/"))
    assert 'value="50"' in words(page.get(response.url))
