"""Refuses request bodies that are too large before anything of them is written to disk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

UPLOAD_PATH = "/import/"
# Customers' forms with five photos and a recording of 20 MB each, and room for one too large to be told so.
FILE_PATHS = ("/speak/", "/track/")
MAX_FILES_BYTES = 160 * 1024 * 1024
# Forms hold words; the largest is a sheet of org units.
MAX_FORM_BYTES = 20 * 1024 * 1024
# What a form adds around its file.
_SLACK_BYTES = 1024 * 1024
_WORDS = """文件或表单太大，没有收下。请分成几份再发。
This is too large and was not taken. Send it in parts.
"""


class BodyLimit:
    """An application before `app` that lets through at most `max_upload_bytes` to uploads, less elsewhere.

    A body that says its length is answered 413 at once; one that does not is cut off at the limit.
    """

    def __init__(self, app: App, *, max_upload_bytes: int) -> None:
        self._app = app
        self._max_upload_bytes = max_upload_bytes + _SLACK_BYTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is small enough."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._most_bytes(scope.get("path", ""))
        if _declared_length(scope) > most:
            await _refuse(send)
        else:
            await self._app(scope, _counting(receive, most=most), send)

    def _most_bytes(self, path: str) -> int:
        if path.startswith(UPLOAD_PATH):
            return self._max_upload_bytes
        return MAX_FILES_BYTES if path.startswith(FILE_PATHS) else MAX_FORM_BYTES


def _declared_length(scope: Scope) -> int:
    for name, value in scope.get("headers", ()):
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _counting(receive: Receive, *, most: int) -> Receive:
    n_bytes = 0

    async def counted() -> MutableMapping[str, Any]:
        nonlocal n_bytes
        message = await receive()
        n_bytes += len(message.get("body", b""))
        return {"type": "http.disconnect"} if n_bytes > most else message

    return counted


async def _refuse(send: Send) -> None:
    body = _WORDS.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
