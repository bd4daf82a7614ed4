"""`/healthz`, `/readyz` and `/metrics`: for those who watch the process, not for people."""

from __future__ import annotations

import asyncio
import time

from django.db import DatabaseError, close_old_connections, connection
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from zhiyin.engine import Engine
from zhiyin.errors import ZhiyinError
from zhiyin.listen.counters import read_counts
from zhiyin.listen.http.credentials import authorise, secret_of
from zhiyin.listen.http.problems import ProblemError, describe, headers_of, language_of
from zhiyin.people.permissions import Permission

PATHS = frozenset({"/healthz", "/readyz", "/metrics"})
# A batch under constant load; older means that nobody processes.
_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def make_status_app(engine: Engine) -> Starlette:
    """The Starlette application of the three paths."""
    started = time.time()

    async def live(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def ready(_request: Request) -> Response:
        lacking = await asyncio.to_thread(_find_lacking, engine)
        return PlainTextResponse(f"{lacking or 'ok'}\n", status_code=503 if lacking else 200)

    async def metrics(request: Request) -> Response:
        try:
            secret = secret_of(request.headers.get("authorization"))
            await asyncio.to_thread(authorise, secret, permission=Permission.SUMMARY_READ)
            text = await asyncio.to_thread(_write_metrics, engine, started)
        except (ProblemError, ZhiyinError) as error:
            return _refuse(error, request)
        return Response(text, media_type=_METRICS_TYPE)

    return Starlette(routes=[Route("/healthz", live), Route("/readyz", ready), Route("/metrics", metrics)])


def _refuse(error: Exception, request: Request) -> Response:
    problem = error if isinstance(error, ProblemError) else ProblemError("unavailable", retry_seconds=2)
    told = describe(problem, language=language_of(request.headers.get("accept-language")), request_id="")
    return PlainTextResponse(f"{told.title} {told.detail}\n", told.status, headers_of(problem))


def _find_lacking(engine: Engine) -> str:
    """What does not answer; empty where all does."""
    try:
        close_old_connections()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        engine.log.lag()
    except DatabaseError:
        return "the operational database does not answer"
    except ZhiyinError as error:
        return str(error)
    return ""


def _write_metrics(engine: Engine, started: float) -> str:
    lag, counts = engine.log.lag(), read_counts()
    rate = counts.n_processed / counts.processing_seconds if counts.processing_seconds else 0.0
    lines = [
        *_metric("intake_log_messages", "gauge", "Messages not yet processed.", lag.n_messages),
        *_metric("intake_log_items", "gauge", "Items not yet processed.", lag.n_items),
        *_metric("intake_log_oldest_seconds", "gauge", "Age of the oldest of them.", lag.oldest_seconds),
        *_metric("items_accepted_total", "counter", "Items accepted by this process.", counts.n_accepted),
        *_metric("items_unchanged_total", "counter", "Items that were stored before.", counts.n_unchanged),
        *_metric("items_rejected_total", "counter", "Items with a fault.", counts.n_rejected),
        *_metric("items_processed_total", "counter", "Items processed by this process.", counts.n_processed),
        *_metric("pipeline_items_per_second", "gauge", "Mean rate while processing.", round(rate, 1)),
        *_metric("process_start_time_seconds", "gauge", "Start of this process.", round(started, 1)),
    ]
    return "\n".join(lines) + "\n"


def _metric(name: str, kind: str, words: str, value: float) -> list[str]:
    full = f"zhiyin_{name}"
    return [f"# HELP {full} {words}", f"# TYPE {full} {kind}", f"{full} {value}"]
