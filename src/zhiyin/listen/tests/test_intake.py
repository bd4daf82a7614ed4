from __future__ import annotations

import threading

import pytest

from zhiyin.listen.faults import Fault
from zhiyin.listen.items import RatingIn
from zhiyin.listen.messages import decode_message
from zhiyin.listen.models import FeedbackKey
from zhiyin.listen.services.intake import Intake

pytestmark = pytest.mark.django_db


def test_the_same_source_and_id_is_one_voice(receive, said):
    first = receive(said("1"), said("2"))
    again = receive(said("2"), said("1", "别的话"))
    assert [one.id for one in again] == [first[1].id, first[0].id]
    assert FeedbackKey.objects.count() == 2


def test_the_same_id_in_another_source_is_another_voice(receive, said):
    ids = {receive(said("1"))[0].id, receive(said("1"), source="app")[0].id}
    ids.add(receive(said("1", source="portal"))[0].id)
    assert len(ids) == 3


def test_a_double_within_a_batch_gets_the_same_id(receive, said):
    first, second = receive(said("1"), said("1"))
    assert first.id == second.id
    assert first.status == second.status == "accepted"


def test_bad_items_are_answered_in_their_rows_and_stop_nothing(receive, said, engine):
    receipts = receive(said("1"), said("2", ""), Fault(field="", code="malformed"), said("3"))
    assert [one.status for one in receipts] == ["accepted", "rejected", "rejected", "accepted"]
    assert [one.row for one in receipts] == [0, 1, 2, 3]
    assert receipts[1].fault == Fault(field="text", code="says_nothing")
    assert engine.log.lag().n_items == 2


def test_nothing_is_logged_where_every_item_is_bad(receive, said, engine):
    receive(said("1", ""))
    assert engine.log.lag().n_messages == 0


def test_what_is_stored_and_unchanged_is_not_logged_again(receive, said, pipeline, engine):
    receive(said("1", rating=RatingIn(value=4)))
    pipeline.drain()
    (again,) = receive(said("1", rating=RatingIn(value=4)))
    assert again.status == "unchanged"
    assert engine.log.lag().n_messages == 0
    (changed,) = receive(said("1", rating=RatingIn(value=2)))
    assert (changed.status, changed.id) == ("accepted", again.id)


def test_a_key_that_was_registered_but_never_logged_is_logged_under_its_id(receive, said, engine):
    (first,) = receive(said("1"))
    (message,) = engine.log.lease(max_items=10, lease_seconds=0)
    engine.log.acknowledge([message.sequence])  # as if the process had died before the log's commit
    (again,) = receive(said("1"))
    assert (again.status, again.id) == ("accepted", first.id)
    assert engine.log.lag().n_items == 1


def test_a_message_holds_at_most_a_thousand_items_and_eight_megabytes(receive, said, engine):
    receive(*[said(str(i)) for i in range(2_500)])
    assert engine.log.lag().n_messages == 3
    receive(*[said(f"long-{i}", "长" * 90_000) for i in range(40)])
    assert engine.log.lag().n_messages == 5


def test_the_log_holds_no_readable_word(receive, said, engine):
    receive(said("1", "张三的电话是13812345678"))
    (message,) = engine.log.lease(max_items=10, lease_seconds=0)
    assert b"13812345678" not in message.body
    (item,) = decode_message(message.body, vault=engine.vault)
    assert b"13812345678" in item.payload


@pytest.mark.django_db(transaction=True)
def test_threads_that_send_the_same_items_at_once_get_the_same_ids(engine, said):
    intake = Intake(engine.log, engine.vault)
    items = [said(str(i)) for i in range(300)]
    answers: list[list[str]] = []

    def send() -> None:
        from django.db import connections

        receipts = intake.receive(items, source="shop", connector="test", connector_version="1")
        answers.append([one.id for one in receipts])
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4
    assert all(answer == answers[0] for answer in answers)
    assert FeedbackKey.objects.count() == 300
