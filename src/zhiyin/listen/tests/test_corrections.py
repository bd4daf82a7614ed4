from __future__ import annotations

import threading

import pytest

from zhiyin.errors import InvalidInput, NotFound
from zhiyin.listen.items import ReplyIn
from zhiyin.listen.labels import Change, Labels, place, replay
from zhiyin.listen.models import CorrectedVoice, LabelCorrection
from zhiyin.listen.pipeline.erasure import erase_person
from zhiyin.listen.pipeline.rebuild import rebuild
from zhiyin.listen.pipeline.turns import pipeline_turn
from zhiyin.listen.queries import find_corrections, get_feedback, with_corrections
from zhiyin.listen.services.corrections import (
    CorrectedMeanwhile,
    Correction,
    OpinionPlace,
    Said,
    Seen,
    correct_labels,
    undo_correction,
)
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account, AuditEvent
from zhiyin.people.scope import EVERYTHING, NOTHING
from zhiyin.understand.contract import Opinion

pytestmark = pytest.mark.django_db

TEXT = "菜好吃但是上菜慢"
LABELS = "SELECT aspect, polarity, is_excluded, unit_id FROM opinions WHERE is_current ORDER BY start"


@pytest.fixture
def someone(db):
    account = Account.objects.create(username="li", display_name="李静")
    return Actor.of(account)


@pytest.fixture
def voice(receive, said, pipeline, query):
    receive(said("1", TEXT, reply=ReplyIn(text="谢谢")), said("2", "环境很好"))
    pipeline.drain()
    ((feedback_id,),) = query("SELECT feedback_id FROM feedback WHERE text = ?", TEXT)
    return feedback_id


@pytest.fixture
def opinions(engine, voice):
    return lambda: [
        (one.aspect, one.polarity)
        for one in get_feedback(engine.lake, feedback_id=voice, scope=EVERYTHING).opinions
    ]


@pytest.fixture
def correct(engine, voice, someone):
    def make(*, scope=EVERYTHING, revision=1, n_changes=0, wait_seconds=2.0, **fields):
        return correct_labels(
            engine,
            feedback_id=voice,
            scope=scope,
            correction=Correction(seen=Seen(revision=revision, n_changes=n_changes), **fields),
            by=someone,
            wait_seconds=wait_seconds,
        )

    return make


@pytest.fixture
def first(engine, voice):
    one = get_feedback(engine.lake, feedback_id=voice, scope=EVERYTHING).opinions[0]
    return OpinionPlace(aspect=one.aspect, start=one.start, end=one.end)


def test_a_changed_polarity_stands_in_the_facts_at_once(correct, first, opinions, query):
    (aspect, polarity), second = opinions()
    assert polarity == "positive"
    correct(place=first, said=Said(aspect=aspect, polarity="negative"), reason="反话")
    assert opinions() == [(aspect, "negative"), second]
    assert query("SELECT count(*) FROM opinions")[0][0] == 3, "the other voice keeps its own"
    [kept] = LabelCorrection.objects.all()
    assert (kept.reason, str(kept.made_by)) == ("反话", "李静")


def test_an_opinion_is_removed_and_all_may_be(correct, first, opinions, query):
    _, second = opinions()
    correct(place=first)
    assert opinions() == [second]
    [(start, end)] = query('SELECT start, "end" FROM opinions WHERE is_current AND aspect = ?', second[0])[:1]
    correct(place=OpinionPlace(aspect=second[0], start=start, end=end), n_changes=1)
    assert opinions() == []


def test_a_missed_opinion_is_added_where_its_words_stand(correct, engine, voice):
    correct(said=Said(aspect="price", polarity="negative", words="但是"))
    added = get_feedback(engine.lake, feedback_id=voice, scope=EVERYTHING).opinions[1]
    assert (added.aspect, added.start, added.end, added.opinion) == ("price", 3, 5, "但是")
    assert added.confidence == 1.0
    assert added.aspect_name


