"""Talk off the subject is told from what customers say, and hardly a review is taken for it."""

import csv
from pathlib import Path

import pyarrow as pa
import pytest

from zhiyin.understand import Analyser

DATA = Path(__file__).parents[4].parent / "shared" / "data"
MOST_FALSE_ALARMS = 0.005


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser()


@pytest.mark.parametrize(
    "text",
    [
        "气象台说后天有寒潮，气温要掉十几度",
        "昨晚欧冠那个点球你们看了没，气得我睡不着",
        "转发到三个群，三天内必有好运，不转倒霉",
        "据新华社消息，两国外长就边境问题举行会谈",
        "从前有座山，山里有座庙，讲个笑话给你们听",
        "梦见前任结婚了，醒来哭了半天，失眠到天亮",
        "求职，应届，五险一金双休就行，简历已备好",
    ],
)
def test_talk_of_other_things_is_off_the_subject(analyser, text):
    assert analyser.analyse(text).quality.off_subject


@pytest.mark.parametrize(
    "text",
    [
        "今天来的也太晚了",
        "披萨完全是凉的，提前订就是这个结果吗",
        "下雨天还准时送到，辛苦了",
        "加班回来吃上一口热的，幸福",
        "情人节和女朋友去的，座位给安排在厕所边上",
        "第四次催了，还没人上门",
        "孩子说下次还要来",
        "等了四十分钟没人理",
    ],
)
def test_a_customers_word_is_not(analyser, text):
    assert not analyser.analyse(text).quality.off_subject


@pytest.mark.data
@pytest.mark.parametrize(("file", "column"), [("shopping.csv", "review"), ("takeaway.csv", "review")])
def test_hardly_a_review_is_taken_for_talk(analyser, file, column):
    path = DATA / "sentiment" / file
    if not path.is_file():
        pytest.skip(f"The public data set {path.name} is not here.")
    with path.open(encoding="utf-8-sig", newline="") as rows:
        texts = [row[column] for row in csv.DictReader(rows)][::20]
    quality = analyser.analyse_batch(pa.RecordBatch.from_pydict({"text": texts})).column("quality")
    assert sum(one["off_subject"] for one in quality.to_pylist()) <= MOST_FALSE_ALARMS * len(texts)
