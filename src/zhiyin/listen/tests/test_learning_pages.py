"""The page of learning: what is in use, a candidate's comparison, the switch, and the way back."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from zhiyin.listen.models import BackgroundJob, TrainedModel
from zhiyin.listen.services.corrections import Correction, Said, Seen, correct_labels
from zhiyin.listen.services.jobs import cancel_job
from zhiyin.listen.services.learning import get_model, use_model
from zhiyin.listen.services.learning.job import KIND, TRAINING_KIND
from zhiyin.listen.services.learning.overview import read_learning
from zhiyin.people.actors import Actor
from zhiyin.people.models import AuditEvent
from zhiyin.people.roles import Role
from zhiyin.people.scope import EVERYTHING
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import create_unit
from zhiyin.understand.polarity import load_polarity

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/settings/learning/"
WORD = "炸裂"
SAID = [
    "这家店{}了",
    "昨天去吃的，{}",
    "他家的面{}了，老板",
    "新出的口味真的{}",
    "{}，姐妹们",
    "今天这顿{}了",
    "我只能说{}",
    "两个字，{}",
    "老婆说这锅汤{}了",
    "店里的小菜{}",
]
N_TAUGHT = 8


@pytest.fixture
def owner(engine, settings):
    settings.HOME = engine.home
    account = create_account("owner", password="correct horse battery staple", language="en")
    grant_role(account, role=Role.OWNER)
    return account


def sign_in(account, language="en"):
    client = Client()
    client.force_login(account)
    client.cookies["django_language"] = language
    return client


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def page(owner):
    return sign_in(owner)


@pytest.fixture
def house(engine, owner, receive, said, pipeline, query, monkeypatch):
    """Voices in a new word, and eight corrections of them."""
    monkeypatch.delenv("ZHIYIN_TAXONOMY", raising=False)
    receive(*(said(str(n), text.format(WORD)) for n, text in enumerate(SAID)))
    pipeline.drain()
    voices = dict(query("SELECT text, feedback_id FROM feedback WHERE is_current"))

    def judge(text, *, sentiment=None, said=None, is_confirmed=False):
        correction = Correction(
            seen=Seen(revision=1, n_changes=0), sentiment=sentiment, said=said, is_confirmed=is_confirmed
        )
        correct_labels(
            engine,
            feedback_id=voices[text.format(WORD)],
            scope=EVERYTHING,
            correction=correction,
            by=Actor.of(owner),
        )

    for text in SAID[:N_TAUGHT]:
        before = query("SELECT sentiment FROM feedback WHERE feedback_id = ?", voices[text.format(WORD)])
        judge(text, sentiment="positive", is_confirmed=before == [("positive",)])
    return judge


def run_training(engine):
    job = BackgroundJob.objects.get(kind=KIND, status=BackgroundJob.Status.WAITING)
    TRAINING_KIND.run(job.pk, engine.home)


@pytest.fixture
def candidate(engine, house, page):
    assert page.post(f"{PAGE}train/")["Location"] == PAGE
    run_training(engine)
    return TrainedModel.objects.get()


def test_before_anybody_corrected_the_page_says_where_to_begin(page):
    shown = page.get(PAGE)
    assert "The shipped model , from the beginning." in words(shown)
    assert "Nobody has corrected anything yet" in words(shown)
    assert "/learning/queue/" in shown.content.decode()
    assert "Train a candidate" not in words(shown)


def test_new_corrections_are_counted_and_confirmations_apart(page, house, engine):
    house(SAID[8], sentiment="positive")
    new = read_learning(engine).new
    assert new.n == N_TAUGHT + 1
    assert f"{new.n_corrections} corrected, {new.n_confirmations} confirmed" in words(page.get(PAGE))


def test_a_training_shows_its_progress_and_can_be_cancelled(page, house):
    page.post(f"{PAGE}train/")
    page.post(f"{PAGE}train/")
    [job] = BackgroundJob.objects.filter(kind=KIND)
    part = page.get(PAGE, headers={"HX-Request": "true", "HX-Target": "learning"})
    assert part.content.decode().startswith('<div id="learning"')
    assert "The training begins" in words(part)
    assert 'hx-trigger="every 1s"' in part.content.decode()
    page.post(f"/jobs/{KIND}/{job.pk}/cancel/", {"next": PAGE})
    assert "Train a candidate" in words(page.get(PAGE))
    with pytest.raises(Exception, match="ended"):
        cancel_job(KIND, job.pk)


def test_a_candidate_is_compared_used_taken_back_and_discarded(page, candidate):
    shown = page.get(PAGE)
    assert "Sentiment, on what people here said" in words(shown)
    assert "no real change" in words(shown)
    assert "By industry" in words(shown)
    assert "Of the last 2 voices, 100.0% would be understood otherwise" in words(shown)
    assert len(re.findall(r'<a href="/voices/[0-9a-f-]{36}/">', shown.content.decode())) >= 2
    assert get_model() is load_polarity()
    page.post(f"{PAGE}use/", {"version": candidate.version})
    assert get_model().version == candidate.version
    shown = page.get(PAGE)
    assert "owner chose it." in words(shown)
    assert "There is nothing new that it could learn." in words(shown)
    assert "stored voices were labelled by another model" in words(shown)
    undo = re.search(
        r'action="(/settings/learning/[^"]+)"><input[^>]+><input[^>]+name="next"', shown.content.decode()
    )
    assert undo is not None
    page.post(undo[1])
    assert get_model() is load_polarity()
    page.post(f"{PAGE}use/", {"version": candidate.version})
    page.post(f"{PAGE}back/")
    assert get_model() is load_polarity()
    assert AuditEvent.objects.filter(action="model.used").count() == 4
    assert TrainedModel.objects.get().state == "past"


def test_a_candidate_that_is_not_wanted_goes_and_the_corrections_stay(page, candidate, engine):
    page.post(f"{PAGE}discard/")
    assert not TrainedModel.objects.exists()
    assert not list(engine.home.models.glob("*.npz"))
    shown = page.get(PAGE)
    assert "The candidate is discarded." in words(shown)
    assert read_learning(engine).n_lessons == N_TAUGHT


def test_only_words_that_one_may_read_are_shown(page, candidate, owner):
    analyst = create_account("analyst", password="correct horse battery staple", language="en")
    grant_role(analyst, role=Role.ANALYST, unit=create_unit("R9", name="北区", kind="region"))
    shown = sign_in(analyst).get(PAGE)
    assert "would be understood otherwise" in words(shown)
    assert WORD not in words(shown)


def test_a_failed_training_says_why(page, owner):
    BackgroundJob.objects.create(kind=KIND, status="failed", message="There is nothing to learn from yet.")
    assert "There is nothing to learn from yet." in words(page.get(PAGE))
    chinese = sign_in(owner, "zh-hans").get(PAGE)
    assert "还没有可以学习的更正。" in words(chinese)


def test_what_cannot_be_used_is_refused_in_words(page, candidate, engine):
    (engine.home.models / candidate.file_name).write_bytes(b"damaged")
    page.post(f"{PAGE}use/", {"version": candidate.version})
    assert "missing or damaged" in words(page.get(PAGE))
    assert get_model() is load_polarity()
    assert page.post(f"{PAGE}use/", {"version": "polarity-9+c.1"}).status_code == 404
    page.post(f"{PAGE}back/")
    assert "nothing to go back to" in words(page.get(PAGE))


def test_a_damaged_model_in_use_is_told(page, candidate, engine):
    use_model(candidate.version)
    (engine.home.models / candidate.file_name).write_bytes(b"damaged")
    shown = words(page.get(PAGE))
    assert "stands in for the one that was chosen" in shown
    assert "missing or damaged. Voices are understood by the shipped one" in shown


def test_words_put_under_an_aspect_are_offered_to_the_taxonomy(page, house):
    house(SAID[9], said=Said(aspect="price", polarity="positive", words="小菜"))
    shown = page.get(f"{PAGE}terms/")
    assert "小菜" in words(shown)
    assert "/settings/taxonomy/edit/?aspect=price" in shown.content.decode()


def test_those_without_the_permission_are_turned_away(owner):
    agent = create_account("agent", password="correct horse battery staple", language="en")
    grant_role(agent, role=Role.AGENT, unit=create_unit("S9", name="九店", kind="store"))
    client = sign_in(agent)
    assert client.get(PAGE).status_code == 403
    for step in ("train", "use", "back", "discard"):
        assert client.post(f"{PAGE}{step}/").status_code == 403
