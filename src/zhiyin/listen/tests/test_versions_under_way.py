"""Whatever is sent while earlier versions are still in the log: the last one sent is the one that stands."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhiyin.engine import Engine
from zhiyin.listen.items import FeedbackIn
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.receipts import Receipt

pytestmark = pytest.mark.django_db

Receive = Callable[..., list[Receipt]]
Said = Callable[..., FeedbackIn]


def _current(engine: Engine, feedback_id: str) -> list[str]:
    with engine.lake.connect("feedback") as connection:
        rows = connection.execute(
            "SELECT text FROM feedback WHERE is_current AND feedback_id = ?", [feedback_id]
        ).fetchall()
    return [text for (text,) in rows]


def test_a_version_taken_back_before_it_was_stored_is_not_lost(
    engine: Engine, receive: Receive, pipeline: Pipeline, said: Said
) -> None:
    receive(said("1", "味道很好"))
    pipeline.drain()
    receive(said("1", "味道很差"))
    [receipt] = receive(said("1", "味道很好"))
    assert receipt.status == "accepted"
    pipeline.drain()
    assert _current(engine, receipt.id or "") == ["味道很好"]
    [again] = receive(said("1", "味道很好"))
    assert again.status == "unchanged"


def test_a_voice_said_twice_in_a_batch_stands_as_it_was_said_last(
    engine: Engine, receive: Receive, pipeline: Pipeline, said: Said
) -> None:
    first, _ = receive(said("1", "味道很好"), said("1", "味道很差"))
    [again] = receive(said("1", "味道很好"))
    assert again.status == "accepted"
    pipeline.drain()
    assert _current(engine, first.id or "") == ["味道很好"]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["甲", "乙", "丙", "drain"]), min_size=2, max_size=8), name=st.uuids())
def test_the_last_version_sent_is_the_one_that_stands(
    engine: Engine, receive: Receive, pipeline: Pipeline, said: Said, steps: list[str], name: object
) -> None:
    last = feedback_id = None
    for step in steps:
        if step == "drain":
            pipeline.drain()
        else:
            last = f"味道{step}"
            feedback_id = receive(said(str(name), last))[0].id
    pipeline.drain()
    if last and feedback_id:
        assert _current(engine, feedback_id) == [last]