@pytest.mark.parametrize("words", ["", "   ", "服务员", "长" * 201])
def test_words_that_the_customer_did_not_say_are_no_opinion(correct, words):
    with pytest.raises(InvalidInput) as told:
        correct(said=Said(aspect="price", polarity="negative", words=words))
    assert told.value.field == "words"
    assert not LabelCorrection.objects.exists()


def test_an_unknown_aspect_is_refused(correct, first):
    with pytest.raises(InvalidInput, match="no such aspect"):
        correct(place=first, said=Said(aspect="no_such", polarity="negative"))


def test_what_says_the_same_is_refused(correct, first, opinions):
    with pytest.raises(InvalidInput, match="already"):
        correct(place=first, said=Said(aspect=opinions()[0][0], polarity="positive"))


def test_the_sentiment_of_the_whole_is_corrected(correct, query, voice):
    correct(sentiment="negative")
    assert query(
        "SELECT sentiment, sentiment_score, sentiment_confidence FROM feedback WHERE feedback_id = ?", voice
    ) == [("negative", -1.0, 1.0)]


def test_of_two_people_at_once_the_second_is_told(correct, first):
    correct(sentiment="negative")
    with pytest.raises(CorrectedMeanwhile, match="since you opened it"):
        correct(place=first)
    assert LabelCorrection.objects.count() == 1


def test_an_edited_voice_must_be_read_again(correct, first, receive, said, pipeline):
    receive(said("1", TEXT + "，还行"))
    pipeline.drain()
    with pytest.raises(CorrectedMeanwhile):
        correct(place=first)


def test_what_another_unit_said_cannot_be_corrected(correct, first):
    with pytest.raises(NotFound):
        correct(place=first, scope=NOTHING)


def test_an_undone_correction_leaves_the_others(correct, first, opinions, engine, someone, voice):
    before = opinions()
    one = correct(place=first)
    correct(said=Said(aspect="price", polarity="negative", words="但是"), n_changes=1)
    undo_correction(engine, correction_id=one.pk, scope=EVERYTHING, by=someone)
    assert opinions() == [before[0], ("price", "negative"), before[1]]
    undo_correction(engine, correction_id=one.pk, scope=EVERYTHING, by=someone)
    detail = get_feedback(engine.lake, feedback_id=voice, scope=EVERYTHING)
    found = find_corrections(detail)
    assert found is not None
    assert found.n_changes == 3, "undoing twice is one change"
    assert [(made.holds, made.undone_by) for made in found.made] == [(True, ""), (False, "李静")]


def test_who_may_not_see_the_voice_may_not_undo(correct, engine, first, someone):
    one = correct(place=first)
    with pytest.raises(NotFound):
        undo_correction(engine, correction_id=one.pk, scope=NOTHING, by=someone)


def test_corrections_survive_a_rebuild(correct, first, engine, pipeline, query, opinions):
    correct(place=first)
    correct(said=Said(aspect="price", polarity="negative", words="但是"), n_changes=1)
    correct(sentiment="negative", n_changes=2)
    facts, held = query("SELECT * FROM feedback ORDER BY feedback_id"), query(LABELS)
    assert ("price", "negative", False, None) in held
    rebuild(engine, pipeline, rows_per_step=1)
    assert query(LABELS) == held
    assert query("SELECT * FROM feedback ORDER BY feedback_id") == facts
    assert query("SELECT count(*) FROM opinions WHERE feedback_id IS NULL") == [(0,)]


def test_corrections_undone_after_a_rebuild_give_back_what_the_machine_says(
    correct, first, engine, pipeline, opinions, someone
):
    before = opinions()
    one = correct(place=first)
    rebuild(engine, pipeline)
    undo_correction(engine, correction_id=one.pk, scope=EVERYTHING, by=someone)
    assert opinions() == before


