from __future__ import annotations

import pytest

from zhiyin.errors import Unavailable
from zhiyin.listen.models import SetAsideItem
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.deaths import DeathRecord
from zhiyin.listen.pipeline.pipeline import MAX_DEATHS, SUSPICIOUS_DEATHS, Pipeline

pytestmark = pytest.mark.django_db


def test_an_analyser_that_fails_is_no_death(receive, said, engine, analyser):
    def failing(batch):
        raise Unavailable("No memory.")

    receive(said("1"))
    with pytest.raises(Unavailable):
        Pipeline(engine, Analysis(lambda: failing)).drain()
    assert DeathRecord(engine.home.path).read() == (0, 0)


def test_deaths_are_counted_for_one_message(tmp_path):
    for n_deaths in (1, 2, 3):
        DeathRecord(tmp_path).begin(7)  # and then the process is gone
        assert DeathRecord(tmp_path).read() == (7, n_deaths)
    DeathRecord(tmp_path).begin(8)
    assert DeathRecord(tmp_path).read() == (8, 1)


def test_after_some_deaths_messages_are_taken_one_by_one(receive, said, engine, pipeline, query):
    receive(said("1"))
    receive(said("2"))
    for _ in range(SUSPICIOUS_DEATHS):
        DeathRecord(engine.home.path).begin(1)
    assert pipeline.process_batch().n_items == 1
    assert pipeline.process_batch().n_items == 1
    assert query("SELECT count(*) FROM feedback") == [(2,)]


def test_a_message_that_always_ends_the_process_is_set_aside(receive, said, engine, analyser, query):
    receive(said("1"), said("2"))
    receive(said("3"))
    for _ in range(MAX_DEATHS):
        DeathRecord(engine.home.path).begin(1)
    Pipeline(engine, Analysis(lambda: analyser.analyse_batch)).drain()
    assert query("SELECT count(*) FROM feedback") == [(1,)]
    assert SetAsideItem.objects.get().n_items == 2
    assert DeathRecord(engine.home.path).read() == (0, 0)
