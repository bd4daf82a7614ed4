"""Problem details (RFC 9457) in English and Chinese, for every edge that speaks HTTP."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec

from zhiyin.errors import Conflict, Forbidden, InvalidInput, NotFound, Unavailable, ZhiyinError

CONTENT_TYPE = "application/problem+json"


class InvalidParam(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One fault: 0-based row of the batch, field, reason, and its code for programs."""

    row: int | None = None
    field: str
    reason: str
    code: str = "invalid"


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """The body of an `application/problem+json` answer."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    request_id: str = msgspec.field(name="requestId")
    invalid_params: list[InvalidParam] = []


class ProblemError(Exception):
    """Ends a request with a problem of `problems.yaml`; `detail` fills its advice."""

    def __init__(
        self,
        code: str,
        *,
        detail: str = "",
        invalid_params: list[InvalidParam] | None = None,
        retry_seconds: int | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.invalid_params = invalid_params or []
        self.retry_seconds = retry_seconds


class _Words(msgspec.Struct, frozen=True):
    status: int
    en: list[str]
    zh: list[str]


def describe(error: ProblemError, *, language: str, request_id: str) -> Problem:
    """The problem in `en` or `zh`."""
    words = _catalogue()[error.code]
    title, advice = words.zh if language == "zh" else words.en
    return Problem(
        title=title,
        status=words.status,
        detail=advice.replace("{detail}", error.detail),
        code=error.code,
        request_id=request_id,
        invalid_params=error.invalid_params,
    )


def to_problem(error: ZhiyinError) -> ProblemError:
    """The problem that a domain error is."""
    if isinstance(error, InvalidInput):
        params = [InvalidParam(row=error.row, field=error.field or "", reason=error.message)]
        return ProblemError("invalid_input", detail=str(error), invalid_params=params)
    if isinstance(error, Unavailable):
        return ProblemError("unavailable", retry_seconds=2)
    for kind, code in ((NotFound, "not_found"), (Forbidden, "forbidden"), (Conflict, "conflict")):
        if isinstance(error, kind):
            return ProblemError(code, detail=str(error))
    return ProblemError("error")


def headers_of(error: ProblemError) -> dict[str, str]:
    """Headers that belong to the problem."""
    headers = {}
    if error.code == "unauthorized":
        headers["WWW-Authenticate"] = 'Bearer realm="zhiyin"'
    if error.retry_seconds is not None:
        headers["Retry-After"] = str(error.retry_seconds)
    return headers


def language_of(accept_language: str | None) -> str:
    """`zh` or `en`: whichever the header prefers; English where it names neither."""
    best, best_quality = "en", 0.0
    for part in (accept_language or "").split(",")[:20]:
        tag, _, parameters = part.strip().partition(";")
        language = tag.strip().lower().split("-")[0]
        quality = _quality(parameters)
        if language in ("zh", "en") and quality > best_quality:
            best, best_quality = language, quality
    return best


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


@cache
def _catalogue() -> dict[str, _Words]:
    text = files("zhiyin.listen").joinpath("data/problems.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=dict[str, _Words])
