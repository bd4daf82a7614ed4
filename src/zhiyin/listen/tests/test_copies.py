"""Copied words are marked the same however the log is cut into batches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from zhiyin.engine import Engine
from zhiyin.engine.protocols import TableSpec
from zhiyin.listen.facts import FEEDBACK
from zhiyin.listen.items import FeedbackIn, RatingIn
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.pipeline.rebuild import rebuild
from zhiyin.listen.receipts import Receipt
from zhiyin.understand.analyser import Analyser

pytestmark = pytest.mark.django_db

Receive = Callable[..., list[Receipt]]
Said = Callable[..., FeedbackIn]
Query = Callable[..., list[tuple[Any, ...]]]

WORDS = "这家店的招牌奶茶真的太甜了，喝完嗓子都难受"
STORY = "昨天晚上和同事一起去吃的火锅，毛肚特别新鲜，锅底也香，就是排队排得有点久，服务员态度倒是很好"
NEARLY = STORY.replace("同事", "朋友").replace("昨天", "前天")
OTHER = "周末带孩子去的，菜上得太慢了，催了三次都没有人理，结账的时候还多算了一份米饭，不会再去了"


@pytest.fixture
def is_copy(query: Query) -> Callable[[list[Receipt]], list[bool]]:
    def look(receipts: list[Receipt]) -> list[bool]:
        rows = dict(query("SELECT feedback_id, is_duplicate FROM feedback WHERE is_current"))
        return [rows[receipt.id] for receipt in receipts]

    return look


@pytest.mark.parametrize("drains_between", [True, False])
def test_the_first_voice_counts_and_its_copies_do_not(
    receive: Receive, pipeline: Pipeline, said: Said, is_copy: Any, drains_between: bool
) -> None:
    receipts = []
    for name in ("1", "2", "3"):
        receipts += receive(said(name, WORDS))
        if drains_between:
            pipeline.drain()
    pipeline.drain()
    assert is_copy(receipts) == [False, True, True]


@pytest.mark.parametrize("cuts", [(), (1,), (2,), (1, 2, 3, 4)])
def test_nearly_the_same_words_are_a_copy_wherever_the_log_is_cut(
    receive: Receive, pipeline: Pipeline, said: Said, is_copy: Any, cuts: tuple[int, ...]
) -> None:
    receipts = []
    for place, words in enumerate((STORY, OTHER, NEARLY, STORY, OTHER + "！！")):
        if place in cuts:
            pipeline.drain()
        receipts += receive(said(str(place), words))
    pipeline.drain()
    assert is_copy(receipts) == [False, False, True, True, True]


def test_a_private_number_that_differs_makes_no_other_words(
    receive: Receive, pipeline: Pipeline, said: Said, is_copy: Any
) -> None:
    one, other = (f"{OTHER}，电话13{n}12345678" for n in (8, 9))
    receipts = receive(said("1", one)) + receive(said("2", other))
    pipeline.drain()
    assert is_copy(receipts) == [False, True]


def test_who_said_it_first_is_no_copy_after_an_edit(
    receive: Receive, pipeline: Pipeline, said: Said, is_copy: Any
) -> None:
    first = receive(said("1", STORY))
    second = receive(said("2", NEARLY))
    pipeline.drain()
    receive(said("1", STORY, rating=RatingIn(value=2, best=5)))
    pipeline.drain()
    assert is_copy(first + second) == [False, True]


def test_words_older_than_the_look_back_are_forgotten(
    engine: Engine, receive: Receive, pipeline: Pipeline, said: Said, is_copy: Any
) -> None:
    first = receive(said("1", STORY))
    pipeline.drain()
    # Received 31 days ago: the day lies in the id.
    with engine.lake.connect("feedback") as connection:
        row = connection.execute("SELECT * REPLACE (day - 31 AS day) FROM feedback").to_arrow_table()
    engine.lake.delete("feedback", where="true")
    engine.lake.append("feedback", row.cast(FEEDBACK.schema))
    second = receive(said("2", NEARLY))
    pipeline.drain()
    assert is_copy(first + second) == [False, False]


def test_facts_made_again_mark_the_same_copies(
    engine: Engine, receive: Receive, pipeline: Pipeline, said: Said, is_copy: Any
) -> None:
    receipts = [receive(said(str(n), words))[0] for n, words in enumerate((STORY, WORDS, NEARLY, WORDS))]
    pipeline.drain()
    rebuild(engine, pipeline, rows_per_step=2)
    assert is_copy(receipts) == [False, False, True, True]


def test_a_lake_of_an_older_release_goes_on(
    engine: Engine, analyser: Analyser, receive: Receive, said: Said, is_copy: Any, query: Query
) -> None:
    """Its tables lack the columns; copies are found there by fingerprints alone."""
    new = {"near_keys", "is_off_subject"}
    old = pa.schema([one for one in FEEDBACK.schema if one.name not in new])
    engine.lake.create(TableSpec(name="feedback", schema=old, sort_by=FEEDBACK.sort_by))
    first = receive(said("1", STORY), said("2", OTHER))
    pipeline = Pipeline(engine, Analysis(lambda: analyser.analyse_batch))
    pipeline.drain()
    # As if an older release had written these rows.
    with engine.lake.connect("feedback") as connection:
        rows = connection.execute("SELECT * FROM feedback").to_arrow_table()
    engine.lake.set_aside("feedback")
    engine.lake.create(TableSpec(name="feedback", schema=old, sort_by=FEEDBACK.sort_by))
    engine.lake.append("feedback", rows.select(old.names).cast(old))
    later = receive(said("3", NEARLY), said("4", STORY))
    Pipeline(engine, Analysis(lambda: analyser.analyse_batch)).drain()
    assert is_copy(first + later) == [False, False, False, True]
    assert query("SELECT count(*) FROM feedback WHERE is_off_subject IS NULL") == [(2,)]


def test_what_is_off_the_subject_counts_in_no_figure_unless_it_rates(
    receive: Receive, pipeline: Pipeline, said: Said, query: Query
) -> None:
    rating = RatingIn(value=5, best=5)
    receive(said("1", "占个楼"), said("2", "占个楼", rating=rating), said("3", WORDS))
    pipeline.drain()
    assert query("SELECT is_off_subject FROM feedback ORDER BY feedback_id") == [(True,), (False,), (False,)]
