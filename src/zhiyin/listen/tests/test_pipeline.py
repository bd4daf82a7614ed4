from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from zhiyin.engine.home import Home
from zhiyin.engine.lake import DeltaLake
from zhiyin.engine.log import SqliteIntakeLog
from zhiyin.engine.protocols import NewMessage
from zhiyin.engine.vault import Vault
from zhiyin.errors import Unavailable
from zhiyin.listen.content import make_keys
from zhiyin.listen.doctor import examine_listening
from zhiyin.listen.items import AuthorIn, IdentityIn, RatingIn, ReplyIn, TurnIn, UnitIn
from zhiyin.listen.models import Channel, FeedbackKey, SetAsideItem
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.pipeline.set_aside import retry_set_aside
from zhiyin.people.models import OrgUnit

pytestmark = pytest.mark.django_db


def is_sound(engine) -> bool:
    return all(finding.level == "ok" for finding in examine_listening(engine))


def test_a_voice_becomes_facts(receive, said, pipeline, query, engine):
    (receipt,) = receive(
        said(
            "1",
            "菜好吃但是上菜慢，等了四十分钟，电话13812345678",
            channel="review_site",
            product="奶茶",
            occurred_at=datetime(2026, 1, 2, 3, tzinfo=UTC),
            unit=UnitIn(code="S1", name="一店"),
            rating=RatingIn(value=9, best=10, worst=0),
            reply=ReplyIn(text="抱歉，请拨打13987654321"),
        )
    )
    pipeline.drain()
    ((id_, text, stars, unit_id, occurred_at, current),) = query(
        "SELECT feedback_id, text, stars, unit_id, occurred_at, is_current FROM feedback"
    )
    assert id_ == receipt.id
    assert "138" not in text
    assert stars == pytest.approx(4.6)
    assert unit_id == OrgUnit.objects.get(code="S1").pk
    assert occurred_at == datetime(2026, 1, 2, 3, tzinfo=UTC)
    assert current
    polarities = dict(query("SELECT term, polarity FROM opinions"))
    assert polarities["菜"] == "positive"
    assert polarities["上菜"] == "negative"
    assert query("SELECT text FROM replies") == [("抱歉，请拨打***********",)]
    assert is_sound(engine)


def test_a_conversation_is_judged_by_what_the_customer_said(receive, said, pipeline, query):
    turns = [
        TurnIn(speaker="staff", text="您好，味道怎么样，很好吃吧"),
        TurnIn(speaker="customer", text="上菜太慢了"),
        TurnIn(speaker="customer", text="等了一个小时"),
    ]
    receive(said("1", "", turns=turns))
    pipeline.drain()
    assert query("SELECT text, n_turns FROM feedback") == [("上菜太慢了\n等了一个小时", 3)]


def test_a_changed_voice_is_an_edit_and_its_history_is_kept(receive, said, pipeline, query, engine):
    for text in ("很好吃", "不好吃了", "又好吃了"):
        receive(said("1", text, reply=ReplyIn(text=f"答{text}")))
        pipeline.drain()
    assert query("SELECT revision, is_current, text FROM feedback ORDER BY revision") == [
        (1, False, "很好吃"),
        (2, False, "不好吃了"),
        (3, True, "又好吃了"),
    ]
    assert query("SELECT revision FROM opinions WHERE is_current") == [(3,)]
    assert query("SELECT revision FROM replies WHERE is_current") == [(3,)]
    assert query("SELECT count(*) FROM raw") == [(3,)]
    assert is_sound(engine)


def test_edits_within_one_batch_keep_every_version_and_the_last_wins(receive, said, pipeline, query, engine):
    receive(said("1", "一"), said("1", "二"))
    receive(said("1", "三"), said("1", "三"))
    pipeline.drain()
    rows = query("SELECT revision, is_current, text FROM feedback ORDER BY revision")
    assert rows == [(1, False, "一"), (2, False, "二"), (3, True, "三")]
    assert is_sound(engine)


def test_what_was_logged_twice_is_stored_once(receive, said, pipeline, query, engine):
    receive(said("1"), said("2"))
    receive(said("2"), said("1"))
    pipeline.drain()
    assert query("SELECT count(*) FROM feedback") == [(2,)]
    assert is_sound(engine)


def test_unknown_channels_and_units_are_made_for_review(receive, said, pipeline):
    receive(said("1", channel="抖音", unit=UnitIn(name="新店")), said("2"))
    pipeline.drain()
    assert Channel.objects.get(code="抖音").needs_review
    assert not Channel.objects.get(code="review_site").needs_review
    assert OrgUnit.objects.get(name="新店").needs_review


def test_one_author_is_one_key_over_channels_and_writings(receive, said, pipeline, query):
    def by(kind: str, value: str, **fields):
        return AuthorIn(identities=[IdentityIn(type=kind, value=value, **fields)])

    receive(
        said("1", author=by("phone", "13812345678")),
        said("2", author=by("phone", "+86 138-1234-5678")),
        said("3", author=by("platform_user", "u1")),
    )
    receive(said("1", author=by("platform_user", "u1")), source="other")
    pipeline.drain()
    keys = [key for (key,) in query("SELECT author_key FROM feedback ORDER BY sequence, feedback_id")]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3, "a platform's user is known within the platform alone"
    assert all("138" not in key or len(key) == 32 for key in keys)


