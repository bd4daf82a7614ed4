"""The scoreboard's doors against figures counted by hand."""

from datetime import timedelta

import numpy as np
import pytest

from zhiyin.insight.queries.scoreboard import get_scoreboard, list_lines_over_time
from zhiyin.insight.queries.scoreboard_order import sort_rows
from zhiyin.insight.queries.unit_tree import list_kinds, list_rows, read_unit_tree
from zhiyin.insight.selection import VoiceFilter
from zhiyin.insight.steps import choose_steps
from zhiyin.people.scope import EVERYTHING, NOTHING, Scope
from zhiyin.people.services.units import create_unit, ensure_root

SLOW = ("speed", "negative", "上菜", "慢")
FAST = ("speed", "positive", "上菜", "快")
TASTY = ("taste", "positive", "菜", "好吃")


@pytest.fixture
def chain(db):
    north, south = (create_unit(code, name=code, kind="region") for code in ("north", "south"))
    stores = [
        create_unit(f"s{number}", name=f"{number} 号店", kind="store", parent=parent)
        for number, parent in ((1, north), (2, north), (3, south))
    ]
    return {"company": ensure_root(), "north": north, "south": south, "stores": stores}


def board_of(lake, *, scope=EVERYTHING, top=None, kind="", filter=None, columns=()):
    tree = read_unit_tree(scope=scope, top=top)
    rows = list_rows(tree, kind=kind)
    with lake.connect() as connection:
        return get_scoreboard(connection, scope=scope, filter=filter, tree=tree, rows=rows, columns=columns)


def lines_of(board):
    return {line.node.code: line for line in (board.line(place) for place in range(len(board.rows)))}


def test_regions_sum_up_their_stores(small_lake, chain):
    one, two, three = (store.pk for store in chain["stores"])
    small_lake.say(unit_id=one, stars=5, opinions=[TASTY], reply_after_hours=2)
    small_lake.say(unit_id=two, stars=4.6, opinions=[SLOW, FAST], reply_after_hours=6)
    small_lake.say(unit_id=two, stars=None)
    small_lake.say(unit_id=chain["north"].pk, stars=1, opinions=[SLOW])
    small_lake.say(unit_id=three, stars=4.8, is_spam=True)
    lines = lines_of(board_of(small_lake))
    north, south = lines["north"], lines["south"]
    assert (north.n_voices, south.n_voices) == (4, 0)
    assert north.rating.value == pytest.approx((5 + 4.6 + 1) / 3)
    assert (north.n_excellent, north.excellent.n) == (1, 3)
    assert (north.net_sentiment.value, north.net_sentiment.n) == (0, 4)
    assert (north.n_answered, north.answers.value, north.median_hours) == (2, 0.5, 4)
    assert (south.rating.value, south.net_sentiment.value, south.median_hours) == (None, None, None)


def test_the_share_of_stores_at_four_point_eight_counts_only_stores_with_ten_ratings(small_lake, chain):
    one, two, three = (store.pk for store in chain["stores"])
    for place in range(10):
        small_lake.say(unit_id=one, stars=4 if place < 2 else 5)
        small_lake.say(unit_id=two, stars=4 if place < 3 else 5)
    for _ in range(9):
        small_lake.say(unit_id=three, stars=5)
    lines = lines_of(board_of(small_lake))
    assert (lines["north"].reached.value, lines["north"].reached.n, lines["north"].n_reached) == (0.5, 2, 1)
    assert (lines["south"].reached.value, lines["south"].reached.n) == (None, 0)
    stores = lines_of(board_of(small_lake, kind="store"))
    assert [stores[code].reached.value for code in ("s1", "s2", "s3")] == [1, 0, None]
    assert stores["s1"].excellent.value == 0.8


def test_columns_hold_the_net_sentiment_of_their_aspects_and_may_overlap(small_lake, chain):
    unit_id = chain["stores"][0].pk
    small_lake.say(unit_id=unit_id, opinions=[SLOW, TASTY])
    small_lake.say(unit_id=unit_id, opinions=[FAST, ("look", "negative", "店", "脏")])
    small_lake.say(unit_id=unit_id, opinions=[TASTY])
    columns = [["speed", "taste"], ["taste"], ["unknown"]]
    line = lines_of(board_of(small_lake, kind="store", columns=columns))["s1"]
    assert [(column.value, column.n) for column in line.columns] == [(50, 4), (100, 2), (None, 0)]
    assert line.net_sentiment.n == 5


def test_a_change_is_held_against_the_period_before(small_lake, chain, noon):
    unit_id = chain["stores"][0].pk
    for _ in range(40):
        small_lake.say(unit_id=unit_id, days_ago=3, opinions=[SLOW])
        small_lake.say(unit_id=unit_id, days_ago=13, opinions=[FAST])
    wanted = VoiceFilter(since=noon - timedelta(days=10), until=noon)
    line = lines_of(board_of(small_lake, filter=wanted))["north"]
    assert (line.n_voices, line.net_sentiment.value, line.net_sentiment.n) == (40, -100, 40)
    assert (line.net_sentiment.change.value, line.net_sentiment.change.verdict) == (-200, "fall")
    assert lines_of(board_of(small_lake))["north"].net_sentiment.change is None


