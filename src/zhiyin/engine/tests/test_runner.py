"""Batch runners: order, look-ahead, errors, and workers that die."""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from pathlib import Path

import pyarrow as pa
import pytest

from zhiyin.engine.runner import InProcessRunner, ProcessPoolRunner, make_runner
from zhiyin.errors import InvalidInput, Unavailable


@pytest.fixture(scope="module")
def functions():
    # Importable by name in spawned workers, which take over this process's sys.path.
    folder = str(Path(__file__).parent)
    sys.path.insert(0, folder)
    yield importlib.import_module("runner_functions")
    sys.path.remove(folder)


@pytest.fixture(scope="module")
def pool():
    runner = ProcessPoolRunner(2)
    yield runner
    runner.close()


def batches(n):
    return (pa.record_batch([[number]], names=["n"]) for number in range(n))


def numbers(results):
    return [batch["n"][0].as_py() for batch in results]


def test_results_come_in_the_order_of_the_input(pool, functions):
    assert numbers(pool.map(functions.make_uneven, batches(20))) == list(range(20))


def test_both_runners_give_the_same(pool, functions):
    alone = numbers(InProcessRunner().map(functions.make_double, batches(9)))
    assert alone == numbers(pool.map(functions.make_double, batches(9))) == [2 * n for n in range(9)]


def test_no_batches_give_no_results(pool, functions):
    assert list(pool.map(functions.make_double, [])) == []


def test_the_function_is_made_once_a_worker_and_kept_for_the_next_call(pool, functions):
    results = [*pool.map(functions.make_named, batches(6)), *pool.map(functions.make_named, batches(6))]
    pids = {batch["pid"][0].as_py() for batch in results}
    assert {batch["n_made"][0].as_py() for batch in results} == {1}
    assert len(pids) <= 2
    assert os.getpid() not in pids


def test_only_a_few_batches_are_read_ahead(pool, functions):
    taken = []

    def source():
        for batch in batches(100):
            taken.append(1)
            yield batch

    results = pool.map(functions.make_double, source())
    next(results)
    assert len(taken) == 4
    results.close()


def test_a_worker_that_dies_is_told_and_the_next_call_works(functions):
    runner = ProcessPoolRunner(2)
    started = time.monotonic()
    with pytest.raises(Unavailable, match="worker process died"):
        list(runner.map(functions.make_deadly, batches(20)))
    assert time.monotonic() - started < 30
    assert numbers(runner.map(functions.make_double, batches(3))) == [0, 2, 4]
    runner.close()


def test_an_error_of_the_function_arrives_whole(pool, functions):
    with pytest.raises(InvalidInput, match="unusable") as refusal:
        list(pool.map(functions.make_refusing, batches(2)))
    assert (refusal.value.row, refusal.value.field) == (7, "text")


def test_a_function_that_cannot_be_made_says_why(pool, functions):
    with pytest.raises(FileNotFoundError, match="model is not there"):
        list(pool.map(functions.make_impossible, batches(1)))


def test_one_worker_needs_no_process():
    assert isinstance(make_runner(1), InProcessRunner)
    runner = make_runner(2)
    assert isinstance(runner, ProcessPoolRunner)
    runner.close()
    with pytest.raises(InvalidInput):
        ProcessPoolRunner(0)
