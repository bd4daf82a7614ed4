"""Stored voices understood again: the same facts as from the raw items, all switched at once."""

from __future__ import annotations

import shutil

import msgspec
import pyarrow as pa
import pytest

from zhiyin.engine import open_engine
from zhiyin.engine.runner import InProcessRunner
from zhiyin.errors import Conflict
from zhiyin.listen.facts import FEEDBACK as FACTS
from zhiyin.listen.items import AuthorIn, IdentityIn, ReplyIn, TurnIn
from zhiyin.listen.models import CorrectedVoice
from zhiyin.listen.pipeline import stage as stages
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.columns import JUDGED, judge
from zhiyin.listen.pipeline.erasure import erase_person
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.pipeline.rebuild import rebuild
from zhiyin.listen.pipeline.retagging import Target, TargetChanged, Watchers, retag
from zhiyin.listen.pipeline.stored_voices import KEPT
from zhiyin.listen.services.corrections import Correction, Seen, correct_labels
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.scope import EVERYTHING
from zhiyin.understand.analyser import Analyser

pytestmark = pytest.mark.django_db

FEEDBACK = "SELECT * FROM feedback ORDER BY feedback_id, revision"
OPINIONS = 'SELECT * FROM opinions ORDER BY feedback_id, revision, start, "end", aspect, opinion'
TEXTS = (
    "菜好吃但是上菜慢，等了四十分钟",
    "服务员张伟丽态度很差，打电话13812345678投诉也没人理",
    "王经理人很好，环境也不错，下次还来",
    "The food was great but the waiter was rude.",
    "加我微信 wx_abc12345 返现，好评五元",
    "……",
    "住在朝阳区建国路88号2单元301的王女士说汤里有虫子",
    "😀👍",
    "一般般吧 没有想象中好吃\n价格偏贵",
)


TALK = [
    TurnIn(speaker="customer", text="我是13812345678，菜太难吃了，等了一个小时"),
    TurnIn(speaker="staff", text="您好，明天给您回电"),
    TurnIn(speaker="customer", text="我都说过了，等了一个小时，上菜太慢"),
]


@pytest.fixture(scope="session")
def restaurant() -> Analyser:
    return Analyser(taxonomy="restaurant")


@pytest.fixture
def target(restaurant) -> Target:
    return Target(key="restaurant", make=lambda: restaurant.analyse_batch)


@pytest.fixture
def stored(receive, said, pipeline):
    author = AuthorIn(name="陈思远", identities=[IdentityIn(type="phone", value="13912345678")])
    receive(
        *[
            said(str(n), TEXTS[n % len(TEXTS)], reply=ReplyIn(text="谢谢") if n % 3 else None)
            for n in range(60)
        ],
        *[said(f"talk{n}", "", turns=TALK) for n in range(2)],
        said("own", "我叫陈思远，号码13912345678，菜难吃", author=author),
    )
    pipeline.drain()
    receive(*[said(str(n), "上菜太慢了") for n in range(5)])
    pipeline.drain()


@pytest.fixture
def small_steps(monkeypatch, engine):
    """Files and steps of a few rows."""
    monkeypatch.setattr(stages, "ROWS_PER_STEP", 20)


def run(engine, target, **watching) -> int:
    return retag(engine, target, runner=InProcessRunner(), watchers=Watchers(**watching))


def test_facts_are_the_same_as_those_made_from_the_raw_items(stored, engine, target, query, restaurant):
    before = query(FEEDBACK), query(OPINIONS)
    assert run(engine, target) == 68
    retagged = query(FEEDBACK), query(OPINIONS)
    assert retagged != before
    assert query("SELECT DISTINCT taxonomy FROM feedback") == [("restaurant@1",)]
    rebuild(engine, Pipeline(engine, Analysis(lambda: restaurant.analyse_batch)))
    assert (query(FEEDBACK), query(OPINIONS)) == retagged
    assert query("SELECT count(*) FROM feedback WHERE len(private) > 0")[0][0] > 15


def test_progress_is_told_and_nothing_is_left_behind(stored, engine, target, small_steps):
    seen = []
    run(engine, target, on_progress=lambda *at: seen.append(at))
    assert seen[0][0] == 0
    assert seen[-1] == (68, 68)
    assert not (engine.home.lake / ".retagging").exists()
    assert engine.lake.tables() == [
        "contacts",
        "feedback",
        "inspections",
        "opinions",
        "products_owned",
        "purchases",
        "raw",
        "replies",
        "visits",
    ]


def test_an_empty_lake_is_retagged_at_once(engine, target, db):
    assert run(engine, target) == 0


class Stopped(Exception):
    pass


def test_cut_off_and_run_again_it_goes_on_and_shows_nothing_before_the_end(
    stored, engine, target, query, receive, said, pipeline, monkeypatch
):
    for n in range(4):  # a file each
        receive(said(f"more{n}", "菜很咸"))
        pipeline.drain()
    monkeypatch.setattr(stages, "ROWS_PER_STEP", 20)
    before, analysed = query(FEEDBACK), []

    def stop_at(limit):
        def tell(done, _total):
            analysed.append(done)
            if done >= limit:
                raise Stopped

        return tell

    with pytest.raises(Stopped):
        run(engine, target, on_progress=stop_at(70))
    assert query(FEEDBACK) == before
    analysed.clear()
    run(engine, target, on_progress=lambda done, _total: analysed.append(done))
    assert not [done for done in analysed if 0 < done < 61], "the first step was not made again"
    assert query("SELECT DISTINCT taxonomy FROM feedback") == [("restaurant@1",)]
    assert len(query(FEEDBACK)) == len(before)


