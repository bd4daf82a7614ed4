"""What the doors beside Django share: a request's body and id, and the answer to what failed."""

from __future__ import annotations

import msgspec
import uuid_utils
from starlette.requests import Request
from starlette.responses import Response

from zhiyin.listen.http.problems import CONTENT_TYPE, ProblemError, describe, headers_of


async def read_body(request: Request, *, most_bytes: int, otherwise: ProblemError) -> bytes:
    """The whole body.

    Raises:
        ProblemError: `otherwise`, where it says to be, or is, more than `most_bytes`.
    """
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > most_bytes:
        raise otherwise
    parts: list[bytes] = []
    n_bytes = 0
    async for part in request.stream():
        n_bytes += len(part)
        if n_bytes > most_bytes:
            raise otherwise
        parts.append(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def request_id_of(given: str | None) -> str:
    """The caller's, if it is harmless to write into a log; else a new one."""
    if given and len(given) <= 100 and given.isascii() and given.isprintable():
        return given
    return uuid_utils.uuid7().hex


def problem_response(problem: ProblemError, *, language: str, request_id: str) -> Response:
    """The answer to what failed."""
    told = describe(problem, language=language, request_id=request_id)
    headers = {"X-Request-Id": request_id, "Content-Language": language, **headers_of(problem)}
    return Response(
        msgspec.json.encode(told), status_code=told.status, headers=headers, media_type=CONTENT_TYPE
    )
