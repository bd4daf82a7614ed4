"""What docs/understanding.md says of sentences is what the analyser says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from zhiyin.understand import Analyser
from zhiyin.understand.contract import EMOTIONS, NEEDS

DOCUMENT = (Path(__file__).parents[4] / "docs" / "understanding.md").read_text(encoding="utf-8")
SIGNS = {"+": "positive", "−": "negative", "·": "neutral"}
ROWS = re.findall(r"^\| [^|]+ \| ([^|]+) \| ((?:\w+ [+−·](?:, )?)+) \|$", DOCUMENT, re.MULTILINE)


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser(taxonomy="restaurant")


def test_the_table_of_readings_is_found() -> None:
    assert len(ROWS) >= 12


@pytest.mark.parametrize(("sentence", "reading"), ROWS)
def test_a_sentence_of_the_table_is_read_so(analyser: Analyser, sentence: str, reading: str) -> None:
    wanted = {(one.split()[0], SIGNS[one.split()[1]]) for one in reading.split(", ")}
    found = {(one.aspect, one.polarity) for one in analyser.analyse(sentence).opinions}
    assert wanted <= found
    assert not {(aspect, side) for aspect, side in found if aspect in dict(wanted)} - wanted


def test_the_first_example_gives_what_it_says(analyser: Analyser) -> None:
    found = analyser.analyse("菜好吃但是上菜慢，等了四十分钟，问了三次没人理")
    assert found.sentiment is not None
    assert found.sentiment.label == "mixed"
    shown = re.sub(r"\n#\s*", " ", DOCUMENT)
    assert str([(one.aspect, one.polarity, one.opinion) for one in found.opinions]) in shown
    assert str([(one.kind, one.value) for one in found.signals]) in shown
    assert (found.urgency.level, found.urgency.reasons) == (1, ["ignored"])


def test_as_many_emotions_and_needs_are_told_of_as_there_are() -> None:
    assert len(EMOTIONS) == len(re.search(r"`emotions` \| (.+?), with", DOCUMENT)[1].split(", "))  # type: ignore[index]
    assert len(NEEDS) == 10


@pytest.mark.parametrize(
    "text",
    [
        *("电话138 0013 8000", "一三八零零一三八零零零", "幺三八零零一三八零零零", "座机010-87654321"),
        *(
            "车牌京A12345",
            "微信abc123456",
            "订单号20240701553322",
            "李经理态度好",
            "我叫陈思远",
            "店员小李不错",
        ),
    ],
)
def test_the_private_data_named_are_covered(analyser: Analyser, text: str) -> None:
    assert analyser.analyse(text).private


@pytest.mark.parametrize("text", ["花了13800元", "型号WH-1000XM", "陈思远"])
def test_what_is_said_to_be_left_alone_is(analyser: Analyser, text: str) -> None:
    assert not analyser.analyse(text).private