def test_an_asker_gets_rows_and_figures_of_the_own_scope_only(small_lake, chain):
    one, two, three = (store.pk for store in chain["stores"])
    for unit_id in (one, two, three, None):
        small_lake.say(unit_id=unit_id, stars=4, opinions=[SLOW])
    own = lines_of(board_of(small_lake, scope=Scope(unit_ids=frozenset({one}))))
    assert {code: line.n_voices for code, line in own.items()} == {"s1": 1}
    mixed = Scope(unit_ids=frozenset({one, chain["south"].pk, three}))
    assert {c: line.n_voices for c, line in lines_of(board_of(small_lake, scope=mixed)).items()} == {
        "s1": 1,
        "south": 1,
    }
    assert lines_of(board_of(small_lake, scope=NOTHING)) == {}


def test_voices_of_no_row_are_told_apart(small_lake, chain):
    small_lake.say(unit_id=None)
    small_lake.say(unit_id=chain["company"].pk)
    small_lake.say(unit_id=chain["stores"][0].pk)
    board = board_of(small_lake)
    assert (board.voices.n_all, board.voices.n.sum()) == (3, 1)


def test_search_and_kinds_find_units_below_the_top(chain):
    tree = read_unit_tree(scope=EVERYTHING)
    assert list_kinds(tree) == ["region", "store"]
    assert [node.code for node in list_rows(tree)] == ["north", "south"]
    assert [node.code for node in list_rows(tree, kind="store")] == ["s1", "s2", "s3"]
    assert [node.code for node in list_rows(tree, name="２ 号")] == ["s2"]
    assert list_rows(tree, kind="region", name="号店") == []
    below = read_unit_tree(scope=EVERYTHING, top=chain["south"])
    assert [node.code for node in list_rows(below)] == ["s3"]
    alone = read_unit_tree(scope=EVERYTHING, top=chain["stores"][0])
    assert [node.code for node in list_rows(alone)] == ["s1"]


def many_stores(small_lake, chain):
    """Seventy voices a store; the first is bad, and a new one has one angry voice."""
    stores = [*chain["stores"], create_unit("s4", name="新店", kind="store", parent=chain["south"])]
    for store in stores[:3]:
        for place in range(70):
            is_bad = place < (60 if store.code == "s1" else 20)
            small_lake.say(unit_id=store.pk, stars=2 if is_bad else 5, opinions=[SLOW if is_bad else TASTY])
    small_lake.say(unit_id=stores[3].pk, stars=1, opinions=[SLOW])
    create_unit("s5", name="空店", kind="store", parent=chain["south"])
    return board_of(small_lake, kind="store", columns=[["speed"]])


def codes(board, places):
    return [board.rows[place].code for place in places]


def test_one_angry_voice_puts_no_store_at_the_bottom(small_lake, chain):
    board = many_stores(small_lake, chain)
    assert board.net.value[codes(board, range(5)).index("s4")] == -100
    fair = codes(board, sort_rows(board, by="net", is_descending=False))
    assert (fair[0], fair[-1]) == ("s1", "s5")
    assert fair.index("s4") > 0
    plain = codes(board, sort_rows(board, by="net", is_descending=False, is_plain=True))
    assert (plain[0], plain[-2:]) == ("s1", ["s4", "s5"])
    assert codes(board, sort_rows(board, by="rating", is_descending=False))[0] == "s1"
    assert lines_of(board)["s1"].standing == "worse"
    assert lines_of(board)["s4"].is_small


@pytest.mark.parametrize(
    "by",
    ["name", "n", "rating", "excellent", "reached", "net", "change", "answers", "hours", "c0", "c9", "x"],
)
@pytest.mark.parametrize("is_descending", [True, False])
def test_every_order_holds_every_row_once(small_lake, chain, by, is_descending):
    board = many_stores(small_lake, chain)
    for is_plain in (True, False):
        found = sort_rows(board, by=by, is_descending=is_descending, is_plain=is_plain)
        assert sorted(found) == list(range(5))
    if by in ("n", "rating"):
        assert codes(board, found)[-1] == "s5" or by == "n"


def test_rows_sorted_by_number_of_voices(small_lake, chain):
    board = many_stores(small_lake, chain)
    assert codes(board, sort_rows(board, by="n", is_descending=True))[-2:] == ["s4", "s5"]


def test_small_lines_follow_the_period(small_lake, chain, noon):
    store = chain["stores"][0]
    wanted = VoiceFilter(since=noon - timedelta(days=12), until=noon)
    small_lake.say(unit_id=store.pk, at=noon - timedelta(days=12), opinions=[SLOW])
    small_lake.say(unit_id=store.pk, at=noon - timedelta(hours=1), opinions=[FAST, TASTY, SLOW])
    small_lake.say(unit_id=store.pk, at=noon, opinions=[SLOW])
    tree = read_unit_tree(scope=EVERYTHING)
    steps = choose_steps(since=wanted.since, until=wanted.until, now=noon)
    with small_lake.connect() as connection:
        found = list_lines_over_time(
            connection, scope=EVERYTHING, filter=wanted, tree=tree, rows=list_rows(tree), steps=steps
        )
    assert found[0] == [-100, *[None] * 10, pytest.approx(100 / 3)]
    assert found[1] == [None] * 12


def test_a_tree_without_units_gives_an_empty_board(small_lake, db):
    board = board_of(small_lake, scope=NOTHING, columns=[["speed"]])
    assert (list(board.rows), sort_rows(board, by="net", is_descending=True)) == ([], [])
    assert np.size(board.expected) == 0
