"""The intake log at its door: dedupe, order, leases, acknowledgement, faults."""

from __future__ import annotations

import os
import sqlite3
import threading
from concurrent.futures import Future

import pytest

from zhiyin.engine.log import SqliteIntakeLog
from zhiyin.engine.protocols import Lag
from zhiyin.errors import InvalidInput, Unavailable


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def log(tmp_path, clock):
    log = SqliteIntakeLog(tmp_path / "intake.sqlite3", clock=clock)
    yield log
    log.close()


def test_sequences_grow_by_one_and_a_repeated_id_answers_with_its_old_number(log, new_message):
    assert log.append([new_message(7), new_message(8)]) == [1, 2]
    assert log.append([new_message(8), new_message(9), new_message(9)]) == [2, 3, 3]
    assert log.lag() == Lag(n_messages=3, n_items=3, oldest_seconds=0.0)


def test_an_id_is_remembered_after_its_body_is_dropped(log, new_message):
    sequences = log.append([new_message(1)])
    log.lease(max_items=10, lease_seconds=60)
    log.acknowledge(sequences)
    assert log.append([new_message(1)]) == sequences
    assert log.lease(max_items=10, lease_seconds=60) == []


def test_messages_come_in_order_and_about_as_many_items_as_asked_for(log, new_message):
    log.append([new_message(number, n_items=400) for number in range(5)])
    first = log.lease(max_items=1000, lease_seconds=60)
    second = log.lease(max_items=100, lease_seconds=60)
    assert [message.sequence for message in first] == [1, 2]
    assert [message.sequence for message in second] == [3], "one message at least"
    assert first[0].body == b"body 0"
    assert first[0].n_deliveries == 1


def test_a_lease_that_runs_out_makes_its_messages_available_again(log, new_message, clock):
    log.append([new_message(1)])
    assert len(log.lease(max_items=10, lease_seconds=30)) == 1
    clock.now += 29
    assert log.lease(max_items=10, lease_seconds=30) == []
    clock.now += 2
    (again,) = log.lease(max_items=10, lease_seconds=30)
    assert again.n_deliveries == 2


def test_what_is_acknowledged_never_comes_again(log, new_message, clock):
    log.append([new_message(number) for number in range(3)])
    log.lease(max_items=10, lease_seconds=30)
    log.acknowledge([1, 3, 99])
    clock.now += 31
    assert [message.sequence for message in log.lease(max_items=10, lease_seconds=30)] == [2]


def test_bodies_of_acknowledged_messages_leave_the_file_in_bounded_steps(log, new_message, tmp_path):
    sequences = log.append([new_message(number) for number in range(300)])
    log.lease(max_items=1000, lease_seconds=30)
    log.acknowledge(sequences[:200])
    with sqlite3.connect(tmp_path / "intake.sqlite3") as other:
        assert other.execute("SELECT count(*) FROM body").fetchone() == (100,)
        assert other.execute("SELECT count(*) FROM message").fetchone() == (300,)
    other.close()


def test_lag_tells_messages_items_and_age(log, new_message, clock):
    log.append([new_message(1, n_items=10)])
    clock.now += 5
    log.append([new_message(2, n_items=20)])
    clock.now += 5
    assert log.lag() == Lag(n_messages=2, n_items=30, oldest_seconds=10.0)


def test_what_was_submitted_is_there_after_close_and_open(tmp_path, new_message):
    path = tmp_path / "intake.sqlite3"
    log = SqliteIntakeLog(path)
    future = log.submit([new_message(1)])
    log.close()
    assert future.result(timeout=0) == [1]
    again = SqliteIntakeLog(path)
    assert again.lag().n_messages == 1
    again.close()


def test_many_threads_share_commits_and_every_one_gets_its_own_numbers(log, new_message):
    futures: list[Future[list[int]]] = []
    guard = threading.Lock()

    def send(start: int) -> None:
        for number in range(start, start + 50):
            future = log.submit([new_message(number)])
            with guard:
                futures.append(future)

    threads = [threading.Thread(target=send, args=(start,)) for start in (0, 1000, 2000, 3000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(future.result(timeout=30)[0] for future in futures) == list(range(1, 201))


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("message_id", {"message_id": b""}),
        ("message_id", {"message_id": b"x" * 65}),
        ("n_items", {"n_items": 0}),
    ],
)
def test_an_impossible_message_is_refused_with_its_field(log, new_message, field, changes):
    good = new_message(1)
    values = {"message_id": good.message_id, "body": good.body, "n_items": 1} | changes
    with pytest.raises(InvalidInput) as refusal:
        log.append([type(good)(**values)])
    assert refusal.value.field == field


def test_a_closed_log_says_so(log, new_message):
    log.close()
    log.close()
    with pytest.raises(Unavailable, match="closed"):
        log.append([new_message(1)])
    with pytest.raises(Unavailable, match="closed"):
        log.lag()


def test_a_file_that_is_no_log_is_refused_with_what_to_do(tmp_path):
    path = tmp_path / "intake.sqlite3"
    path.write_bytes(b"this is not a database at all, only some text\n" * 50)
    with pytest.raises(Unavailable, match="not an intake log") as refusal:
        SqliteIntakeLog(path)
    assert "restore" in refusal.value.next_step
    assert not refusal.value.is_retryable


def test_a_damaged_file_is_told_and_not_written_to(tmp_path, new_message):
    path = tmp_path / "intake.sqlite3"
    log = SqliteIntakeLog(path)
    log.append([new_message(number, body=os.urandom(5000)) for number in range(200)])
    log.close()
    with path.open("r+b") as file:
        for page in range(1, 20):
            file.seek(page * 16_384)
            file.write(os.urandom(16_384))
    with pytest.raises(Unavailable, match="damaged"):
        _use(path, new_message)


def _use(path, new_message):
    log = SqliteIntakeLog(path)
    try:
        log.append([new_message(1000)])
        log.lease(max_items=10_000, lease_seconds=1)
    finally:
        log.close()


def test_a_full_disk_fails_the_append_keeps_what_was_there_and_recovers(tmp_path, new_message):
    path = tmp_path / "intake.sqlite3"
    log = SqliteIntakeLog(path)
    log.append([new_message(1)])
    connection = log._writer._connection
    connection.execute("PRAGMA max_page_count = 20")
    with pytest.raises(Unavailable, match="disk is full") as refusal:
        log.append([new_message(2, body=bytes(1_000_000))])
    assert refusal.value.is_retryable
    connection.execute("PRAGMA max_page_count = 1000000")
    assert log.append([new_message(2)]) == [2]
    assert log.lag().n_messages == 2
    log.close()


def test_a_file_that_may_not_be_written_is_told(log, new_message):
    log._writer._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(Unavailable, match="read-only") as refusal:
        log.append([new_message(1)])
    assert "write access" in refusal.value.next_step


def test_a_path_below_a_file_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(Unavailable, match="cannot be opened"):
        SqliteIntakeLog(tmp_path / "file" / "intake.sqlite3")


def test_only_the_owner_can_read_the_file(log, tmp_path):
    assert (tmp_path / "intake.sqlite3").stat().st_mode & 0o077 == 0
