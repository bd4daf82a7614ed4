from datetime import UTC, datetime

import pyarrow as pa
import pytest

from zhiyin.errors import InvalidInput
from zhiyin.insight.file_facts import FileFacts, RatingScale
from zhiyin.insight.queries import get_board
from zhiyin.people.scope import EVERYTHING
from zhiyin.understand import Analyser
from zhiyin.understand.contract import UNDERSTANDING_SCHEMA

TEXTS = ["菜好吃但是上菜慢，等了四十分钟", "服务员态度很差，再也不来了", "吃出一只蟑螂，孩子吐了", "味道很好"]


@pytest.fixture(scope="module")
def analyser():
    return Analyser(taxonomy="restaurant")


def said(**columns):
    return pa.RecordBatch.from_pydict(columns)


def gather(analyser, *batches, **more):
    facts = FileFacts(**more)
    for batch in batches:
        facts.add(batch, analyser.analyse_batch(batch))
    return facts


def board_of(facts):
    with facts.connect() as connection:
        return get_board(connection, scope=EVERYTHING, unit_names=facts.unit_names)


def test_a_file_of_texts_alone_gives_a_board(analyser):
    board = board_of(gather(analyser, said(text=TEXTS)))
    assert (board.voices.n, board.rating.n, board.answers) == (4, 0, None)
    assert "service_serving_speed" in {line.aspect for line in board.aspects}
    assert (board.waits.n, board.waits.median_minutes) == (1, 40)
    assert [voice.feedback_id for voice in board.urgent.newest] == ["2"]
    assert board.urgent.newest[0].text == TEXTS[2]


def test_batches_add_up_to_what_one_batch_gives(analyser):
    at_once = board_of(gather(analyser, said(text=TEXTS)))
    piecewise = board_of(gather(analyser, said(text=TEXTS[:1]), said(text=TEXTS[1:])))
    assert piecewise == at_once


def test_units_ratings_times_and_channels_are_used(analyser):
    times = pa.array([f"2026-05-0{day} 07:00:00" for day in (1, 2, 3, 4)]).cast(pa.timestamp("us"))
    batch = said(
        text=TEXTS,
        unit=["S1", "S2", "S1", None],
        rating=[2, 1, 11, 10],
        occurred_at=times,
        channel=["chat", "chat", "mail", None],
    )
    facts = gather(analyser, batch, scale=RatingScale(best=10, worst=1))
    board = board_of(facts)
    assert facts.unit_names == {1: "S1", 2: "S2"}
    assert (board.units.n, board.urgent.newest[0].unit_name) == (2, "S1")
    # 11 of 10 is no rating; 2, 1 and 10 are 1.44, 1 and 5 stars.
    assert board.rating.n == 3
    assert board.rating.value == pytest.approx((1 + 4 / 9 + 1 + 5) / 3)
    # A time without a zone is Beijing's.
    assert board.period.oldest == datetime(2026, 4, 30, 23, tzinfo=UTC)


def test_the_same_words_in_a_later_batch_are_a_copy(analyser):
    words = "菜好吃但是上菜太慢了，我们一家人等了整整四十分钟才上第一个菜"
    board = board_of(gather(analyser, said(text=[words]), said(text=[words, TEXTS[1]])))
    assert (board.voices.n, board.voices.n_duplicates) == (2, 1)


def test_a_file_without_rows_gives_an_empty_board():
    assert board_of(FileFacts()).voices.n == 0


def test_batches_of_different_length_are_refused():
    with pytest.raises(InvalidInput, match="not as many"):
        FileFacts().add(said(text=["a"]), UNDERSTANDING_SCHEMA.empty_table().to_batches(1)[0:1] or _no_rows())


def _no_rows():
    return pa.RecordBatch.from_pylist([], UNDERSTANDING_SCHEMA)


def test_words_in_the_rating_column_are_refused(analyser):
    with pytest.raises(InvalidInput, match="rating"):
        gather(analyser, said(text=["好"], rating=["五星"]))


def test_a_scale_needs_two_ends():
    with pytest.raises(InvalidInput):
        RatingScale(best=3, worst=3)
