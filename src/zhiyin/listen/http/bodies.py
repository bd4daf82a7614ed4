"""Reads a request's body into items: gzip, one object, an array, or a line an item."""

from __future__ import annotations

import json
import re
import zlib

import msgspec

from zhiyin.listen.faults import Fault
from zhiyin.listen.http.problems import ProblemError
from zhiyin.listen.items import FeedbackIn
from zhiyin.listen.tidy import replace_surrogates

MAX_ITEMS = 1_000
MAX_BODY_BYTES = 32 * 1024 * 1024
# An array of a million tiny things would fill the memory before it could be counted.
_MAX_COMMAS = 1_000_000
_LIMIT_WORDS = "32 MB, 1,000 items"
_JSON_TYPES = frozenset({"", "application/json", "text/json"})
_LINE_TYPES = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl"})
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_TOO_DEEP = "It is nested too deeply."
_GZIP = 16 + zlib.MAX_WBITS

_decode_items = msgspec.json.Decoder(list[FeedbackIn]).decode
_decode_raws = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_item = msgspec.json.Decoder(FeedbackIn).decode

_PATH = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<path>.*)`)?$", re.DOTALL)
_NAMED = re.compile(r"Object (?P<how>missing required|contains unknown) field `(?P<name>.*)`", re.DOTALL)


class Parsed(msgspec.Struct, frozen=True, kw_only=True):
    """Items in order, a fault where one cannot be read; `is_single` where the body was one object."""

    items: list[FeedbackIn | Fault]
    is_single: bool


def inflate(body: bytes, *, encoding: str) -> bytes:
    """The body without its content encoding, at most `MAX_BODY_BYTES`.

    Raises:
        ProblemError: another encoding than gzip, cut or damaged gzip, too much inside.
    """
    if encoding in ("", "identity"):
        return body
    if encoding not in ("gzip", "x-gzip"):
        raise ProblemError("unsupported_encoding")
    parts: list[bytes] = []
    n_bytes = 0
    rest = body
    while rest:
        unzip = zlib.decompressobj(_GZIP)
        try:
            part = unzip.decompress(rest, MAX_BODY_BYTES - n_bytes + 1)
        except zlib.error:
            raise ProblemError("malformed_gzip") from None
        n_bytes += len(part)
        if n_bytes > MAX_BODY_BYTES:
            raise too_large()
        if not unzip.eof:
            raise ProblemError("malformed_gzip")
        parts.append(part)
        rest = unzip.unused_data
    return b"".join(parts)


def parse(body: bytes, *, content_type: str) -> Parsed:
    """The items of a body of this content type.

    Raises:
        ProblemError: another type, not JSON at all, no item, more than `MAX_ITEMS`.
    """
    kind, _, parameters = content_type.lower().partition(";")
    charset = parameters.partition("charset=")[2].strip(' "')
    if charset not in ("", "utf-8", "utf8", "us-ascii"):
        raise ProblemError("unsupported_type")
    body = body.removeprefix(_BYTE_ORDER_MARK)
    if kind.strip() in _LINE_TYPES:
        return Parsed(items=_parse_lines(body), is_single=False)
    if kind.strip() not in _JSON_TYPES:
        raise ProblemError("unsupported_type")
    if body[:64].lstrip()[:1] == b"[":
        return Parsed(items=_parse_array(body), is_single=False)
    if not body.strip():
        raise ProblemError("no_items")
    return Parsed(items=[read_item(body)], is_single=True)


def too_large() -> ProblemError:
    """The answer to more than one request may hold."""
    return ProblemError("too_large", detail=_LIMIT_WORDS)


def _parse_array(body: bytes) -> list[FeedbackIn | Fault]:
    if body.count(b",") > _MAX_COMMAS:
        raise too_large()
    try:
        return _limited(list(_decode_items(body)))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass  # at least one is bad: one by one, so that it does not stop the others
    try:
        raws = _decode_raws(body)
    except RecursionError:
        raise ProblemError("malformed", detail=_TOO_DEEP) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return _limited(_parse_array_leniently(body, otherwise=str(error)))
    return _limited([read_item(bytes(raw)) for raw in raws[: MAX_ITEMS + 1]])


def _parse_array_leniently(body: bytes, *, otherwise: str) -> list[FeedbackIn | Fault]:
    """Half a sign, escaped, makes an array unreadable to the strict reader."""
    try:
        values = json.loads(body)
        return [_reread(json.dumps(value, ensure_ascii=False)) for value in values[: MAX_ITEMS + 1]]
    except RecursionError:
        raise ProblemError("malformed", detail=_TOO_DEEP) from None
    except (ValueError, TypeError):
        raise ProblemError("malformed", detail=otherwise) from None


def _parse_lines(body: bytes) -> list[FeedbackIn | Fault]:
    lines = [line for line in body.split(b"\n", 2 * MAX_ITEMS) if line.strip()]
    if len(lines) > MAX_ITEMS:
        raise too_large()
    return _limited([read_item(line) for line in lines])


def _limited(items: list[FeedbackIn | Fault]) -> list[FeedbackIn | Fault]:
    if not items:
        raise ProblemError("no_items")
    if len(items) > MAX_ITEMS:
        raise too_large()
    return items


def read_item(line: bytes) -> FeedbackIn | Fault:
    """The item of one JSON object, or why it is none."""
    try:
        return _decode_item(line)
    except msgspec.ValidationError as error:
        return explain(str(error))
    except RecursionError:
        return Fault(field="", code="too_deep")
    except UnicodeDecodeError:
        return Fault(field="", code="not_utf8")
    except msgspec.DecodeError:
        return _read_leniently(line)


def _read_leniently(line: bytes) -> FeedbackIn | Fault:
    """JSON may escape half a sign (`\\ud83d`), which Python's reader takes; the half is replaced."""
    try:
        return _reread(json.dumps(json.loads(line), ensure_ascii=False))
    except RecursionError:
        return Fault(field="", code="too_deep")
    except UnicodeDecodeError:
        return Fault(field="", code="not_utf8")
    except ValueError:
        return Fault(field="", code="malformed")


def _reread(text: str) -> FeedbackIn | Fault:
    try:
        return _decode_item(replace_surrogates(text))
    except msgspec.ValidationError as error:
        return explain(str(error))
    except (msgspec.DecodeError, RecursionError):
        return Fault(field="", code="malformed")


def explain(message: str) -> Fault:
    """The fault that a message of msgspec tells of."""
    match = _PATH.match(message)
    what, path = (match["what"], match["path"] or "") if match else (message, "")
    named = _NAMED.search(what)
    if named is None:
        return Fault(field=path[:100], code="wrong_type", limit=what[:200])
    field = f"{path}.{named['name']}" if path else named["name"]
    is_missing = named["how"] == "missing required"
    return Fault(field=field[:100], code="missing" if is_missing else "unknown_field")
