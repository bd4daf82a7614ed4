"""The job of re-tagging: what arrives keeps its version meanwhile, cancelling, killing, going on."""

from __future__ import annotations

import pytest

from zhiyin.engine.lake import take_over
from zhiyin.listen.models import BackgroundJob
from zhiyin.listen.pipeline import retagging
from zhiyin.listen.pipeline.chosen import open_analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.services import jobs
from zhiyin.listen.services.jobs.runner import JobRunner, hold_job
from zhiyin.listen.services.retagging import (
    KIND,
    RETAGGING_KIND,
    count_other_versions,
    find_retagging,
    retag_here,
    submit_retagging,
)
from zhiyin.listen.services.taxonomy import choose_taxonomy
from zhiyin.people.models import AuditEvent

pytestmark = pytest.mark.django_db(transaction=True)

LABELS = "SELECT split_part(taxonomy, '@', 1), count(*) FROM feedback GROUP BY ALL ORDER BY ALL"


@pytest.fixture
def at_home(engine, settings):
    settings.HOME = engine.home


@pytest.fixture
def server(engine, at_home):
    """A pipeline as a server has it, which follows the chosen taxonomy."""
    return Pipeline(engine, open_analysis())


@pytest.fixture
def arrive(receive, said, server):
    def some(*names: str) -> None:
        receive(*[said(name, "菜好吃但是上菜慢") for name in names])
        server.drain()

    return some


def test_arriving_voices_follow_when_all_stored_ones_do(arrive, query, engine, server, receive, said):
    arrive("1", "2")
    choose_taxonomy("restaurant")
    job = submit_retagging()
    arrive("3")
    assert query(LABELS) == [("general", 3)], "no figure mixes two versions"
    assert Pipeline(engine, open_analysis()).drain() == 0
    receive(said("4"))
    Pipeline(engine, open_analysis()).drain()  # a server started anew
    assert query(LABELS) == [("general", 4)]
    state = find_retagging()
    assert (state.job_id, state.shown, state.wanted) == (job.pk, "general@1", "restaurant@1")
    RETAGGING_KIND.run(job.pk, engine.home)
    assert query(LABELS) == [("restaurant", 4)]
    arrive("5")
    assert query(LABELS) == [("restaurant", 5)]
    assert find_retagging() is None
    assert count_other_versions(engine) == 0
    view = jobs.get_job(KIND, job.pk)
    assert (view.status, view.share, [one.n for one in view.figures]) == ("done", 1.0, [4])
    assert [
        *AuditEvent.objects.filter(action__startswith="retagging")
        .order_by("pk")
        .values_list("action", flat=True)
    ] == [
        "retagging.started",
        "retagging.done",
    ]


def test_a_cancelled_one_leaves_the_facts_and_lets_arriving_voices_go(arrive, query, engine):
    arrive("1", "2")
    choose_taxonomy("restaurant")
    job = submit_retagging()
    jobs.cancel_job(KIND, job.pk)
    RETAGGING_KIND.run(job.pk, engine.home)
    arrive("3")
    assert query(LABELS) == [("general", 2), ("restaurant", 1)]
    assert count_other_versions(engine) == 2


def test_a_second_wish_is_the_same_job_and_follows_the_latest_choice(arrive, query, engine):
    arrive("1")
    choose_taxonomy("restaurant")
    job = submit_retagging()
    choose_taxonomy("retail")
    assert submit_retagging().pk == job.pk
    RETAGGING_KIND.run(job.pk, engine.home)
    assert [name for name, _ in query(LABELS)] == ["retail"]


def test_the_command_does_it_here_unless_a_worker_does(arrive, query, engine):
    arrive("1")
    choose_taxonomy("restaurant")
    seen = []
    assert retag_here(home=engine.home, on_progress=lambda *at: seen.append(at)) == 1
    assert seen[-1] == (1, 1)
    assert query(LABELS) == [("restaurant", 1)]
    job = submit_retagging()
    with hold_job(engine.home, kind=KIND, job_id=job.pk), pytest.raises(Exception, match="already"):
        retag_here(home=engine.home, on_progress=lambda *at: None)


def test_interrupted_by_ctrl_c_it_stays_open_and_goes_on(arrive, query, engine):
    arrive("1", "2")
    choose_taxonomy("restaurant")

    def interrupt(done, _total):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        retag_here(home=engine.home, on_progress=interrupt)
    assert BackgroundJob.objects.get().status == "interrupted"
    assert query(LABELS) == [("general", 2)]
    assert retag_here(home=engine.home, on_progress=lambda *at: None) == 2
    assert BackgroundJob.objects.get().status == "done"
    assert query(LABELS) == [("restaurant", 2)]


class Killed(BaseException):
    """The process is gone; nothing catches it."""


def _die(*_args, **_values):
    raise Killed


@pytest.fixture
def kill_at(monkeypatch):
    commit, finish = take_over._commit, take_over._finish

    def commit_one(table, files, *, number):
        commit(table, files, number=number) if table.name != "opinions" else _die()

    spots = {
        "before the switch": (retagging._Run, "_switch", _die),
        "between the tables": (take_over, "_commit", commit_one),
        "after the switch": (take_over, "_finish", lambda *args: _die(finish(*args))),
    }
    return lambda spot: monkeypatch.setattr(*spots[spot])


@pytest.mark.parametrize("spot", ["before the switch", "between the tables", "after the switch"])
def test_killed_anywhere_it_mixes_nothing_and_goes_on(arrive, query, engine, spot, kill_at, monkeypatch):
    arrive("1", "2", "3")
    choose_taxonomy("restaurant")
    job = submit_retagging()
    kill_at(spot)
    with pytest.raises(Killed):
        RETAGGING_KIND.run(job.pk, engine.home)
    monkeypatch.undo()
    assert len(query(LABELS)) == 1
    mixed = (
        "SELECT count(*) FROM opinions JOIN feedback USING (feedback_id, revision)"
        " WHERE opinions.taxonomy <> feedback.taxonomy"
    )
    assert query(mixed) == [(0,)]
    RETAGGING_KIND.run(job.pk, engine.home)
    assert query(LABELS) == [("restaurant", 3)]
    arrive("4")
    assert query(LABELS) == [("restaurant", 4)]
    assert query(mixed) == [(0,)]
    n_different = query("SELECT count(*) FROM (SELECT DISTINCT * FROM opinions)")
    assert n_different == query("SELECT count(*) FROM opinions")
    assert not (engine.home.lake / ".retagging").exists()


def test_a_worker_runs_it_in_a_process_of_its_own(arrive, engine):
    arrive("1")
    job = submit_retagging()
    seen = []

    class Watched(JobRunner):
        def _wait_for_child(self, kind, job_id, **more):
            seen.append((kind, job_id))
            return 0

    Watched(engine.home).run_waiting(lambda: False)
    assert seen == [(KIND, job.pk)]
