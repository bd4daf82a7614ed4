"""A change of the taxonomy, tried on the voices there are before it is saved."""

from __future__ import annotations

import pytest

from zhiyin.listen.items import UnitIn
from zhiyin.listen.models import BackgroundJob, TaxonomyDraft
from zhiyin.listen.pipeline.chosen import open_analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.queries.recent import list_recent_texts
from zhiyin.listen.services.jobs import cancel_job
from zhiyin.listen.services.taxonomy import choose_taxonomy_text
from zhiyin.listen.services.taxonomy_comparison import compare_taxonomies
from zhiyin.listen.services.taxonomy_preview import KIND, PREVIEW_KIND, ask_for_preview, find_preview
from zhiyin.listen.services.taxonomy_versions import change_draft, draft_of
from zhiyin.people.roles import Role
from zhiyin.people.scope import EVERYTHING
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import create_unit
from zhiyin.understand.taxonomy import parse_taxonomy
from zhiyin.understand.taxonomy_edits import AddPhrases, MergeAspect

pytestmark = pytest.mark.django_db(transaction=True)

TEA = """
name: tea
version: 1
aspects:
  - {id: drink, zh: 饮品, en: Drinks, terms: [奶茶, 珍珠], negative: [发苦]}
  - {id: pickup, zh: 取餐, en: Pick-up, terms: [取餐], negative_with_term: [慢]}
  - {id: queue, zh: 排队, en: Queue, terms: [排队], negative_with_term: [久, 慢]}
"""
WIDER = AddPhrases(aspect="pickup", key="terms", phrases=("出杯",))


def tree(text=TEA):
    return parse_taxonomy(text, file="tea")


def test_what_is_gained_lost_and_turned_is_counted_by_voice_and_shown():
    after = TEA.replace("terms: [取餐]", "terms: [取餐, 出杯]").replace("奶茶, ", "").replace("[发苦]", "[]")
    voices = [
        ("a", "出杯太慢"),
        ("b", "奶茶很好喝，奶茶不错"),
        ("c", "珍珠发苦，珍珠很好吃"),
        ("d", "取餐很慢"),
    ]
    found = compare_taxonomies(voices, before=tree(), after=tree(after))
    effects = {one.aspect: one for one in found.aspects}
    assert (effects["pickup"].n_before, effects["pickup"].n_after, effects["pickup"].n_gained) == (1, 2, 1)
    assert (effects["pickup"].negative, effects["drink"].n_lost) == ((1, 2), 1)
    assert (effects["drink"].n_turned, effects["drink"].negative) == (1, (1, 0))
    assert (found.n_voices, found.n_changed) == (4, 3)
    ways = {(one.feedback_id, one.aspect, one.way) for one in found.examples}
    assert ways == {("a", "pickup", "gained"), ("b", "drink", "lost"), ("c", "drink", "turned")}
    gained = next(one for one in found.examples if one.way == "gained")
    assert (gained.before, [(mark.start, mark.end) for mark in gained.after]) == ([], [(0, 4)])


def test_a_merged_aspect_counts_where_it_went_before_and_after():
    after = TEA.replace(
        "{id: queue, zh: 排队, en: Queue, terms: [排队], negative_with_term: [久, 慢]}", ""
    ).replace(
        "terms: [取餐], negative_with_term: [慢]",
        "terms: [取餐, 排队], negative_with_term: [慢, 久], was: [queue]",
    )
    after = after.rstrip().removesuffix("-")
    found = compare_taxonomies([("a", "排队太久"), ("b", "取餐慢")], before=tree(), after=tree(after))
    assert [(one.aspect, one.n_before, one.n_after, one.n_changed) for one in found.aspects] == [
        ("pickup", 2, 2, 0)
    ]
    assert found.n_changed == 0


@pytest.fixture
def company(engine, receive, said, settings, monkeypatch):
    monkeypatch.delenv("ZHIYIN_TAXONOMY", raising=False)
    settings.HOME = engine.home
    store = create_unit("s1", name="一店")
    choose_taxonomy_text(TEA, file="tea.yaml")
    receive(
        said("a", "出杯太慢了", unit=UnitIn(code="s1")),
        said("b", "出杯很慢，电话13812345678"),
        said("c", "取餐慢"),
    )
    Pipeline(engine, open_analysis()).drain()
    return store


@pytest.fixture
def person():
    def make(role=Role.OWNER, *, unit=None):
        account = create_account(role.value, password="correct horse battery staple")
        grant_role(account, role=role, unit=unit)
        return account

    return make


def test_a_small_preview_is_there_at_once_and_grows_old_with_the_next_change(engine, company, person):
    account = person()
    draft = change_draft(account, WIDER)
    assert find_preview(account, draft=draft).comparison is None
    ask_for_preview(account, lake=engine.lake)
    state = find_preview(account, draft=draft)
    assert (state.comparison.n_voices, state.comparison.n_changed, state.is_old) == (3, 2, False)
    later = change_draft(account, MergeAspect(aspect="queue", into="pickup"))
    assert find_preview(account, draft=later).is_old
    assert not BackgroundJob.objects.exists()


def test_no_words_of_customers_are_kept_with_a_preview(engine, company, person):
    account = person()
    change_draft(account, WIDER)
    ask_for_preview(account, lake=engine.lake)
    kept = str(TaxonomyDraft.objects.get().preview)
    assert "出杯" not in kept
    assert "13812345678" not in kept


def test_only_voices_within_the_scope_are_compared(engine, company, person):
    account = person(Role.MANAGER, unit=company)
    change_draft(account, WIDER)
    ask_for_preview(account, lake=engine.lake)
    assert find_preview(account, draft=draft_of(account)).comparison.n_voices == 1


def test_a_big_preview_is_a_job_that_tells_how_far_it_is(engine, company, person):
    account = person()
    draft = change_draft(account, WIDER)
    ask_for_preview(account, lake=engine.lake, most_at_once=5)
    waiting = find_preview(account, draft=draft)
    assert waiting.job.status == "waiting"
    PREVIEW_KIND.run(waiting.job.id, engine.home)
    done = find_preview(account, draft=draft)
    assert done.job is None
    assert done.comparison.n_changed == 2
    assert PREVIEW_KIND.find(waiting.job.id).n_total == 3


def test_a_cancelled_preview_stays_cancelled_and_a_late_wish_starts_anew(
    engine, company, person, monkeypatch
):
    account = person()
    draft = change_draft(account, WIDER)
    ask_for_preview(account, lake=engine.lake, most_at_once=5)
    cancel_job(KIND, find_preview(account, draft=draft).job.id)
    assert find_preview(account, draft=draft).job is None
    assert find_preview(account, draft=draft).job is None
    ask_for_preview(account, lake=engine.lake, most_at_once=5)
    job = find_preview(account, draft=draft).job
    BackgroundJob.objects.filter(pk=job.id).update(status="done", ended_at="2026-01-01T00:00:00Z")
    assert find_preview(account, draft=draft).job.id != job.id


def test_the_last_voices_come_first_and_what_does_not_count_is_left_out(engine, company):
    found = list_recent_texts(engine.lake, scope=EVERYTHING, limit=2)
    assert len(found) == 2
    assert all("13812345678" not in text for _id, text in found)
    engine.lake.update("feedback", where="TRUE", values={"is_spam": "true"})
    assert list_recent_texts(engine.lake, scope=EVERYTHING, limit=2) == []
    with pytest.raises(TypeError):
        list_recent_texts(engine.lake, scope=None, limit=2)