def test_words_that_came_before_are_marked_as_copies(receive, said, pipeline, query):
    words = "这家店的服务员态度特别好，环境也干净，下次还会再来，强烈推荐给大家"
    receive(said("1", words))
    pipeline.drain()
    receive(said("2", words))
    pipeline.drain()
    assert query("SELECT is_duplicate FROM feedback ORDER BY sequence") == [(False,), (True,)]
    assert query("SELECT DISTINCT is_excluded FROM opinions WHERE NOT is_excluded") == [(False,)]


def test_an_item_that_breaks_the_analyser_is_set_aside_and_can_be_retried(
    receive, said, engine, analyser, query
):
    def strict(batch):
        if any("毒" in text for text in batch.column("text").to_pylist()):
            raise ValueError("毒")
        return analyser.analyse_batch(batch)

    receipts = receive(*[said(str(i), "毒" if i == 7 else "好") for i in range(20)])
    Pipeline(engine, Analysis(lambda: strict)).drain()
    assert query("SELECT count(*) FROM feedback") == [(19,)]
    aside = SetAsideItem.objects.get()
    assert "毒".encode() not in bytes(aside.payload)
    assert any(
        finding.check == "set_aside" and finding.level == "warning" for finding in examine_listening(engine)
    )

    assert retry_set_aside(engine.log, vault=engine.vault) == 1
    Pipeline(engine, Analysis(lambda: analyser.analyse_batch)).drain()
    assert query("SELECT text FROM feedback WHERE feedback_id = ?", receipts[7].id) == [("毒",)]
    assert is_sound(engine)


def test_a_message_that_does_not_open_is_set_aside_and_stops_nothing(receive, said, engine, pipeline, query):
    engine.log.append([NewMessage(message_id=b"strange", body=b"not ours", n_items=3)])
    receive(said("1"))
    pipeline.drain()
    assert query("SELECT count(*) FROM feedback") == [(1,)]
    assert SetAsideItem.objects.get().n_items == 3
    assert engine.log.lag().n_messages == 0


class FailingLake(DeltaLake):
    """A lake whose disk fails at the n-th write."""

    fails_at = 0
    n_writes = 0

    def _write(self) -> None:
        self.n_writes += 1
        if self.n_writes == self.fails_at:
            raise Unavailable("The disk is gone.")

    def append(self, table, rows, *, transaction=None):
        self._write()
        return super().append(table, rows, transaction=transaction)

    def update(self, table, *, where, values):
        self._write()
        return super().update(table, where=where, values=values)


@dataclass
class Parts:
    """The parts of an engine, opened one by one."""

    home: Home
    log: SqliteIntakeLog
    lake: DeltaLake
    vault: Vault


@pytest.mark.parametrize("fails_at", range(1, 8))
@pytest.mark.parametrize("comes_more", [False, True])
def test_a_batch_that_fails_at_any_write_is_stored_once_when_repeated(
    receive, said, engine, pipeline, analyser, query, fails_at, comes_more
):
    receive(*[said(str(i), "菜好吃", reply=ReplyIn(text="谢谢")) for i in range(5)])
    pipeline.drain()
    receive(*[said(str(i), "上菜慢", reply=ReplyIn(text="抱歉")) for i in range(3, 8)])
    receive(said("3", "服务好"), said("9"))

    lake = FailingLake(engine.home.lake)
    lake.fails_at = fails_at
    parts = Parts(engine.home, engine.log, lake, engine.vault)
    broken = Pipeline(parts, Analysis(lambda: analyser.analyse_batch))
    with pytest.raises(Unavailable):
        broken.process_batch()
    lake.close()
    if comes_more:  # the repetition is cut differently, and what was written is already history
        receive(said("4", "环境好"), said("9", "等了一小时"), said("10"))
    Pipeline(engine, Analysis(lambda: analyser.analyse_batch), max_items=3 + 4 * comes_more).drain()

    expected = {"0": 1, "3": 3, "4": 2 + comes_more, "5": 1, "9": 1 + comes_more}
    keys = {
        name: FeedbackKey.objects.get(key=make_keys([f"shop\0{name}"], vault=engine.vault)[0])
        for name in expected
    }
    assert {name: key.revision for name, key in keys.items()} == expected
    assert is_sound(engine), examine_listening(engine)
    for table in ("feedback", "replies"):
        doubles = query(f"SELECT feedback_id, revision FROM {table} GROUP BY ALL HAVING count(*) > 1")
        assert doubles == []
    stale = query(
        "SELECT opinions.feedback_id FROM opinions JOIN feedback USING (feedback_id, revision)"
        " WHERE opinions.is_current <> feedback.is_current"
    )
    assert stale == []
    doubles = query(
        "SELECT 1 FROM opinions GROUP BY feedback_id, revision, aspect, start HAVING count(*) > 1"
    )
    assert doubles == []
    n_lacking = query(
        "SELECT count(*) FROM feedback WHERE text IN ('菜好吃', '上菜慢') AND NOT EXISTS ("
        "SELECT 1 FROM opinions WHERE opinions.feedback_id = feedback.feedback_id"
        " AND opinions.revision = feedback.revision)"
    )
    assert n_lacking == [(0,)]
