"""A text is understood the same alone, first, last or in the middle of any batch."""

from __future__ import annotations

import pyarrow as pa
import pytest

from zhiyin.understand import Analyser

TEXTS = [
    "卫生非常好",
    "但是味道不行，等了四十分钟",
    "，服务好",
    "价格能优惠一些就更好了",
    "房价非常优惠，服务也很赞，唯一的缺点就是隔音",
    "",
    "The room was clean but the staff were rude.",
    "菜好吃但是上菜慢，问了三次没人理",
    "电话13800138000，王先生",
    "😊😊",
]


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser(taxonomy="hotels_sights")


def understood(analyser: Analyser, texts: list[str]) -> list[dict[str, object]]:
    batch = pa.RecordBatch.from_pydict({"text": pa.array(texts, pa.string())})
    # Whether a text repeats another is the one thing that the batch may decide.
    return analyser.analyse_batch(batch).drop_columns(["quality"]).to_pylist()


@pytest.mark.parametrize("n_before", [1, 2, 7, 300])
def test_what_stands_before_a_text_changes_nothing(analyser: Analyser, n_before: int) -> None:
    filler = [TEXTS[i % len(TEXTS)] * (1 + i % 3) for i in range(n_before)]
    for text in TEXTS:
        assert understood(analyser, [*filler, text])[-1:] == understood(analyser, [text])


def test_the_order_of_a_batch_changes_nothing(analyser: Analyser) -> None:
    many = [text + mark for text in TEXTS for mark in ("", "！", "。真的", "？")] * 20
    forwards, backwards = understood(analyser, many), understood(analyser, many[::-1])
    assert forwards == backwards[::-1]
