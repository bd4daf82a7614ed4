import io
import tomllib
from datetime import timedelta
from importlib.resources import files

import pytest
from rich.cells import cell_len
from rich.console import Console

from zhiyin.insight.queries import get_board
from zhiyin.insight.rendering import render_board
from zhiyin.insight.selection import VoiceFilter
from zhiyin.people.scope import EVERYTHING
from zhiyin.understand.contract import EMOTIONS, INTENTS, NEEDS, SIGNALS

SLOW = ("speed", "negative", "上菜", "慢")
TASTY = ("taste", "positive", "菜", "好吃")


@pytest.fixture
def full_board(small_lake, noon):
    for unit_id in range(1, 9):
        for place in range(40):
            is_bad = unit_id == 1
            small_lake.say(
                unit_id=unit_id,
                days_ago=place,
                stars=1 if is_bad else 5,
                sentiment="negative" if is_bad else "positive",
                opinions=[SLOW if is_bad else TASTY],
                signals=[{"kind": "waited", "value": 25.0, "start": 0, "end": 1}] if is_bad else [],
                reply_after_hours=3,
            )
    small_lake.say(
        urgency=3, text="孩子\x1b[31m烫伤\u202e了[bold]", urgency_reasons=["injury"], unit_id=1, is_spam=False
    )
    small_lake.say(is_duplicate=True)
    with small_lake.connect() as connection:
        wanted = VoiceFilter(since=noon - timedelta(days=20), until=noon + timedelta(hours=1))
        return get_board(connection, scope=EVERYTHING, filter=wanted, unit_names={1: "人民路店"})


@pytest.fixture
def empty_board(small_lake):
    with small_lake.connect() as connection:
        return get_board(connection, scope=EVERYTHING)


def text_of(board, *, width=120, **more):
    out = io.StringIO()
    Console(file=out, width=width, color_system=None).print(render_board(board, **more))
    return out.getvalue()


def test_the_chinese_board_says_what_people_are_unhappy_about_where_and_why(full_board):
    text = text_of(full_board)
    for words in (
        "头号不满是“名speed”",
        "上菜慢",
        "人民路店",
        "等待：",
        "中位 25 分钟",
        "回复率",
        "1 条今天就要看",
        "受伤",
        "重复 1",
    ):
        assert words in text


def test_the_english_board_says_the_same_in_english(full_board):
    text = text_of(full_board, language="en", aspect_names={"speed": "serving speed"})
    for words in (
        "What hurts most is “serving speed”",
        "人民路店",
        "median 25 min",
        "Answer share",
        "injury",
        "no real change",
    ):
        assert words in text
    own_words = text.replace("人民路店", "").replace("上菜 慢", "").replace("名taste", "")
    own_words = own_words.split("Urgent voices")[0]
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in own_words)


def test_signs_that_steer_a_terminal_are_taken_out_of_customers_words(full_board):
    text = text_of(full_board)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "烫伤" in text
    assert "[bold]" in text


@pytest.mark.parametrize("width", [80, 100, 120, 160])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_line_is_wider_than_the_terminal_and_the_aspects_stay_named(full_board, width, language):
    text = text_of(full_board, width=width, language=language)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert "名speed" in text
    assert "上菜" in text


def test_it_fits_one_screen(full_board):
    assert len(text_of(full_board).splitlines()) <= 50


@pytest.mark.parametrize(("language", "words"), [("zh", "zhiyin import"), ("en", "zhiyin import")])
def test_an_empty_board_says_what_to_do_next(empty_board, language, words):
    text = text_of(empty_board, language=language)
    assert words in text
    assert len(text.splitlines()) <= 4


def test_both_languages_have_the_same_sentences_and_every_name():
    content = tomllib.loads(files("zhiyin.insight").joinpath("words.toml").read_text(encoding="utf-8"))
    assert content["zh"].keys() == content["en"].keys()
    assert content["names"]["zh"].keys() == content["names"]["en"].keys()
    assert {*EMOTIONS, *INTENTS, *NEEDS, *SIGNALS} <= content["names"]["zh"].keys()
