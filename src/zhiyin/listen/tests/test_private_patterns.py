"""Numbers whose form the house has named are masked wherever words come in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from zhiyin.engine import Engine
from zhiyin.listen.items import FeedbackIn, ReplyIn, TurnIn
from zhiyin.listen.pipeline.chosen import open_analysis
from zhiyin.listen.pipeline.masking import mask_texts
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.receipts import Receipt

pytestmark = pytest.mark.django_db

NUMBER = "XZ2024070155"
HIDDEN = "*" * len(NUMBER)


@pytest.fixture
def pipeline(engine: Engine, settings: Any, db: None) -> Pipeline:
    settings.PRIVATE_PATTERNS = ("XZ##########",)
    return Pipeline(engine, open_analysis())


def test_they_are_masked_in_words_turns_and_replies(
    receive: Callable[..., list[Receipt]],
    pipeline: Pipeline,
    said: Callable[..., FeedbackIn],
    query: Callable[..., list[tuple[Any, ...]]],
) -> None:
    receive(
        said("1", f"会员号{NUMBER}，积分没到账", reply=ReplyIn(text=f"您好，{NUMBER}的积分已补")),
        said("2", "", turns=[TurnIn(speaker="customer", text=f"我的是{NUMBER}，查一下")]),
    )
    pipeline.drain()
    texts = [text for (text,) in query("SELECT text FROM feedback UNION ALL SELECT text FROM replies")]
    assert len(texts) == 3
    assert all(HIDDEN in text and NUMBER not in text for text in texts)


def test_without_a_pattern_such_a_number_is_let_through(settings: Any) -> None:
    assert mask_texts([f"型号{NUMBER}很好用"]) == [f"型号{NUMBER}很好用"]
    settings.PRIVATE_PATTERNS = ("XZ##########",)
    assert mask_texts([f"型号{NUMBER}很好用"]) == [f"型号{HIDDEN}很好用"]
