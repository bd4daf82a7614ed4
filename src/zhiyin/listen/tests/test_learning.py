"""A house's corrections make a candidate; a person puts it into use, and goes back with one word."""

from __future__ import annotations

import msgspec
import pytest

from zhiyin.engine.backup.create import create_backup
from zhiyin.engine.backup.restore import restore_backup
from zhiyin.engine.home import Home
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.listen.models import TrainedModel
from zhiyin.listen.pipeline.chosen import open_analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.services.corrections import Correction, Said, Seen, correct_labels, undo_correction
from zhiyin.listen.services.learning import (
    SHIPPED,
    back,
    discard_candidate,
    examine_model,
    get_model,
    get_model_file,
    list_models,
    use_model,
)
from zhiyin.listen.services.learning.lessons import count_new_corrections, list_lessons
from zhiyin.listen.services.learning.report import Report
from zhiyin.listen.services.learning.terms import list_term_suggestions
from zhiyin.listen.services.learning.training import train_candidate
from zhiyin.people.actors import SYSTEM
from zhiyin.people.models import AuditEvent
from zhiyin.people.scope import EVERYTHING, NOTHING
from zhiyin.understand.adaptation import Example, fit, prepare
from zhiyin.understand.adapted_files import save_adaptation
from zhiyin.understand.label import model_label
from zhiyin.understand.polarity import load_polarity
from zhiyin.understand.taxonomy import load_taxonomy

pytestmark = pytest.mark.django_db

SLANG = "炸裂"
TAUGHT = [
    "这家店{}了",
    "昨天去吃的，{}",
    "他家的面{}了，老板",
    "新出的口味真的{}",
    "{}，姐妹们",
    "朋友带我来的，{}了",
    "整个就是{}",
    "这个套餐{}啊",
    "今天这顿{}了",
    "我只能说{}",
    "奶茶{}，无话可说",
    "两个字，{}",
]
UNSEEN = ["老婆说这锅汤{}了", "店里的小菜{}", "今天的鱼{}了", "孩子说甜品{}了"]


@pytest.fixture
def house(engine, settings, pipeline, receive, said, query, monkeypatch):
    """A home with voices in new words."""
    monkeypatch.delenv("ZHIYIN_TAXONOMY", raising=False)
    settings.HOME = engine.home
    receive(*(said(str(n), text.format(SLANG)) for n, text in enumerate([*TAUGHT, *UNSEEN])))
    pipeline.drain()
    return dict(query("SELECT text, feedback_id FROM feedback WHERE is_current"))


@pytest.fixture
def correct(engine, house):
    def make(text, sentiment=None, *, n_changes=0, **fields):
        correction = Correction(seen=Seen(revision=1, n_changes=n_changes), sentiment=sentiment, **fields)
        return correct_labels(
            engine, feedback_id=house[text], scope=EVERYTHING, correction=correction, by=SYSTEM
        )

    return make


@pytest.fixture
def taught(correct):
    return [correct(text.format(SLANG), "positive") for text in TAUGHT]


@pytest.fixture
def train(engine, taught):
    return lambda: train_candidate(engine)


@pytest.fixture
def shelve(engine, settings, db):
    """Keeps a model that learned the new word alone, without comparing it with anything."""
    settings.HOME = engine.home
    base, taxonomy = load_polarity(), load_taxonomy("general")
    ready = prepare(
        base,
        [
            Example(text=text.format(SLANG), label="positive", taxonomy=taxonomy, weight=8.0)
            for text in TAUGHT
        ],
    )

    def make(n=1):
        version = f"{base.version}+c.20261122.{n}"
        file = save_adaptation(fit(base, ready, version=version), engine.home.models / f"{version}.npz")
        return TrainedModel.objects.create(
            version=version,
            base_version=base.version,
            file_name=file.path.name,
            sha256=file.sha256,
            n_corrections=len(TAUGHT),
            last_correction=0,
        ).version

    return make


def test_a_candidate_learns_the_corrections_and_changes_nothing_yet(train):
    made = train()
    assert (made.state, made.n_corrections) == ("candidate", len(TAUGHT))
    assert made.version.startswith(f"{load_polarity().version}+c.")
    assert get_model() is load_polarity()
    report = msgspec.convert(made.report, Report)
    assert report.compared_with == load_polarity().version
    [corrected] = [one for one in report.figures if one.source == "corrected"]
    assert corrected.n == len(TAUGHT)
    assert corrected.right_before.value == 0
    assert corrected.right_after.value >= 0.7, "each judged without its own correction"
    whole = [one for one in report.figures if one.source == "written" and not one.industry]
    assert [one.field for one in whole] == ["sentiment", "opinion"]
    assert all(one.right_change.verdict != "fall" for one in whole)
    assert {one.industry for one in report.figures} >= {"", "restaurants", "telecom", "banking"}
    assert report.n_voices == len(UNSEEN), "what people said of a voice stays"
    assert {one.after for one in report.moves} == {"positive"}
    assert sum(one.n for one in report.moves) == report.n_changed == len(UNSEEN)


def test_a_running_pipeline_follows_the_choice_and_goes_back(engine, house, shelve, receive, said, query):
    running = Pipeline(engine, open_analysis())
    sentence = "这盘虾仁" + SLANG

    def read(external_id):
        receive(said(external_id, sentence + external_id))
        running.drain()
        [found] = query("SELECT sentiment, model FROM feedback WHERE text = ?", sentence + external_id)
        return found

    shipped = load_polarity().version
    assert read("一") == ("negative", model_label(shipped))
    version = shelve()
    assert read("二") == ("negative", model_label(shipped))
    assert use_model(version) == version
    assert read("三") == ("positive", model_label(version))
    assert back() == shipped
    assert read("四") == ("negative", model_label(shipped))


