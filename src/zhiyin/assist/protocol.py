"""The chat part of the OpenAI protocol, as many servers speak it: one request, one answer, one deadline."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

import httpx
import msgspec

from zhiyin.errors import InvalidInput, Unavailable

_CONNECT_SECONDS = 5.0
_MAX_ANSWER_BYTES = 1024 * 1024
_SERVER_FAULT = 500
_NOT_ALLOWED = (401, 403)
_TOO_MANY = 429

Reason = Literal["timeout", "unreachable", "refused", "failed", "unreadable"]


class NoAnswer(Unavailable):
    """The endpoint gave no answer that can be used; `reason` says in a word why."""

    def __init__(self, message: str, *, reason: Reason, next_step: str = "") -> None:
        super().__init__(message, next_step=next_step, is_retryable=reason != "refused")
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where to ask: `base_url` as `https://host/v1`, the model's name, the key, the time limit in seconds."""

    base_url: str
    model: str
    key: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message; `role` is `system` or `user`."""

    role: Literal["system", "user"]
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """The answer and the tokens counted by the server; None where it counts none."""

    text: str
    n_in: int | None
    n_out: int | None


class _Said(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    message: _Said


class _Usage(msgspec.Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Answer(msgspec.Struct):
    choices: list[_Choice]
    usage: _Usage | None = None


_decode = msgspec.json.Decoder(_Answer).decode


def check_base_url(url: str) -> str:
    """The address without a slash at its end.

    Raises:
        InvalidInput: it is no `http` or `https` address, or carries a user, query or fragment.
    """
    try:
        parts = urlsplit(url.strip())
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable or parts.username or parts.query or parts.fragment:
        raise InvalidInput(
            "The address of the language model is no http or https address.",
            next_step="Give it as https://host/v1.",
            field="base_url",
        )
    return url.strip().rstrip("/")


def complete(endpoint: Endpoint, messages: list[Message], *, max_tokens: int) -> Completion:
    """Ask once, within the time limit from now to the last byte. Redirects are not followed.

    Raises:
        NoAnswer: too late, out of reach, refused, or not of the protocol.
    """
    content = {
        "model": endpoint.model,
        "messages": [{"role": one.role, "content": one.content} for one in messages],
        "max_tokens": max_tokens,
        "temperature": 0.2,
        "stream": False,
    }
    with _faults():
        status, body = _post(endpoint, msgspec.json.encode(content))
    _check_status(status)
    return _read(body)


def _post(endpoint: Endpoint, content: bytes) -> tuple[int, bytes]:
    deadline = time.monotonic() + endpoint.seconds
    timeout = httpx.Timeout(endpoint.seconds, connect=min(_CONNECT_SECONDS, endpoint.seconds))
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if endpoint.key:
        headers["Authorization"] = f"Bearer {endpoint.key}"
    url = f"{endpoint.base_url}/chat/completions"
    # What is asked goes to the address that was set, past any proxy of the surroundings.
    context = ssl.create_default_context() if url.startswith("https") else False
    with (
        httpx.Client(timeout=timeout, trust_env=False, verify=context) as client,
        client.stream("POST", url, content=content, headers=headers) as response,
    ):
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if time.monotonic() > deadline:
                raise httpx.ReadTimeout("the answer took too long")
            if len(body) > _MAX_ANSWER_BYTES:
                raise NoAnswer("The language model's answer is larger than 1 MB.", reason="unreadable")
        return response.status_code, bytes(body)


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except httpx.TimeoutException:
        raise NoAnswer(
            "The language model did not answer in time.",
            reason="timeout",
            next_step="Try again, or allow it more time in the settings.",
        ) from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ssl.SSLError):
        raise NoAnswer(
            "The language model cannot be reached.",
            reason="unreachable",
            next_step="Check its address in the settings, and whether it runs.",
        ) from None


def _check_status(status: int) -> None:
    if status in _NOT_ALLOWED:
        raise NoAnswer(
            "The language model refused the key.",
            reason="refused",
            next_step="Check the key in the settings.",
        )
    if status == _TOO_MANY:
        raise NoAnswer(
            "The language model is asked too often.", reason="failed", next_step="Try again in a minute."
        )
    if status >= _SERVER_FAULT:
        raise NoAnswer(f"The language model failed (HTTP {status}).", reason="failed")
    if status != httpx.codes.OK:
        raise NoAnswer(
            f"The language model did not take the request (HTTP {status}).",
            reason="refused",
            next_step="Check address and model name in the settings.",
        )


def _read(body: bytes) -> Completion:
    try:
        answer = _decode(body)
        text = (answer.choices[0].message.content or "").strip()
    except (msgspec.DecodeError, IndexError):
        text = ""
    if not text:
        raise NoAnswer(
            "The language model's answer is empty or not of the protocol.",
            reason="unreadable",
            next_step="Check that the address ends in /v1 or what its server asks for.",
        )
    counted = answer.usage
    return Completion(
        text=text,
        n_in=counted.prompt_tokens if counted else None,
        n_out=counted.completion_tokens if counted else None,
    )
