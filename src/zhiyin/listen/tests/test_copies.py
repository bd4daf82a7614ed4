"""Copied words are marked the same however the log is cut into batches."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from zhiyin.engine import Engine
from zhiyin.listen.items import FeedbackIn
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.receipts import Receipt

pytestmark = pytest.mark.django_db

WORDS = "这家店的招牌奶茶真的太甜了，喝完嗓子都难受"


@pytest.mark.parametrize("drains_between", [True, False])
def test_the_first_voice_counts_and_its_copies_do_not(
    engine: Engine,
    receive: Callable[..., list[Receipt]],
    pipeline: Pipeline,
    said: Callable[..., FeedbackIn],
    drains_between: bool,
) -> None:
    receipts = []
    for name in ("1", "2", "3"):
        receipts += receive(said(name, WORDS))
        if drains_between:
            pipeline.drain()
    pipeline.drain()
    with engine.lake.connect("feedback") as connection:
        rows = connection.execute("SELECT feedback_id, is_duplicate FROM feedback").fetchall()
    assert [dict(rows)[receipt.id] for receipt in receipts] == [False, True, True]