def test_a_correction_goes_with_the_words_when_the_customer_edits(
    correct, first, receive, said, pipeline, opinions, engine, voice
):
    correct(place=first, said=Said(aspect=first.aspect, polarity="negative"))
    correct(sentiment="negative", n_changes=1)
    receive(said("1", "再说一次，" + TEXT))
    pipeline.drain()
    assert (first.aspect, "negative") in opinions()
    detail = get_feedback(engine.lake, feedback_id=voice, scope=EVERYTHING)
    found = find_corrections(detail)
    assert found is not None
    assert [made.holds for made in found.made] == [False, True], "the whole was judged by other words"


def test_a_correction_of_words_that_are_gone_rests(correct, first, receive, said, pipeline, opinions):
    correct(place=first, said=Said(aspect=first.aspect, polarity="negative"))
    receive(said("1", "服务员态度差"))
    pipeline.drain()
    assert (first.aspect, "negative") not in opinions()
    assert LabelCorrection.objects.count() == 1


def test_an_edit_that_keeps_the_words_leaves_every_correction(
    correct, first, receive, said, pipeline, opinions
):
    correct(place=first)
    held = opinions()
    receive(said("1", TEXT, product="套餐"))
    pipeline.drain()
    assert opinions() == held


def test_while_the_pipeline_is_busy_a_correction_waits_and_is_seen(
    correct, first, engine, pipeline, opinions, voice
):
    before, is_held, may_go = opinions(), threading.Event(), threading.Event()

    def hold() -> None:
        with pipeline_turn(engine.home.path):
            is_held.set()
            may_go.wait(5)

    busy = threading.Thread(target=hold)
    busy.start()
    is_held.wait(5)
    try:
        correct(place=first, wait_seconds=0.05)
        detail = get_feedback(engine.lake, feedback_id=voice, scope=EVERYTHING)
        assert opinions() == before
        seen = with_corrections(detail, find_corrections(detail)).opinions
        assert [(one.aspect, one.polarity) for one in seen] == before[1:]
    finally:
        may_go.set()
        busy.join()
    assert not CorrectedVoice.objects.get().is_applied
    pipeline.process_batch()
    assert opinions() == before[1:]
    assert CorrectedVoice.objects.get().is_applied


def test_the_trail_tells_who_and_what_but_no_word(correct, someone, engine):
    one = correct(said=Said(aspect="price", polarity="negative", words="但是"), reason="他的电话13812345678")
    undo_correction(engine, correction_id=one.pk, scope=EVERYTHING, by=someone)
    events = list(AuditEvent.objects.order_by("sequence"))
    assert [event.action for event in events] == ["feedback.corrected", "feedback.correction_undone"]
    assert {event.actor_id for event in events} == {someone.id}
    assert "price negative" in events[0].details
    assert "但是" not in events[0].details
    one.refresh_from_db()
    assert "13812345678" not in one.reason


def test_an_erased_person_takes_the_corrections_along(correct, first, engine, pipeline, voice):
    correct(place=first)
    erase_person(engine, pipeline, feedback_ids=[voice])
    assert not LabelCorrection.objects.exists()


def opinion(aspect="price", *, start, end, polarity="negative"):
    return Opinion(
        aspect=aspect,
        aspect_name="价格",
        polarity=polarity,
        term="",
        opinion="贵",
        start=start,
        end=end,
        confidence=0.5,
    )


def test_a_change_that_a_better_model_made_itself_has_no_further_effect():
    before, after = opinion(start=0, end=2), opinion(start=0, end=2, polarity="positive")
    change = Change(kind="changed", before=before, after=after, words="不贵")
    better = Labels(opinions=[opinion(start=0, end=2, polarity="positive")], sentiment=None)
    assert [one.polarity for one in replay(better, [change], text="不贵").opinions] == ["positive"]
    gone = Change(kind="removed", before=before, words="不贵")
    assert replay(Labels(opinions=[], sentiment=None), [gone], text="不贵").opinions == []


def test_words_that_stand_twice_give_no_place_to_a_change():
    change = Change(kind="removed", before=opinion(start=0, end=1), words="贵")
    assert place(change, text="贵") is not None
    assert place(change, text="不贵") is not None
    assert place(change, text="不贵，真不贵") is None