def test_what_happens_meanwhile_is_neither_lost_nor_undone(
    stored, engine, target, query, receive, said, pipeline
):
    ((gone,),) = query("SELECT feedback_id FROM feedback WHERE text LIKE '%下次还来%' AND is_current LIMIT 1")
    is_done = []

    def meddle(done, total):
        if done != total or is_done:
            return
        is_done.append(True)
        receive(said("new", "甜品很好吃"), said("20", "改成了：饮料太甜"))
        pipeline.drain()
        engine.lake.delete("feedback", where=f"feedback_id = '{gone}'")
        engine.lake.delete("opinions", where=f"feedback_id = '{gone}'")

    run(engine, target, on_progress=meddle)
    assert is_done
    rows = query("SELECT text, is_current, taxonomy FROM feedback")
    assert len(rows) == 69
    assert {row[2].partition("@")[0] for row in rows} == {"restaurant"}
    assert [row[1] for row in rows if row[0] == "改成了：饮料太甜"] == [True]
    assert not query("SELECT * FROM feedback WHERE feedback_id = ?", gone)
    assert not query("SELECT * FROM opinions WHERE feedback_id = ?", gone)
    facts = query(FEEDBACK), query(OPINIONS)
    run(engine, target)
    assert (query(FEEDBACK), query(OPINIONS)) == facts


def test_an_erased_person_does_not_come_back(stored, engine, target, query, pipeline):
    ((author_key,),) = query("SELECT author_key FROM feedback WHERE author_key IS NOT NULL")
    seen = []

    def erase(done, total):
        seen.append(done)
        if done == total and seen.count(0) == 1:
            assert erase_person(engine, pipeline, author_key=author_key) == 1
            assert not list((engine.home.lake / ".retagging").rglob("*.parquet"))

    run(engine, target, on_progress=erase)
    assert seen.count(0) == 2, "it began anew"
    assert not query("SELECT * FROM feedback WHERE text LIKE '%菜难吃%'")
    assert len(query(FEEDBACK)) == 67


def test_corrections_win_and_remember_what_the_machine_says_now(stored, engine, target, query, restaurant):
    ((feedback_id,),) = query("SELECT feedback_id FROM feedback WHERE revision = 2 LIMIT 1")
    before = query(FEEDBACK)
    correct_labels(
        engine,
        feedback_id=feedback_id,
        scope=EVERYTHING,
        correction=Correction(seen=Seen(revision=2, n_changes=0), sentiment="positive"),
        by=Actor.of(Account.objects.create(username="li", display_name="李静")),
    )
    run(engine, target)
    said = query("SELECT sentiment, taxonomy FROM feedback WHERE feedback_id = ? AND is_current", feedback_id)
    assert [(label, name.partition("@")[0]) for label, name in said] == [("positive", "restaurant")]
    assert len(query(FEEDBACK)) == len(before)
    voice = CorrectedVoice.objects.get(pk=feedback_id)
    understood = restaurant.analyse("上菜太慢了")
    assert [one["aspect"] for one in voice.machine_labels["opinions"]] == [
        one.aspect for one in understood.opinions
    ]
    assert voice.machine_labels["sentiment"]["label"] == understood.sentiment.label


def test_another_choice_meanwhile_ends_the_run(stored, engine, target, query):
    before = query(FEEDBACK)
    with pytest.raises(TargetChanged):
        run(engine, target, is_wanted=iter([True, False]).__next__)
    assert query(FEEDBACK) == before


def test_it_is_told_inside_the_turn_that_all_facts_are_new(stored, engine, target, query):
    seen = []
    run(engine, target, on_switch=lambda: seen.append(query("SELECT DISTINCT taxonomy FROM feedback")))
    assert [[row[0].partition("@")[0] for row in rows] for rows in seen] == [["restaurant"]]


def test_a_disk_too_small_is_told_before_anything_is_done(stored, engine, target, monkeypatch, query):
    before = query(FEEDBACK)
    free = shutil.disk_usage(engine.home.lake)._replace(free=10_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: free)
    with pytest.raises(Conflict, match=r"needs 0.5 GB of free space, and 0.0 GB"):
        run(engine, target)
    assert query(FEEDBACK) == before


def test_another_engine_reads_the_new_facts(stored, engine, target):
    run(engine, target)
    with open_engine(engine.home).lake.connect("feedback") as connection:
        assert connection.execute("SELECT count(*) FROM feedback").fetchone() == (68,)
    assert msgspec.json.decode((engine.home.lake / ".take-over.json").read_bytes())["pins"] == {}


def test_every_column_is_either_kept_or_made_again(restaurant):
    understood = pa.Table.from_batches([restaurant.analyse_batch(pa.record_batch({"text": ["菜好吃"]}))])
    assert set(judge(understood, stars=pa.array([None], pa.float64()))) == set(JUDGED)
    assert {*KEPT, *JUDGED} == set(FACTS.schema.names)
