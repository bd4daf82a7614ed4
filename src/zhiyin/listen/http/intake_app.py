"""`POST /v1/feedback`: answers once the items are on disk. The event loop never waits for a disk."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import close_old_connections
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from zhiyin import __version__
from zhiyin.errors import ZhiyinError
from zhiyin.listen.http.answers import Prepared, prepare_answer
from zhiyin.listen.http.bodies import MAX_BODY_BYTES, inflate, parse, too_large
from zhiyin.listen.http.credentials import authorise, secret_of
from zhiyin.listen.http.limits import RequestLimits
from zhiyin.listen.http.problems import (
    CONTENT_TYPE,
    ProblemError,
    language_of,
    to_problem,
)
from zhiyin.listen.http.requests import problem_response, read_body, request_id_of
from zhiyin.listen.services.idempotency import (
    Answer,
    Claim,
    PayloadDiffers,
    StillRunning,
    begin_request,
    finish_request,
    forget_request,
)
from zhiyin.listen.services.intake import Intake, Origin
from zhiyin.people.permissions import Permission

PATH = "/v1/feedback"
CONNECTOR = "api"
# One thread parses while another waits for the database and a third compresses; more only contend.
N_THREADS = 4
MAX_IDEMPOTENCY_KEY = 200

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """A request, read whole."""

    secret: str
    body: bytes
    encoding: str
    content_type: str
    idempotency_key: str | None
    language: str
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """The answer to give once `committed` is done."""

    answer: Answer
    committed: Future[list[int]] | None = None
    claim: Claim | None = None


class IntakeEdge:
    """Turns requests into calls of the intake door, in a small pool of threads."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._limits = RequestLimits()
        self._threads = ThreadPoolExecutor(N_THREADS, thread_name_prefix="intake")

    def close(self) -> None:
        """Finish what runs."""
        self._threads.shutdown(wait=True)

    async def post(self, request: Request) -> Response:
        """The route: an answer or a problem, never an exception."""
        request_id = request_id_of(request.headers.get("x-request-id"))
        language = language_of(request.headers.get("accept-language"))
        try:
            call = await _read(request, request_id=request_id, language=language)
            answer = await self._answer(call)
        except ProblemError as problem:
            return problem_response(problem, language=language, request_id=request_id)
        except ZhiyinError as error:
            return problem_response(to_problem(error), language=language, request_id=request_id)
        except ClientDisconnect:
            return Response(status_code=499)
        except Exception as error:  # noqa: BLE001 - the edge of the process
            _log.error("Request %s failed (%s).", request_id, type(error).__name__, exc_info=True)
            return problem_response(ProblemError("error"), language=language, request_id=request_id)
        return _json_response(answer, request_id=request_id)

    async def _answer(self, call: _Call) -> Answer:
        loop = asyncio.get_running_loop()
        outcome = await loop.run_in_executor(self._threads, self._begin, call)
        try:
            if outcome.committed is not None:
                await asyncio.wrap_future(outcome.committed)
        except BaseException:
            if outcome.claim is not None:
                await loop.run_in_executor(self._threads, forget_request, outcome.claim)
            raise
        if outcome.claim is not None:
            await loop.run_in_executor(self._threads, self._finish, outcome.claim, outcome.answer)
        return outcome.answer

    def _begin(self, call: _Call) -> _Outcome:
        close_old_connections()
        identity = authorise(call.secret, permission=Permission.FEEDBACK_WRITE)
        wait_seconds = self._limits.take(identity.key_id, limit_per_minute=identity.limit_per_minute)
        if wait_seconds:
            raise ProblemError("rate_limited", detail=str(wait_seconds), retry_seconds=wait_seconds)
        body = inflate(call.body, encoding=call.encoding)
        claim = _claim(call, body, caller_id=identity.key_id)
        if isinstance(claim, Answer):
            return _Outcome(answer=claim)
        try:
            prepared = self._submit(call, body, source=identity.source)
        except BaseException:
            if claim is not None:
                forget_request(claim)
            raise
        return _Outcome(answer=prepared.answer, committed=prepared.committed, claim=claim)

    def _submit(self, call: _Call, body: bytes, *, source: str) -> Prepared:
        parsed = parse(body, content_type=call.content_type)
        origin = Origin(source=source, connector=CONNECTOR, connector_version=__version__)
        submission = self._intake.submit(parsed.items, origin=origin)
        return prepare_answer(
            submission, is_single=parsed.is_single, language=call.language, request_id=call.request_id
        )

    @staticmethod
    def _finish(claim: Claim, answer: Answer) -> None:
        finish_request(claim, answer=answer)


def make_intake_app(intake: Intake) -> Starlette:
    """The Starlette application of the route."""
    edge = IntakeEdge(intake)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        edge.close()

    return Starlette(routes=[Route(PATH, edge.post, methods=["POST"])], lifespan=lifespan)


async def _read(request: Request, *, request_id: str, language: str) -> _Call:
    headers = request.headers
    secret = secret_of(headers.get("authorization"))
    key = headers.get("idempotency-key")
    if key is not None and not (0 < len(key) <= MAX_IDEMPOTENCY_KEY and key.isascii() and key.isprintable()):
        raise ProblemError("bad_idempotency_key")
    return _Call(
        secret=secret,
        body=await read_body(request, most_bytes=MAX_BODY_BYTES, otherwise=too_large()),
        encoding=headers.get("content-encoding", "").strip().lower(),
        content_type=headers.get("content-type", ""),
        idempotency_key=key,
        language=language,
        request_id=request_id,
    )


def _claim(call: _Call, body: bytes, *, caller_id: int) -> Claim | Answer | None:
    if call.idempotency_key is None:
        return None
    try:
        return begin_request(call.idempotency_key, caller_id=caller_id, payload=body, now=datetime.now(UTC))
    except PayloadDiffers:
        raise ProblemError("idempotency_mismatch") from None
    except StillRunning:
        raise ProblemError("idempotency_running", retry_seconds=1) from None


def _json_response(answer: Answer, *, request_id: str) -> Response:
    media_type = "application/json" if answer.status_code < 400 else CONTENT_TYPE
    return Response(
        answer.body,
        status_code=answer.status_code,
        headers={"X-Request-Id": request_id},
        media_type=media_type,
    )
