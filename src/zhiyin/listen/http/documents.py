"""OpenAPI pieces made from msgspec structs: answers of operations, and the intake path."""

from __future__ import annotations

from typing import Any, get_args

import msgspec

from zhiyin.listen.http.answers import BatchAnswer, SingleAnswer
from zhiyin.listen.http.problems import CONTENT_TYPE, Problem
from zhiyin.listen.items import FeedbackIn

Document = dict[str, Any]

_REFERENCE = "#/components/schemas/{name}"
_types: set[Any] = {Problem, FeedbackIn, BatchAnswer, SingleAnswer}


def answers_with(kind: Any) -> Document:
    """`openapi_extra` of an operation that answers with this struct, or a list of it, or a problem."""
    _types.update(get_args(kind) or (kind,))
    (schema,), _ = msgspec.json.schema_components([kind], ref_template=_REFERENCE)
    responses = {200: _answer("OK", schema), **problems(400, 401, 403, 404, 422)}
    return {"responses": responses}


def problems(*codes: int) -> dict[int, Document]:
    """The answers of these statuses, as problem details."""
    return {code: _answer("Problem", _reference(Problem), CONTENT_TYPE) for code in codes}


def describe_type(kind: type[msgspec.Struct]) -> None:
    """Have the struct in the document's components."""
    _types.add(kind)


def components() -> Document:
    """Schemas of every struct that an operation named."""
    kinds = sorted(_types, key=lambda kind: str(kind.__name__))
    return dict(msgspec.json.schema_components(kinds, ref_template=_REFERENCE)[1])


def takes_batch_of(kind: type[msgspec.Struct], *, answer: type[msgspec.Struct]) -> Document:
    """`openapi_extra` of an operation that takes one such struct, an array or lines of it."""
    _types.update({kind, answer})
    item = _reference(kind)
    array = {"type": "array", "items": item, "minItems": 1, "maxItems": 1000}
    return {
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"oneOf": [item, array]}},
                "application/x-ndjson": {"schema": {"type": "string"}},
            },
        },
        "responses": {
            200: _answer("Each is stored, now or before; bad ones are told", _reference(answer)),
            **problems(400, 401, 403, 413, 415, 422, 503),
        },
    }


def intake_operation() -> Document:
    """`POST /v1/feedback`, which Starlette answers and django-ninja does not know."""
    item = _reference(FeedbackIn)
    either = {"oneOf": [_reference(SingleAnswer), _reference(BatchAnswer)]}
    return {
        "operationId": "receive_feedback",
        "summary": "Send voices",
        "tags": ["listen"],
        "description": (
            "One object, an array, or NDJSON of at most 1,000 items; gzip is understood. Answers once the"
            " items are on disk. The same (source, external_id) is one voice: sent again it answers with"
            " the same id, changed it is an edit. Bad items are listed and do not stop the others."
        ),
        "security": [{"ApiKey": []}],
        "parameters": [
            {
                "in": "header",
                "name": "Idempotency-Key",
                "schema": {"type": "string", "minLength": 1, "maxLength": 200},
                "required": False,
                "description": "A repeated request with this key gets the first one's answer, for 48 hours.",
            }
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "oneOf": [item, {"type": "array", "items": item, "minItems": 1, "maxItems": 1000}]
                    }
                },
                "application/x-ndjson": {"schema": {"type": "string"}},
            },
        },
        "responses": {
            "200": _answer("Everything was stored before", either),
            "202": _answer("On disk", either),
            **{str(code): one for code, one in problems(400, 401, 403, 409, 413, 415, 422, 429, 503).items()},
        },
    }


def _answer(description: str, schema: Document, content_type: str = "application/json") -> Document:
    return {"description": description, "content": {content_type: {"schema": schema}}}


def _reference(kind: type[msgspec.Struct]) -> Document:
    return {"$ref": _REFERENCE.format(name=kind.__name__)}
