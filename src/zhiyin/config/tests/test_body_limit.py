"""What is too large is refused before it is read."""

from __future__ import annotations

import asyncio

import pytest

from zhiyin.config.body_limit import MAX_FORM_BYTES, BodyLimit

MAX_UPLOAD = 50 * 1024 * 1024


async def _reading_app(scope, receive, send):
    n_bytes = 0
    while (message := await receive())["type"] == "http.request":
        n_bytes += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    else:
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(n_bytes).encode()})


def _answer(path, pieces, *, declared=None):
    """Status and body that the client gets; None where the connection is only cut off."""
    headers = [] if declared is None else [(b"content-length", str(declared).encode())]
    waiting = [
        {"type": "http.request", "body": piece, "more_body": place + 1 < len(pieces)}
        for place, piece in enumerate(pieces)
    ]
    sent = []

    async def receive():
        return waiting.pop(0)

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": path, "headers": headers}
    asyncio.run(BodyLimit(_reading_app, max_upload_bytes=MAX_UPLOAD)(scope, receive, send))
    return (sent[0]["status"], sent[1]["body"].decode()) if sent else None


def test_a_small_body_passes_whole():
    assert _answer("/sign-in/", [b"ab", b"c"], declared=3) == (200, "3")


@pytest.mark.parametrize(("path", "most"), [("/sign-in/", MAX_FORM_BYTES), ("/import/", MAX_UPLOAD)])
def test_a_body_that_says_it_is_too_large_is_refused_unread(path, most):
    status, words = _answer(path, [], declared=most + 2 * 1024 * 1024)
    assert status == 413
    assert "too large" in words
    assert "太大" in words


def test_an_upload_may_be_larger_than_a_form():
    assert _answer("/import/", [b"x"], declared=MAX_FORM_BYTES + 1) == (200, "1")


def test_a_body_that_hides_its_length_is_cut_off():
    assert _answer("/sign-in/", [b"x" * 1024 * 1024] * 21) is None
