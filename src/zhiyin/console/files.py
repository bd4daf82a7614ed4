"""Serves our style sheets, scripts and pictures."""

from __future__ import annotations

from http import HTTPStatus
from typing import Protocol

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]


class _File(Protocol):
    """What WhiteNoise knows of a file: it answers by method and headers, ranges and 304 included."""

    def get_response(self, method: str | None, request_headers: dict[str, str]) -> _Answer: ...


class _Readable(Protocol):
    def read(self) -> bytes: ...

    def close(self) -> None: ...


class _Answer(Protocol):
    status: HTTPStatus
    headers: list[tuple[str, str]]
    file: _Readable | None


class FilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise, answering with whole files: ours are small, and under ASGI Django would read a stream
    to its end anyhow and complain about it.
    """

    @staticmethod
    def serve(static_file: _File, request: HttpRequest) -> HttpResponse:
        """The file, or the part that was asked for."""
        answer = static_file.get_response(request.method, request.META)
        body = b""
        if answer.file is not None:
            body = answer.file.read()
            answer.file.close()
        response = HttpResponse(body, status=int(answer.status))
        del response["Content-Type"]
        for name, value in answer.headers:
            response[name] = value
        return response
