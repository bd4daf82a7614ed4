"""Puts the rooms together: the doors over a home, and the processes that serve it."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import threading
from functools import partial

from zhiyin.config.asgi import make_application
from zhiyin.customers.events.background import make_events_chore
from zhiyin.customers.linking.background import make_mapping_chore
from zhiyin.customers.profile.index.background import make_facts_chore
from zhiyin.customers.rights.erasing import make_erasure_chore
from zhiyin.customers.rights.retention import make_retention_chore
from zhiyin.customers.rollup.chore import make_rollup_chore
from zhiyin.customers.silence.background import make_silence_chore
from zhiyin.engine import Engine, close_engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.engine.protocols import BatchRunner
from zhiyin.insight.alerts.background import make_alerts_chore, make_arrivals_chore
from zhiyin.insight.delivery.sender import make_sender_chore
from zhiyin.insight.reports.ticking import make_reports_chore
from zhiyin.insight.search.index.background import make_index_chore
from zhiyin.insight.topics.job import make_subjects_chore
from zhiyin.knowledge.background import make_articles_chore
from zhiyin.listen.pipeline.chosen import open_analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.pipeline.rebuild import OnProgress, rebuild
from zhiyin.listen.pipeline.worker import UPKEEP_SECONDS, Chore, Worker
from zhiyin.listen.services.intake import Intake
from zhiyin.listen.services.jobs.runner import make_jobs_chore
from zhiyin.portal.background import make_case_ratings_chore
from zhiyin.respond.background import make_case_events_chore
from zhiyin.respond.callbacks.missing import make_call_backs_chore
from zhiyin.respond.clocks.watching import make_clocks_chore
from zhiyin.respond.effort.counting import make_effort_chore
from zhiyin.respond.flow.background import make_flow_chore
from zhiyin.respond.ladders.climbing import make_ladders_chore
from zhiyin.respond.notices.mailing import make_notices_chore
from zhiyin.respond.outbox.carrying import make_answers_chore
from zhiyin.respond.policies.ledger import make_policies_chore
from zhiyin.respond.quality.background import make_quality_chore
from zhiyin.respond.signals.opening import make_signals_chore
from zhiyin.respond.solved.asking import make_solved_chore
from zhiyin.respond.visits.feeding import make_visits_feed_chore
from zhiyin.respond.visits.missing import make_visits_chore


def open_intake(home: Home) -> Intake:
    """The intake door of the home."""
    engine = open_engine(home)
    return Intake(engine.log, engine.vault)


def open_pipeline(home: Home, *, n_workers: int | None = None) -> Pipeline:
    """The pipeline of the home; big batches are analysed in `n_workers` processes (one a core; 1: here)."""
    n_processes = n_workers or os.cpu_count() or 1
    open_runner = partial(_open_runner, n_processes) if n_processes > 1 else None
    return Pipeline(open_engine(home), open_analysis(open_runner=open_runner))


def rebuild_lake(home: Home, *, on_progress: OnProgress) -> int:
    """Make all facts of the home again from its raw items; returns how many there are."""
    pipeline = open_pipeline(home)
    try:
        return rebuild(open_engine(home), pipeline, on_progress=on_progress)
    finally:
        pipeline.close()


def run_up(home: Home, *, host: str, port: int, upkeep_seconds: float = UPKEEP_SECONDS) -> None:
    """Everything in one process, until SIGTERM or SIGINT."""
    worker = _open_worker(home, upkeep_seconds=upkeep_seconds)
    worker.start()
    try:
        asyncio.run(_serve(host, port))
    finally:
        worker.stop()
        close_engine()


def run_web(home: Home, *, host: str, port: int) -> None:
    """Pages and API alone, until SIGTERM or SIGINT."""
    open_engine(home)
    try:
        asyncio.run(_serve(host, port))
    finally:
        close_engine()


def run_worker(home: Home) -> None:
    """Pipeline, upkeep and chores alone, until SIGTERM or SIGINT."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    worker = _open_worker(home)
    worker.start()
    try:
        ended.wait()
    finally:
        worker.stop()
        close_engine()


def list_chores(engine: Engine) -> list[Chore]:
    """What the rooms want done in the background of a server."""
    return [
        make_jobs_chore(engine.home),
        make_mapping_chore(engine),
        make_events_chore(engine),
        make_case_events_chore(engine),
        make_clocks_chore(),
        make_effort_chore(),
        make_ladders_chore(),
        make_notices_chore(),
        make_policies_chore(engine),
        make_flow_chore(),
        make_signals_chore(),
        make_answers_chore(),
        make_call_backs_chore(),
        make_solved_chore(),
        make_quality_chore(engine),
        make_visits_chore(),
        make_visits_feed_chore(engine),
        make_case_ratings_chore(engine),
        make_sender_chore(),
        make_alerts_chore(engine),
        make_arrivals_chore(engine),
        make_reports_chore(),
        make_subjects_chore(engine),
        make_index_chore(engine),
        make_silence_chore(engine),
        make_articles_chore(),
        make_rollup_chore(engine),
        make_facts_chore(engine),
        make_retention_chore(),
        make_erasure_chore(engine, open_pipeline=partial(open_pipeline, engine.home, n_workers=1)),
    ]


def _open_worker(home: Home, *, upkeep_seconds: float = UPKEEP_SECONDS) -> Worker:
    engine = open_engine(home)
    return Worker(engine, open_pipeline(home), upkeep_seconds=upkeep_seconds, chores=list_chores(engine))


def _spare_collector() -> None:
    """What is loaded now stays; looking through it again and again took a fifth of the intake's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


async def _serve(host: str, port: int) -> None:
    # Granian's own launcher would put the application into a second process.
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server.embed import Server

    application = make_application()
    _spare_collector()
    server = Server(
        application,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        websockets=False,
        backlog=1024,
        log_level=LogLevels.error,
    )

    def stop() -> None:
        application.end_streams()
        server.stop()  # type: ignore[no-untyped-call]

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    await server.serve()


def _open_runner(n_processes: int) -> BatchRunner:
    from zhiyin.engine.runner import make_runner

    return make_runner(n_processes)
