"""An id for every request, in its answer and in every line of the log."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponseBase

HEADER = "X-Request-ID"
_USABLE = re.compile(r"[A-Za-z0-9_-]{8,64}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """The id of the request being answered; empty outside of one."""
    return _current.get()


class RequestIdMiddleware:
    """Takes the id that a proxy gave, if it is harmless, or makes one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer under an id."""
        given = request.headers.get(HEADER, "")
        token = _current.set(given if _USABLE.fullmatch(given) else uuid.uuid4().hex)
        try:
            response = self._get_response(request)
            response[HEADER] = _current.get()
            return response
        finally:
            _current.reset(token)
