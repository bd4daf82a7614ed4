from datetime import datetime, timedelta

import pytest

from zhiyin.errors import InvalidInput
from zhiyin.insight import queries
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.people.scope import EVERYTHING, NOTHING, Scope

SLOW = ("speed", "negative", "上菜", "慢")
STORE = Scope(unit_ids=frozenset({2}))


@pytest.fixture
def chain(small_lake):
    for unit_id in (1, 2, 2, 3, None):
        small_lake.say(
            unit_id=unit_id,
            urgency=2,
            text=f"有虫 {unit_id}",
            stars=3,
            opinions=[SLOW],
            signals=[{"kind": "waited", "value": 9.0, "start": 0, "end": 1}],
            intents=[{"name": "complaint", "confidence": 1.0}],
            reply_after_hours=1,
        )
    with small_lake.connect() as connection:
        yield connection


def test_a_store_sees_only_its_own_rows_in_every_part(chain):
    board = queries.get_board(chain, scope=STORE)
    assert (board.voices.n, board.rating.n, board.net_sentiment.n) == (2, 2, 2)
    assert [line.n_people for line in board.aspects] == [2]
    assert (board.units.n, board.waits.n, board.intents[0].n) == (1, 2, 2)
    assert {voice.unit_id for voice in board.urgent.newest} == {2}
    assert (board.urgent.n, board.answers.share.n, board.answers.share.value) == (2, 2, 1.0)


def test_a_filter_narrows_a_scope_and_never_widens_it(chain):
    wanted = VoiceFilter(unit_ids=frozenset({1, 2}))
    assert queries.get_board(chain, scope=STORE, filter=wanted).voices.n == 2
    assert queries.get_board(chain, scope=EVERYTHING, filter=wanted).voices.n == 3
    elsewhere = VoiceFilter(unit_ids=frozenset({3}))
    assert queries.get_board(chain, scope=STORE, filter=elsewhere).voices.n == 0


def test_who_may_see_nothing_sees_nothing(chain):
    board = queries.get_board(chain, scope=NOTHING)
    assert (board.voices.n, board.urgent.n, board.aspects) == (0, 0, [])


def test_voices_without_a_unit_are_seen_only_by_who_sees_everything(chain):
    assert queries.get_board(chain, scope=EVERYTHING).voices.n == 5
    assert queries.get_board(chain, scope=Scope(unit_ids=frozenset({1, 2, 3}))).voices.n == 4


@pytest.mark.parametrize("door", [name for name in queries.__all__ if name != "Overview"])
def test_no_door_opens_without_a_scope(chain, door):
    with pytest.raises(TypeError, match="scope"):
        getattr(queries, door)(chain)


def test_none_is_no_scope(chain):
    with pytest.raises(TypeError, match="Scope"):
        queries.get_board(chain, scope=None)


def test_a_period_needs_zones_and_an_order(noon):
    with pytest.raises(InvalidInput, match="time zone"):
        VoiceFilter(since=datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(InvalidInput, match="ends before"):
        VoiceFilter(since=noon, until=noon - timedelta(days=1))


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("0001-01-01T00:00:00+14:00", None),
        ("0001-01-01T00:00:00+14:00", "2026-01-01T00:00:00+08:00"),
        ("0228-01-25T09:55:47+18:25", "0979-11-11T09:55:12+00:00"),
        ("2026-01-01T00:00:00+08:00", "9999-12-31T23:59:59-12:00"),
    ],
)
def test_a_period_may_reach_to_the_ends_of_the_calendar(chain, since, until):
    period = VoiceFilter(
        since=datetime.fromisoformat(since), until=datetime.fromisoformat(until) if until else None
    )
    assert queries.get_board(chain, scope=STORE, filter=period).period.before_since is None


def test_values_reach_the_statement_as_parameters_only():
    wanted = VoiceFilter(channels=frozenset({"'; DROP TABLE feedback; --"}))
    chosen = select(EVERYTHING, filter=wanted)
    assert "DROP" not in chosen.kept_voices
    assert chosen.parameters["channels"] == ["'; DROP TABLE feedback; --"]
