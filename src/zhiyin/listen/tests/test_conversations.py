"""Conversations as facts: marks, shares and promises stand beside the voice, older lakes go on working."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from zhiyin.engine.protocols import TableSpec
from zhiyin.listen.facts import FEEDBACK
from zhiyin.listen.items import AuthorIn, IdentityIn, TurnIn
from zhiyin.listen.queries.conversations import find_conversation, promises
from zhiyin.people.scope import Scope

EVERYWHERE = Scope(unit_ids=None)
THURSDAY = datetime(2026, 3, 5, 6, 20, tzinfo=UTC)  # 14:20 in Beijing


def call(*lines, times=True):
    speakers = {"C": "customer", "S": "staff", "R": "robot"}
    return [
        TurnIn(
            speaker=speakers[line[0]],
            text=line[2:],
            start_seconds=10.0 * place if times else None,
            end_seconds=10.0 * place + 4 if times else None,
        )
        for place, line in enumerate(lines)
    ]


LATE = call(
    "S 您好，请问有什么可以帮您",
    "C 我的外卖没送到，一个多小时了",
    "S 请问是什么问题",
    "C 我说了，外卖没送到",
    "S 对不起，明天上午给您回电，号码是13812345678吗",
    "S 对不起。明天上午十点前张师傅给您打13812345678回电",
)


def test_a_conversation_is_stored_with_its_marks_and_shares(pipeline, receive, said, query):
    receive(said("1", "", turns=LATE, occurred_at=THURSDAY))
    pipeline.drain()
    ((stored,),) = query("SELECT conversation FROM feedback")
    kinds = [mark["kind"] for mark in stored["marks"]]
    assert {"asked_again", "told_again", "promise", "silence"} <= set(kinds)
    assert stored["is_timed"]
    assert stored["customer_share"] + stored["staff_share"] == pytest.approx(1)
    assert len(stored["turns"]) == len(LATE)


def test_a_promise_is_read_with_its_due_time_and_without_private_data(pipeline, receive, said, engine, query):
    receive(said("1", "", turns=LATE, occurred_at=THURSDAY))
    pipeline.drain()
    ((feedback_id,),) = query("SELECT feedback_id FROM feedback")
    found = promises(engine.lake, feedback_id=feedback_id, scope=EVERYWHERE)
    assert found[-1].due == datetime(2026, 3, 6, 2, 0, tzinfo=UTC)
    assert "13812345678" not in found[-1].words
    assert found[-1].words.startswith("明天上午十点前")


def test_a_voice_without_turns_has_no_conversation(pipeline, receive, said, engine, query):
    receive(said("1"))
    pipeline.drain()
    ((feedback_id, stored),) = query("SELECT feedback_id, conversation FROM feedback")
    assert stored is None
    assert find_conversation(engine.lake, feedback_id=feedback_id) is None
    assert promises(engine.lake, feedback_id=feedback_id, scope=EVERYWHERE) == []


def test_promises_of_another_units_voice_are_not_shown(pipeline, receive, said, engine, query):
    receive(said("1", "", turns=LATE))
    pipeline.drain()
    ((feedback_id,),) = query("SELECT feedback_id FROM feedback")
    assert promises(engine.lake, feedback_id=feedback_id, scope=Scope(unit_ids=frozenset({1}))) == []


def test_what_the_source_knows_of_the_author_is_covered_in_stored_words(pipeline, receive, said, query):
    author = AuthorIn(identities=[IdentityIn(type="member", value="VIP-77812")])
    turns = call("C 我要退款", "S 好的，明天给VIP-77812退款")
    receive(said("1", "", turns=turns, author=author, occurred_at=THURSDAY))
    pipeline.drain()
    ((stored,),) = query("SELECT conversation FROM feedback")
    assert stored["marks"]
    assert all("77812" not in mark["words"] for mark in stored["marks"])


def test_a_lake_from_before_gets_the_column_and_keeps_its_voices(pipeline, receive, said, engine, query):
    old = TableSpec(
        name=FEEDBACK.name,
        schema=pa.schema([one for one in FEEDBACK.schema if one.name != "conversation"]),
        sort_by=FEEDBACK.sort_by,
    )
    engine.lake.create(old)
    stored = old.schema.empty_table().to_pydict() | {name: [None] for name in old.schema.names}
    stored |= {
        "feedback_id": ["0195648a-0000-7000-8000-000000000001"],
        "is_current": [True],
        "day": [datetime(2025, 3, 5, tzinfo=UTC).date()],
    }
    engine.lake.append(old.name, pa.table(stored, schema=old.schema))
    assert (
        find_conversation(engine.lake, feedback_id="0195648a-0000-7000-8000-000000000001") is None
    )  # read before anything new is stored
    receive(said("1", "", turns=LATE))
    pipeline.drain()
    rows = query("SELECT conversation IS NULL FROM feedback ORDER BY 1")
    assert [is_null for (is_null,) in rows] == [False, True]


def test_turns_that_the_analyser_breaks_on_are_read_as_blank(engine, receive, said, analyser, query, db):
    from zhiyin.listen.pipeline.analysis import Analysis
    from zhiyin.listen.pipeline.pipeline import Pipeline

    def breaking(batch):
        if any("坏话" in text for text in batch.column("text").to_pylist()):
            raise ValueError("broken")
        return analyser.analyse_batch(batch)

    receive(said("1", "", turns=call("C 没送到", "S 坏话", "S 明天给您回电"), occurred_at=THURSDAY))
    Pipeline(engine, Analysis(lambda: breaking)).drain()
    ((stored,),) = query("SELECT conversation FROM feedback")
    assert [mark["words"] for mark in stored["marks"] if mark["kind"] == "promise"] == ["明天给您回电"]
