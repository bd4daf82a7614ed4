"""The paths of events in the OpenAPI document, which Starlette answers and django-ninja does not know."""

from __future__ import annotations

from typing import Any

from zhiyin.customers.events.http import EventsAnswer
from zhiyin.customers.events.items import EVENT_TYPES
from zhiyin.listen.http.documents import Document, describe_type, problems

_ID = {"type": ["string", "integer", "null"], "maxLength": 200}
_OBJECT = {"type": ["object", "null"]}
_TIME = {"type": ["string", "null"], "format": "date-time"}
_WORDS = {
    "track": "Tell what somebody did",
    "identify": "Tell who somebody is",
    "group": "Tell which company somebody belongs to",
    "alias": "Tell that two ids are one person's",
    "page": "Tell which page somebody saw",
    "screen": "Tell which screen of an app somebody saw",
}


def event_operations() -> dict[str, Document]:
    """The operation of each path."""
    describe_type(EventsAnswer)
    single = {f"/v1/{kind}": _operation(kind, _WORDS[kind], _call(needs_type=False)) for kind in EVENT_TYPES}
    batch = {
        "type": "object",
        "required": ["batch"],
        "properties": {
            "batch": {"type": "array", "minItems": 1, "items": _call(needs_type=True)},
            "sentAt": _TIME,
            "context": _OBJECT,
        },
    }
    return {**single, "/v1/batch": _operation("batch", "Send events in one request", batch)}


def _operation(kind: str, summary: str, schema: Document) -> Document:
    return {
        "operationId": f"receive_{kind}",
        "summary": summary,
        "tags": ["customers"],
        "description": (
            "In the form of the Segment specification. The key is the user name of Basic authentication"
            " (the password is empty), or a bearer token. Answers once the events are on disk; a messageId"
            " that comes again within 30 days counts once. At most 500 KB, 32 KB an event."
        ),
        "security": [{"ApiKey": []}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": {
            "200": {
                "description": "On disk; `errors` names each call of a batch that was not taken",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/EventsAnswer"}}},
            },
            **{str(code): one for code, one in problems(400, 401, 403, 413, 415, 422, 429, 503).items()},
        },
    }


def _call(*, needs_type: bool) -> Document:
    properties: dict[str, Any] = {
        "userId": _ID,
        "anonymousId": _ID,
        "groupId": _ID,
        "previousId": _ID,
        "messageId": {"type": ["string", "null"], "maxLength": 200},
        "event": {"type": ["string", "null"], "maxLength": 200},
        "name": {"type": ["string", "null"], "maxLength": 200},
        "category": {"type": ["string", "null"], "maxLength": 200},
        "properties": _OBJECT,
        "traits": _OBJECT,
        "timestamp": _TIME,
        "originalTimestamp": _TIME,
        "sentAt": _TIME,
        "context": _OBJECT,
    }
    if needs_type:
        properties["type"] = {"type": "string", "enum": list(EVENT_TYPES)}
    somebody = [{"required": ["userId"]}, {"required": ["anonymousId"]}]
    return {
        "type": "object",
        "properties": properties,
        "anyOf": somebody,
        **({"required": ["type"]} if needs_type else {}),
    }
