"""`POST /v1/track` and its like, `POST /v1/batch`: answers once the events are on disk."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from django.db import close_old_connections
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from zhiyin.customers.events.checking import Sender, check_calls
from zhiyin.customers.events.items import EVENT_TYPES, Event
from zhiyin.customers.events.messages import encode_events
from zhiyin.customers.events.reading import MAX_BATCH_BYTES, Calls, read_calls, too_large
from zhiyin.engine import Engine
from zhiyin.errors import ZhiyinError
from zhiyin.listen.faults import Fault
from zhiyin.listen.http.credentials import authorise, secret_of
from zhiyin.listen.http.limits import RequestLimits
from zhiyin.listen.http.problems import InvalidParam, ProblemError, language_of, to_problem
from zhiyin.listen.http.requests import problem_response, read_body, request_id_of
from zhiyin.people.permissions import Permission
from zhiyin.people.queries.key_ring import KeyIdentity

PATHS = frozenset(f"/v1/{kind}" for kind in (*EVENT_TYPES, "batch"))
_N_THREADS = 2
_DAY_SECONDS = 86_400
_log = logging.getLogger(__name__)


class EventsAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What clients of the field expect; `errors` names each call of the batch that was not taken."""

    success: bool
    errors: list[InvalidParam] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """A request, read whole; `kind` is the last part of its path."""

    kind: str
    authorization: str | None
    body: bytes
    encoding: str
    content_type: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """The answer to give once `committed` is done."""

    body: bytes
    committed: Future[list[int]]


class EventsEdge:
    """Turns requests into messages of the events' log, in a small pool of threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._limits = RequestLimits()
        self._threads = ThreadPoolExecutor(_N_THREADS, thread_name_prefix="events")

    def close(self) -> None:
        """Finish what runs."""
        self._threads.shutdown(wait=True)

    async def post(self, request: Request) -> Response:
        """The route: an answer or a problem, never an exception."""
        request_id = request_id_of(request.headers.get("x-request-id"))
        language = language_of(request.headers.get("accept-language"))
        try:
            call = await _read(request, language=language)
            loop = asyncio.get_running_loop()
            outcome = await loop.run_in_executor(self._threads, self._begin, call)
            await asyncio.wrap_future(outcome.committed)
        except ProblemError as problem:
            return problem_response(problem, language=language, request_id=request_id)
        except ZhiyinError as error:
            return problem_response(to_problem(error), language=language, request_id=request_id)
        except ClientDisconnect:
            return Response(status_code=499)
        except Exception as error:  # noqa: BLE001 - the edge of the process
            _log.error("Request %s failed (%s).", request_id, type(error).__name__, exc_info=True)
            return problem_response(ProblemError("error"), language=language, request_id=request_id)
        return Response(outcome.body, headers={"X-Request-Id": request_id}, media_type="application/json")

    def _begin(self, call: _Call) -> _Outcome:
        close_old_connections()
        now = datetime.now(UTC)
        if call.authorization:
            identity = self._admit(secret_of(call.authorization))
            calls = _read_calls(call)
        else:
            # A page that is being left can send no header: the key stands in the body then.
            calls = _read_strangers_calls(call)
            identity = self._admit(secret_of(f"Bearer {calls.write_key or ''}"))
        sender = Sender(
            source=identity.source, allowed_units=identity.scope.unit_ids, sent_at=calls.sent_at, now=now
        )
        checked = check_calls(calls.calls, sender=sender, vault=self._engine.vault)
        good = [one for one in checked if isinstance(one, Event)]
        errors = _explain(checked, language=call.language)
        if not good:
            raise ProblemError("invalid_items", invalid_params=errors)
        committed = self._engine.events.submit([encode_events(good, vault=self._engine.vault)])
        body = msgspec.json.encode(EventsAnswer(success=True, errors=errors))
        return _Outcome(body=body, committed=committed)

    def _admit(self, secret: str) -> KeyIdentity:
        identity = authorise(secret, permission=Permission.FEEDBACK_WRITE)
        wait_seconds = self._limits.take(identity.key_id, limit_per_minute=identity.limit_per_minute)
        if wait_seconds:
            raise ProblemError("rate_limited", detail=str(wait_seconds), retry_seconds=wait_seconds)
        return identity


def make_events_app(engine: Engine, *, origins: Sequence[str]) -> Starlette:
    """The Starlette application of the routes; pages of `origins` may call it from browsers."""
    edge = EventsEdge(engine)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        edge.close()

    across = Middleware(
        CORSMiddleware,
        allow_origins=list(origins),
        allow_methods=["POST"],
        allow_headers=["Authorization", "Content-Type", "Content-Encoding"],
        max_age=_DAY_SECONDS,
    )
    routes = [Route(path, edge.post, methods=["POST"]) for path in sorted(PATHS)]
    return Starlette(routes=routes, lifespan=lifespan, middleware=[across] if origins else [])


async def _read(request: Request, *, language: str) -> _Call:
    headers = request.headers
    return _Call(
        kind=request.url.path.rpartition("/")[2],
        authorization=headers.get("authorization"),
        body=await read_body(request, most_bytes=MAX_BATCH_BYTES, otherwise=too_large()),
        encoding=headers.get("content-encoding", "").strip().lower(),
        content_type=headers.get("content-type", ""),
        language=language,
    )


def _read_calls(call: _Call) -> Calls:
    return read_calls(call.body, kind=call.kind, content_type=call.content_type, encoding=call.encoding)


def _read_strangers_calls(call: _Call) -> Calls:
    """Who brings no key is told nothing of what is wrong with the rest."""
    try:
        return _read_calls(call)
    except ProblemError:
        raise ProblemError("unauthorized") from None


def _explain(checked: Sequence[Event | Fault], *, language: str) -> list[InvalidParam]:
    return [
        InvalidParam(row=row, field=one.field, reason=one.reason(language), code=one.code)
        for row, one in enumerate(checked)
        if isinstance(one, Fault)
    ]
