"""What a rotation of the keys does to raw items, while the pipeline goes on."""

from __future__ import annotations

import threading

import pytest

from zhiyin.engine.vault import token_version
from zhiyin.listen.facts import RAW
from zhiyin.listen.models import SetAsideItem
from zhiyin.listen.pipeline.columns import RAW_CONTEXT
from zhiyin.listen.sealed import RawItems, list_sealed_here

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(engine, settings):
    settings.HOME = engine.home
    return engine


def _payloads(engine) -> dict[tuple[str, int], bytes]:
    with engine.lake.connect(RAW.name) as connection:
        rows = connection.execute("SELECT feedback_id, revision, payload FROM raw").fetchall()
    return {(feedback_id, revision): payload for feedback_id, revision, payload in rows}


def test_raw_items_move_to_the_newest_key_in_parts(here, receive, said, pipeline):
    receive(*(said(f"{n}", text=f"第{n}条，电话13800000{n:03}") for n in range(40)))
    pipeline.drain()
    before = _payloads(here)
    plain = {name: here.vault.decrypt(token, context=RAW_CONTEXT) for name, token in before.items()}
    here.vault.rotate()
    receive(said("later"))
    pipeline.drain()
    steps: list[int] = []
    moved = RawItems(rows_per_step=7).move(to=2, on_moved=steps.append)
    assert moved.n_moved == sum(steps) == 40
    assert len(steps) == 6
    after = _payloads(here)
    assert {name: here.vault.decrypt(after[name], context=RAW_CONTEXT) for name in before} == plain
    assert {token_version(token) for token in after.values()} == {2}
    assert len(after) == 41
    assert RawItems().count_by_version() == {2: 41}
    assert RawItems().move(to=2, on_moved=steps.append).n_moved == 0


def test_a_raw_item_that_does_not_open_stays_as_it_is(here, receive, said, pipeline):
    receive(said("1"), said("2"))
    pipeline.drain()
    first, second = sorted(_payloads(here))
    damaged = "decode('0001" + "ab" * 60 + "', 'hex')"
    here.lake.update(
        RAW.name,
        where=f"feedback_id = '{first[0]}'",
        values={"payload": damaged},
    )
    here.vault.rotate()
    moved = RawItems().move(to=2, on_moved=lambda _: None)
    assert (moved.n_moved, moved.n_unreadable) == (1, 1)
    assert token_version(_payloads(here)[first]) == 1
    assert token_version(_payloads(here)[second]) == 2


@pytest.mark.django_db(transaction=True)
def test_nothing_that_arrives_meanwhile_is_lost(here, receive, said, pipeline):
    receive(*(said(f"{n}") for n in range(60)))
    pipeline.drain()
    here.vault.rotate()
    ended = threading.Event()

    def move_again_and_again() -> None:
        while not ended.is_set():
            RawItems(rows_per_step=9).move(to=here.vault.rotate(), on_moved=lambda _: None)

    mover = threading.Thread(target=move_again_and_again)
    mover.start()
    try:
        for n in range(100, 112):
            receive(said(f"{n}"), said(f"{n}-b"))
            pipeline.drain()
    finally:
        ended.set()
        mover.join()
    after = _payloads(here)
    assert len(after) == 84
    for token in after.values():
        here.vault.decrypt(token, context=RAW_CONTEXT)


def test_what_waits_in_the_log_and_what_was_set_aside_is_counted(here, receive, said):
    receive(said("1"))
    names = {store.name: store for store in list_sealed_here()}
    assert names["intake"].count_by_version() == {1: 1}
    assert names["intake"].expires
    assert names["lake.raw"].count_by_version() == {}
    assert names["listen.SetAsideItem.payload"].count_by_version() == {}
    SetAsideItem.objects.create(sequence=1, payload=here.vault.encrypt(b"x", context=b"intake-message"))
    SetAsideItem.objects.create(sequence=2, payload=b"\x00\x01 what nobody ever sealed, whole as it came")
    assert names["listen.SetAsideItem.payload"].count_by_version() == {1: 2}
    here.vault.rotate()
    moved = names["listen.SetAsideItem.payload"].move(to=2, on_moved=lambda _: None)
    assert (moved.n_moved, moved.n_unreadable) == (1, 1)
