from contextlib import closing

import pyarrow as pa
import pytest

from zhiyin.engine.lake import DeltaLake
from zhiyin.insight.queries import get_board
from zhiyin.insight.selection import VoiceFilter
from zhiyin.listen.facts import FEEDBACK, OPINIONS, REPLIES
from zhiyin.people.scope import EVERYTHING, Scope

SLOW = ("speed", "negative", "上菜", "慢")


@pytest.fixture
def lake(tmp_path):
    with closing(DeltaLake(tmp_path)) as made:
        for spec in (FEEDBACK, OPINIONS, REPLIES):
            made.create(spec)
        yield made


def fill(lake, small_lake):
    for spec, rows in (
        (FEEDBACK, small_lake.feedback),
        (OPINIONS, small_lake.opinions),
        (REPLIES, small_lake.replies or []),
    ):
        if rows:
            whole = [{**dict.fromkeys(spec.schema.names), **row} for row in rows]
            lake.append(spec.name, pa.Table.from_pylist(whole, spec.schema))


def test_the_lake_and_the_same_facts_in_memory_give_the_same_board(lake, small_lake, noon):
    for place in range(60):
        small_lake.say(
            unit_id=place % 3,
            days_ago=place,
            stars=1 + place % 5,
            sentiment="negative",
            opinions=[SLOW],
            urgency=place % 4,
            text=f"等 {place}",
            signals=[{"kind": "waited", "value": float(place), "start": 0, "end": 1}],
            reply_after_hours=place,
        )
    fill(lake, small_lake)
    for wanted in (VoiceFilter(), VoiceFilter(since=noon.replace(day=1), until=noon)):
        for scope in (EVERYTHING, Scope(unit_ids=frozenset({1}))):
            with lake.connect() as stored, small_lake.connect() as in_memory:
                board = get_board(stored, scope=scope, filter=wanted)
                assert board == get_board(in_memory, scope=scope, filter=wanted)
                assert board.voices.n > 0
                assert board.answers.share.value == 1.0


def test_a_lake_without_facts_gives_an_empty_board(lake):
    with lake.connect() as stored:
        board = get_board(stored, scope=EVERYTHING)
    assert (board.voices.n, board.urgent.n, board.answers) == (0, 0, None)
