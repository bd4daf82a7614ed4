"""Reads a request's body into items of one type: gzip, one object, an array, or a line an item."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec

from zhiyin.listen.faults import Fault
from zhiyin.listen.http.bodies import MAX_ITEMS, explain, inflate, too_large
from zhiyin.listen.http.problems import ProblemError

_LINE_TYPES = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl"})
_JSON_TYPES = frozenset({"", "application/json", "text/json"})
T = TypeVar("T", bound=msgspec.Struct)


def read_structs(body: bytes, *, of: type[T], content_type: str, encoding: str = "") -> list[T | Fault]:
    """The items in order, a fault where one cannot be read.

    Raises:
        ProblemError: another type or encoding, not JSON at all, no item, more than 1,000.
    """
    media = content_type.lower().partition(";")[0].strip()
    if media not in _LINE_TYPES | _JSON_TYPES:
        raise ProblemError("unsupported_type")
    body = inflate(body, encoding=encoding).removeprefix(b"\xef\xbb\xbf")
    raws = _split(body, is_lines=media in _LINE_TYPES)
    if not raws:
        raise ProblemError("no_items")
    if len(raws) > MAX_ITEMS:
        raise too_large()
    decode = msgspec.json.Decoder(of).decode
    return [_read(raw, decode=decode) for raw in raws]


def _split(body: bytes, *, is_lines: bool) -> list[bytes]:
    if is_lines:
        return [line for line in body.split(b"\n", 2 * MAX_ITEMS) if line.strip()]
    if not body.strip():
        return []
    if body.lstrip()[:1] != b"[":
        return [body]
    try:
        return [bytes(raw) for raw in msgspec.json.decode(body, type=list[msgspec.Raw])[: MAX_ITEMS + 1]]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ProblemError("malformed", detail="It is no JSON array.") from None


def _read(raw: bytes, *, decode: Callable[[bytes], T]) -> T | Fault:
    try:
        return decode(raw)
    except msgspec.ValidationError as error:
        return explain(str(error))
    except RecursionError:
        return Fault(field="", code="too_deep")
    except UnicodeDecodeError:
        return Fault(field="", code="not_utf8")
    except msgspec.DecodeError:
        return Fault(field="", code="malformed")