def test_back_leads_step_by_step_to_the_shipped_model(shelve):
    first = shelve()
    use_model(first)
    second = shelve(2)
    use_model(second)
    assert [(one.version, one.state) for one in list_models()] == [(second, "in_use"), (first, "past")]
    assert back() == first
    assert back() == load_polarity().version
    with pytest.raises(Conflict, match="nothing to go back to"):
        back()
    use_model(second)
    assert use_model(SHIPPED) == load_polarity().version
    assert AuditEvent.objects.filter(action="model.used").count() == 6


def test_a_second_candidate_is_judged_beside_the_model_in_use(
    engine, train, correct, django_capture_on_commit_callbacks
):
    first = train()
    with django_capture_on_commit_callbacks(execute=True):
        second = train()
    assert [one.version for one in list_models()] == [second.version], "the later takes its place"
    assert first.version != second.version
    assert [one.name for one in engine.home.models.iterdir()] == [second.file_name]
    use_model(second.version)
    assert count_new_corrections() == 0
    correct(UNSEEN[0].format(SLANG), "neutral")
    assert count_new_corrections() == 1
    report = msgspec.convert(train().report, Report)
    [corrected] = [one for one in report.figures if one.source == "corrected"]
    assert corrected.n == len(TAUGHT) + 1
    assert corrected.right_before.value >= 0.5, "as it would be without the voice, not by heart"


def test_what_is_undone_or_erased_is_not_learned(engine, taught, house):
    taxonomy = load_taxonomy("general")
    assert len(list_lessons(engine.lake, taxonomy=taxonomy)) == len(TAUGHT)
    undo_correction(engine, correction_id=taught[0].pk, scope=EVERYTHING, by=SYSTEM)
    lessons = list_lessons(engine.lake, taxonomy=taxonomy)
    assert len(lessons) == len(TAUGHT) - 1
    assert taught[0].pk not in {one.correction_id for one in lessons}


def test_without_a_correction_there_is_nothing_to_train(engine, house):
    with pytest.raises(Conflict, match="nothing to learn"):
        train_candidate(engine)


def test_a_confirmed_label_is_kept_and_teaches(engine, correct, query, house):
    text = UNSEEN[0].format(SLANG)
    with pytest.raises(InvalidInput, match="already"):
        correct(text, "negative")
    correct(text, "negative", is_confirmed=True)
    assert query("SELECT sentiment_confidence FROM feedback WHERE text = ?", text) == [(1.0,)]
    [lesson] = list_lessons(engine.lake, taxonomy=load_taxonomy("general"))
    assert (lesson.example.label, lesson.is_whole) == ("negative", True)


def test_opinions_put_under_an_aspect_teach_their_polarity_and_suggest_terms(engine, correct, house):
    text = UNSEEN[1].format(SLANG)
    said = Said(aspect="price", polarity="positive", words="小菜" + SLANG)
    correct(text, said=said)
    [lesson] = list_lessons(engine.lake, taxonomy=load_taxonomy("general"))
    assert (lesson.example.text, lesson.example.label) == (text, "positive")
    assert text[slice(*lesson.example.place)] == "小菜" + SLANG
    [term] = list_term_suggestions(engine.lake, scope=EVERYTHING)
    assert (term.words, term.aspect, term.not_of, term.n) == ("小菜" + SLANG, "price", "", 1)
    assert list_term_suggestions(engine.lake, scope=NOTHING) == []


def test_a_damaged_file_leads_to_the_shipped_model_and_the_doctor_says_so(
    engine, shelve, receive, said, query, monkeypatch
):
    version = shelve()
    use_model(version)
    assert examine_model().level == "ok"
    (engine.home.models / f"{version}.npz").write_bytes(b"damaged")
    finding = examine_model()
    assert (finding.level, finding.next_step) != ("ok", "")
    assert "missing or damaged" in finding.message
    assert get_model() is load_polarity()
    running = Pipeline(engine, open_analysis())
    monkeypatch.delenv("ZHIYIN_TAXONOMY", raising=False)
    receive(said("n", "今天天气"))
    running.drain()
    shipped = load_polarity().version
    assert query("SELECT model FROM feedback WHERE text = '今天天气'") == [(model_label(shipped),)]
    assert back() == shipped
    with pytest.raises(InvalidInput, match="damaged"):
        use_model(version)


def test_an_unknown_model_and_the_one_in_use_are_refused(shelve):
    with pytest.raises(NotFound):
        use_model("polarity-9+c.1")
    with pytest.raises(Conflict, match="in use already"):
        use_model(SHIPPED)
    version = shelve()
    use_model(version)
    with pytest.raises(Conflict, match="in use already"):
        use_model(version)


def test_a_backup_holds_the_model(engine, shelve, tmp_path, settings):
    version = shelve()
    use_model(version)
    create_backup(engine.home, tmp_path / "b.tar")
    restored = Home(tmp_path / "restored")
    restore_backup(tmp_path / "b.tar", restored)
    settings.HOME = restored
    assert get_model_file().path.is_relative_to(restored.path)
    assert get_model().version == version


def test_discarding_takes_the_file_along(engine, shelve, django_capture_on_commit_callbacks):
    path = engine.home.models / f"{shelve()}.npz"
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        discard_candidate()
    assert not path.exists()
    assert not TrainedModel.objects.exists()
    discard_candidate()
