"""Reads a request's body into calls: one call, or a batch of them, within the field's limits."""

from __future__ import annotations

import json

import msgspec

from zhiyin.customers.events.items import BatchIn, CallIn
from zhiyin.listen.faults import Fault
from zhiyin.listen.http.bodies import explain, inflate
from zhiyin.listen.http.problems import ProblemError
from zhiyin.listen.tidy import replace_surrogates

MAX_BATCH_BYTES = 500 * 1024
MAX_EVENT_BYTES = 32 * 1024
# Browsers that leave a page may send no other type without asking first.
_TYPES = frozenset({"", "application/json", "text/json", "text/plain"})

_decode_batch = msgspec.json.Decoder(BatchIn).decode
_decode_call = msgspec.json.Decoder(CallIn).decode


class Calls(msgspec.Struct, frozen=True, kw_only=True):
    """Calls in order, a fault where one cannot be read; `sent_at` is the batch's."""

    calls: list[CallIn | Fault]
    sent_at: str | None = None
    write_key: str | None = None


def too_large() -> ProblemError:
    """The answer to more than one request may hold."""
    return ProblemError("too_large", detail="500 KB, 32 KB an event")


def read_calls(body: bytes, *, kind: str, content_type: str, encoding: str) -> Calls:
    """The calls of a body sent to `/v1/{kind}`.

    Raises:
        ProblemError: another type or encoding, too much, not JSON, no call.
    """
    if content_type.lower().partition(";")[0].strip() not in _TYPES:
        raise ProblemError("unsupported_type")
    body = inflate(body, encoding=encoding).removeprefix(b"\xef\xbb\xbf")
    if len(body) > MAX_BATCH_BYTES:
        raise too_large()
    if not body.strip():
        raise ProblemError("no_items")
    if kind != "batch":
        call = _read_call(body, kind=kind)
        if isinstance(call, Fault) and call.code in ("malformed", "not_utf8"):
            raise ProblemError("malformed", detail=call.reason())
        return Calls(calls=[call], write_key=None if isinstance(call, Fault) else call.write_key)
    batch = _read_batch(body)
    if not batch.batch:
        raise ProblemError("no_items")
    calls = [_read_call(bytes(raw), kind="", shared=batch) for raw in batch.batch]
    return Calls(calls=calls, sent_at=batch.sent_at, write_key=batch.write_key)


def _read_batch(body: bytes) -> BatchIn:
    try:
        return _decode_batch(body)
    except msgspec.ValidationError as error:
        fault = explain(str(error))
        detail = f"{fault.field or 'batch'}: {fault.reason()}"
        raise ProblemError("malformed", detail=detail) from None
    except RecursionError:
        raise ProblemError("malformed", detail="It is nested too deeply.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return _read_batch_leniently(body, otherwise=str(error))


def _read_batch_leniently(body: bytes, *, otherwise: str) -> BatchIn:
    """Half a sign, escaped, makes a batch unreadable to the strict reader."""
    try:
        return _decode_batch(replace_surrogates(json.dumps(json.loads(body), ensure_ascii=False)))
    except (ValueError, msgspec.MsgspecError, RecursionError):
        raise ProblemError("malformed", detail=otherwise) from None


def _read_call(raw: bytes, *, kind: str, shared: BatchIn | None = None) -> CallIn | Fault:
    if len(raw) > MAX_EVENT_BYTES:
        return Fault(field="", code="too_many_bytes", limit=str(MAX_EVENT_BYTES // 1024))
    call = _decode(raw)
    if isinstance(call, Fault):
        return call
    if kind:
        return msgspec.structs.replace(call, type=kind)
    if call.context is None and shared is not None and shared.context is not None:
        return msgspec.structs.replace(call, context=shared.context)
    return call


def _decode(raw: bytes) -> CallIn | Fault:
    try:
        return _decode_call(raw)
    except msgspec.ValidationError as error:
        return explain(str(error))
    except RecursionError:
        return Fault(field="", code="too_deep")
    except UnicodeDecodeError:
        return Fault(field="", code="not_utf8")
    except msgspec.DecodeError:
        return _read_leniently(raw)


def _read_leniently(raw: bytes) -> CallIn | Fault:
    try:
        return _decode_call(replace_surrogates(json.dumps(json.loads(raw), ensure_ascii=False)))
    except msgspec.ValidationError as error:
        return explain(str(error))
    except (ValueError, msgspec.MsgspecError, RecursionError):
        return Fault(field="", code="malformed")
