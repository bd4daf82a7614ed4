from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from zhiyin.engine import close_engine, open_engine
from zhiyin.engine.doctor import examine_home
from zhiyin.engine.vault import Vault, VaultClosed
from zhiyin.listen.doctor import examine_listening
from zhiyin.listen.items import AuthorIn, IdentityIn, ReplyIn
from zhiyin.listen.models import FeedbackKey
from zhiyin.listen.pipeline.erasure import erase_person
from zhiyin.listen.pipeline.rebuild import rebuild

pytestmark = pytest.mark.django_db

FACTS = (
    "SELECT feedback_id, revision, is_current, text, sentiment, channel, sequence FROM feedback ORDER BY ALL"
)
OPINIONS = "SELECT feedback_id, revision, is_current, aspect, polarity FROM opinions ORDER BY ALL"


@pytest.fixture
def stored(receive, said, pipeline):
    receive(*[said(str(i), "菜好吃但是上菜慢", reply=ReplyIn(text="谢谢")) for i in range(20)])
    pipeline.drain()
    receive(*[said(str(i), "服务员态度差") for i in range(5)])
    pipeline.drain()


def levels(engine) -> set[str]:
    return {finding.level for finding in examine_listening(engine)}


def test_facts_made_again_are_the_same(stored, engine, pipeline, query):
    facts, opinions = query(FACTS), query(OPINIONS)
    seen: list[tuple[int, int]] = []
    n = rebuild(engine, pipeline, rows_per_step=7, on_progress=lambda *at: seen.append(at))
    assert n == 25
    assert seen[-1] == (25, 25)
    assert query(FACTS) == facts
    assert query(OPINIONS) == opinions
    assert levels(engine) == {"ok"}


def test_lost_facts_and_lost_keys_come_back_from_the_raw_items(
    stored, engine, pipeline, query, receive, said
):
    facts = query(FACTS)
    engine.lake.delete("feedback", where="true")
    FeedbackKey.objects.all().delete()
    assert "error" in levels(engine)
    rebuild(engine, pipeline)
    assert query(FACTS) == facts
    assert levels(engine) == {"ok"}
    assert receive(said("7", "菜好吃但是上菜慢", reply=ReplyIn(text="谢谢")))[0].status == "unchanged"


def test_a_damaged_table_is_moved_aside_and_made_again(stored, engine, pipeline, query):
    facts = query(FACTS)
    for entry in (engine.home.lake / "feedback" / "_delta_log").iterdir():
        entry.write_bytes(b"{")
    engine.lake.close()
    close_engine()
    opened = open_engine(engine.home)
    assert "error" in levels(opened)
    rebuild(opened, type(pipeline)(opened, pipeline._analysis))
    with opened.lake.connect("feedback") as connection:
        assert connection.execute(FACTS).fetchall() == facts
    assert levels(opened) == {"ok"}, examine_listening(opened)
    assert list(engine.home.lake.glob(".damaged/feedback-*"))
    assert {"feedback", "opinions", "raw", "replies"} <= set(opened.lake.tables())
    opened.close()


@pytest.mark.parametrize("lost", ["opinions", "opinions/_delta_log"])
def test_a_lost_table_is_made_again(stored, engine, pipeline, lost):
    shutil.rmtree(engine.home.lake / lost)
    close_engine()
    opened = open_engine(engine.home)
    rebuild(opened, type(pipeline)(opened, pipeline._analysis))
    assert levels(opened) == {"ok"}, examine_listening(opened)
    with opened.lake.connect("opinions") as connection:
        assert connection.execute("SELECT count(*) FROM opinions").fetchone() > (0,)
    opened.close()


def test_a_lost_file_is_made_again_by_an_engine_that_has_read_it(stored, engine, pipeline, query):
    facts = query(FACTS)
    Path(engine.lake.files("feedback")[0]).unlink()
    assert "error" in levels(engine)
    rebuild(engine, pipeline)
    assert query(FACTS) == facts
    assert levels(engine) == {"ok"}, examine_listening(engine)


@pytest.mark.parametrize("names", [["master.key", "index.wrapped", "data-00001.wrapped"], ["index.wrapped"]])
def test_lost_keys_are_found_and_never_replaced(stored, engine, names):
    for name in names:
        (engine.home.keys / name).unlink()
    close_engine()
    [finding] = [one for one in examine_home(engine.home) if one.level == "error"]
    assert (finding.check, finding.next_step) == ("keys", "Restore the whole folder `keys` from a backup.")
    with pytest.raises(VaultClosed):
        _ = open_engine(engine.home).vault
    assert not (engine.home.keys / names[0]).exists()


def test_keys_of_another_home_are_found(stored, engine, tmp_path):
    shutil.rmtree(engine.home.keys)
    Vault.open(engine.home.keys)
    close_engine()
    opened = open_engine(engine.home)
    assert [one.check for one in examine_listening(opened) if one.level == "error"] == ["keys"]
    opened.close()


def test_the_doctor_finds_what_does_not_agree(stored, engine):
    one = FeedbackKey.objects.first()
    one.delete()
    messages = [finding.message for finding in examine_listening(engine) if finding.level == "error"]
    assert messages == ["1 voices in the lake have no key in the database."]


def test_the_doctor_is_content_with_an_empty_home(engine, db):
    assert levels(engine) == {"ok"}


def test_an_erased_person_leaves_no_trace(receive, said, engine, pipeline, query):
    author = AuthorIn(identities=[IdentityIn(type="phone", value="13812345678")])
    receive(*[said(f"a{i}", "菜好吃", author=author, reply=ReplyIn(text="谢谢")) for i in range(3)])
    receive(said("b", "上菜慢"))
    pipeline.drain()
    engine.lake.set_aside("feedback")
    rebuild(engine, pipeline)  # a copy of the person's facts lies beside the lake
    receive(said("a3", "又来了", author=author))  # still in the log when erasing begins
    ((author_key,),) = query("SELECT DISTINCT author_key FROM feedback WHERE author_key IS NOT NULL")
    assert erase_person(engine, pipeline, author_key=author_key) == 4
    for table in ("raw", "feedback", "opinions", "replies"):
        assert query(f"SELECT count(DISTINCT feedback_id) FROM {table}")[0][0] <= 1
    assert FeedbackKey.objects.count() == 1
    files = [path for table in ("raw", "feedback") for path in (engine.home.lake / table).rglob("*.parquet")]
    assert len(files) == 2, "the bytes are gone, too"
    assert not list(engine.home.lake.glob(".damaged/**/*.parquet"))
    assert levels(engine) == {"ok"}
    assert erase_person(engine, pipeline, author_key=author_key) == 0
