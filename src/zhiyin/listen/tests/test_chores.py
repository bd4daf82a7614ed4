"""Chores: run again and again beside the pipeline, told to stop, never the end of the worker."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from zhiyin.engine import Engine
from zhiyin.errors import Unavailable
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.pipeline.worker import Chore, Worker

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def _working(engine: Engine, pipeline: Pipeline, chore: Chore) -> Iterator[None]:
    worker = Worker(engine, pipeline, chores=[chore])
    worker.start()
    try:
        yield
    finally:
        worker.stop()


def test_a_chore_is_done_again_and_again(engine: Engine, pipeline: Pipeline) -> None:
    n_runs, ran_thrice = 0, threading.Event()

    def run(_: Callable[[], bool]) -> None:
        nonlocal n_runs
        n_runs += 1
        if n_runs == 3:
            ran_thrice.set()

    with _working(engine, pipeline, Chore(name="count", every_seconds=0.01, run=run)):
        assert ran_thrice.wait(5)


def test_a_chore_that_fails_is_told_of_and_tried_again(
    engine: Engine, pipeline: Pipeline, caplog: pytest.LogCaptureFixture
) -> None:
    n_runs, recovered = 0, threading.Event()

    def run(_: Callable[[], bool]) -> None:
        nonlocal n_runs
        n_runs += 1
        if n_runs == 1:
            raise Unavailable("The lake is away.")
        recovered.set()

    with _working(engine, pipeline, Chore(name="fragile", every_seconds=0.01, run=run)):
        assert recovered.wait(5)
    assert "'fragile' failed" in caplog.text
    assert "The lake is away." in caplog.text


def test_a_long_chore_learns_that_it_should_stop(engine: Engine, pipeline: Pipeline) -> None:
    began, ended = threading.Event(), threading.Event()

    def run(is_stopping: Callable[[], bool]) -> None:
        began.set()
        while not is_stopping():
            threading.Event().wait(0.01)
        ended.set()

    with _working(engine, pipeline, Chore(name="long", every_seconds=60, run=run)):
        assert began.wait(5)
    assert ended.is_set()
